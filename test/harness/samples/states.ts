import type { ActionBody } from '../../../src/app/state/actions.ts'
import type { State } from '../../../src/app/state/state.ts'
import { initialState } from '../../../src/app/store/initial-state.ts'
import { reducer } from '../../../src/app/store/reducer.ts'
import type { KmsgRecord } from '../../../src/kernel/log/kmsg-record.ts'
import type { HostFacts } from '../../../src/model/host-facts.ts'
import type { LogEvent } from '../../../src/model/log-event.ts'
import { ok } from '../../../src/words/failure.ts'
import { MODES } from '../fake/ports.ts'
import { FACTS, settingsOf, VALUES } from './samples.ts'

export function emptyState(rest: Partial<State> = {}): State {
	return {
		...initialState({ modes: MODES, now: 0, wall: 1_700_000_000_000, columns: 80, rows: 24 }),
		...rest,
	}
}

/** Host and settings are read; `values` differ from those of the fake kernel. */
export function seenState(
	values: Readonly<Record<string, string>> = {},
	rest: Partial<State> = {},
	facts: HostFacts = FACTS,
): State {
	const kernel = new Map(Object.entries({ ...VALUES, ...values }))
	return stepped(
		emptyState(rest),
		0,
		{ type: 'facts', facts },
		{ type: 'settings', result: ok(settingsOf(0, kernel)) },
	)
}

/** The state after these actions, all at the same time. */
export function stepped(state: State, at: number, ...bodies: readonly ActionBody[]): State {
	return bodies.reduce((last, body) => reducer(last, { ...body, at }), state)
}

export function record(seq: number, text: string, rest: Partial<KmsgRecord> = {}): LogEvent {
	const whole = { seq, level: 5, facility: 0, at: seq * 1000, continuation: false, text, fields: {}, ...rest }
	return { kind: 'record', record: whole }
}

/** A line of log_invalid as the kernel prints it. */
export function packetText(body: string, source = '10.0.3.7', port = 443, protocol = 6): string {
	return `nf_ct_proto_${protocol}: ${body} IN=eth0 OUT= SRC=${source} DST=10.0.9.21 LEN=40 TTL=64 ID=1 PROTO=TCP SPT=${port} DPT=51514 SEQ=1 ACK=2 WINDOW=501 RES=0x00 ACK URGP=0 `
}

/** The same line from NFLOG, with a packet of `size` bytes. */
export function message(number: number, text: string, at = 0, size = 40): LogEvent {
	return {
		kind: 'nflog',
		message: {
			number,
			at,
			wallMicros: 0,
			text,
			family: 2,
			indev: 'eth0',
			outdev: null,
			link: null,
			packet: new Uint8Array(size),
		},
	}
}
