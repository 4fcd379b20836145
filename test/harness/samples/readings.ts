import type { ProbeMessage } from '../../../src/kernel/probes/probe-message.ts'
import type { HostFacts } from '../../../src/model/host-facts.ts'
import type { LogEvent } from '../../../src/model/log-event.ts'
import type { Settings } from '../../../src/model/settings.ts'
import { ok } from '../../../src/words/failure.ts'
import type { FakeClock } from '../fake/clock.ts'
import { FakeObserver } from '../fake/observer.ts'
import * as samples from './samples.ts'

/** What the subcommands read of a host. */

export const FACTS: HostFacts = {
	...samples.FACTS,
	kernel: '6.12.1-test',
	tools: {
		conntrack: 'conntrack v1.4.7',
		nft: null,
		iptables: 'iptables v1.8.9',
		tcpdump: null,
		setpriv: null,
	},
}

export const SETTINGS: Settings = {
	at: 0,
	values: {
		log_invalid: '0',
		'nf_log.2': 'nf_log_ipv4',
		'nf_log.10': 'nf_log_ipv6',
		nf_log_all_netns: '0',
		printk: '4 4 1 7',
	},
	readOnly: {},
	loggers: [
		{ family: 2, bound: 'nf_log_ipv4', available: ['nf_log_ipv4', 'nfnetlink_log'] },
		{ family: 10, bound: 'nf_log_ipv6', available: ['nf_log_ipv6'] },
	],
	listeners: [],
	consoles: [],
	count: 41_022,
	max: 262_144,
}

/** An observer of that host: what it answers stays as it is until a test sets another answer. */
export function hostObserver(clock?: FakeClock): FakeObserver {
	const observer = new FakeObserver(clock)
	observer.factsNow = FACTS
	observer.answers.counters = ok(
		samples.countersOf(0, { entries: 41_022, invalid: 18_231, error: 7, drop: 0, insert_failed: 3 }),
	)
	observer.answers.settings = ok(SETTINGS)
	return observer
}

/** A message as the reader of NFLOG hands it over; the packet is as many zeros. */
export function nflogMessage(number: number, text: string, packetLength = 40): LogEvent {
	return {
		kind: 'nflog',
		message: {
			number,
			at: number,
			wallMicros: number,
			text,
			family: 2,
			indev: 'eth0',
			outdev: null,
			link: null,
			packet: new Uint8Array(packetLength),
		},
	}
}

export const CHANGE = samples.heldChange({
	purpose: 'log why TCP packets are INVALID',
	set: '6',
	now: '6',
	appliedAt: 0,
})

export const LEASE = samples.foundLease('K2A9X', {
	createdAt: 0,
	deadline: 610_000,
	alive: true,
	changes: [CHANGE],
})

/** A packet as a probe tells of it. */
export function probeEvent(kind: 'probe' | 'silent', text: string, netns: number, at = 0): LogEvent {
	const event = nflogMessage(1, text)
	if (event.kind !== 'nflog') throw new Error(event.kind)
	const message: ProbeMessage = {
		...event.message,
		at,
		netns,
		hook: 0,
		length: 40,
		beyond: null,
		entry: null,
	}
	return { kind, message }
}

/** A FIN without an entry, of which a kernel before 6.9 says nothing. */
export const SILENT_FIN =
	'silent INVALID packet: IN=eth0 OUT= SRC=10.0.3.7 DST=10.0.9.9 LEN=52 TOS=0x00 PREC=0x00 TTL=64 ID=7 DF PROTO=TCP SPT=443 DPT=40000 SEQ=1 ACK=2 WINDOW=64 RES=0x00 ACK FIN URGP=0 '
