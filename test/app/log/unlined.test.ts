import { describe, expect, test } from 'vitest'
import { stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import type { State } from '../../../src/app/state/state.ts'
import { knobOfTable } from '../../../src/changes/kinds/table.ts'
import { copiesTap } from '../../../src/changes/tap/copies.ts'
import { tapText } from '../../../src/changes/tap/tap-text.ts'
import { WAIT_MS } from '../../../src/kernel/log/pairing.ts'
import { ok } from '../../../src/words/failure.ts'
import { sctp } from '../../harness/crafted/packets.ts'
import { heldChange, leaseView, settingsOf, VALUES, WITH_NFLOG } from '../../harness/samples/samples.ts'
import { message, seenState, stepped } from '../../harness/samples/states.ts'

const NFLOG = { log_invalid: '255', 'nf_log.2': 'nfnetlink_log', 'nf_log.10': 'nfnetlink_log' }
const TAP = copiesTap('nflog', '4026531840 L1', 200)
const table = (rest = {}) =>
	heldChange({ seq: 2, knob: knobOfTable('ctscope'), was: 'absent', set: tapText(TAP), ...rest })
const lease = (change = table()) => leaseView({ changes: [heldChange({}), change] })

/** Reasons come by NFLOG, and INVALID packets are copied there since 1 s. */
function copying(): State {
	const reading = stepped(seenState(NFLOG, {}, WITH_NFLOG), 1_000, { type: 'nflog-started' })
	return stepped(reading, 1_000, { type: 'lease', view: lease() })
}

let number = 0
const said = (state: State, at: number, ...texts: readonly string[]): State =>
	stepped(state, at, { type: 'log', events: texts.map((text) => message(++number, text, at)) })
const tick = (state: State, at: number): State => stepped(state, at, { type: 'tick', wall: at })

type Given = {
	src?: string
	dst?: string
	where?: string
	flags?: string
	id?: number
	len?: number
	seq?: number
}
const tcp = ({
	src = '10.0.3.7',
	dst = '10.0.9.21',
	where = 'IN=eth0 OUT=',
	flags = 'ACK PSH',
	id = ++number,
	len = 140,
	seq = 1,
}: Given = {}) =>
	`${where} SRC=${src} DST=${dst} LEN=${len} TTL=64 ID=${id} PROTO=TCP SPT=443 DPT=51514 SEQ=${seq} ACK=2 WINDOW=501 RES=0x00 ${flags} URGP=0 `
const icmp = (type: number, rest = '', where = 'IN=eth0 OUT=', protocol = 'ICMP') =>
	`${where} SRC=10.0.3.7 DST=10.0.9.21 LEN=84 TTL=64 ID=${++number} PROTO=${protocol} TYPE=${type} CODE=0 ${rest}`
const udp = () =>
	`IN=eth0 OUT= SRC=10.0.3.7 DST=10.0.9.21 LEN=22 TTL=64 ID=${++number} PROTO=UDP INCOMPLETE [2 bytes] `

const copied = (packet: string) => TAP.prefix + packet
const line = (packet: string) => `nf_ct_proto_6: invalid new ${packet}`
const rows = (state: State) =>
	(stepEvidence(state).unlined ?? []).map(({ reason, count }) =>
		[reason.id, reason.protocol, count, ...(reason.answer === true ? ['answer'] : [])].join(' '),
	)

describe('packets without a log line', () => {
	test('nobody has looked: nothing is known of them', () => {
		const state = said(seenState(NFLOG, {}, WITH_NFLOG), 2_000, copied(tcp()))
		expect(stepEvidence(tick(state, 9_000)).unlined).toBeUndefined()
		expect(stepEvidence(copying()).unlined).toEqual([])
	})

	test('one with a line is none of them; the other has its flow and its segments', () => {
		const [known, silent] = [tcp(), tcp({ src: '10.0.3.8', seq: 7 })]
		const one = said(copying(), 3_000, line(known), copied(known), copied(silent))
		const two = said(one, 3_400, copied(tcp({ src: '10.0.3.8', seq: 7 })))
		expect(rows(tick(two, 3_000 + WAIT_MS - 1))).toEqual([])
		const state = tick(two, 3_400 + WAIT_MS)
		expect(rows(state)).toEqual(['unlined-tcp TCP 2'])
		expect(stepEvidence(state).unlined?.[0]?.flows).toMatchObject([
			{
				flow: '10.0.3.8:443 > 10.0.9.21:51514',
				count: 2,
				where: 'eth0',
				segments: { data: 2, again: 1 },
			},
		])
	})

	test('they are sorted by what they are', () => {
		const state = said(
			copying(),
			3_000,
			...[tcp(), icmp(0), icmp(13), icmp(3), icmp(11), udp()].map(copied),
			...[icmp(129, '', undefined, 'ICMPv6'), icmp(2, '', undefined, 'ICMPv6')].map(copied),
		)
		expect(rows(tick(state, 9_000)).toSorted()).toEqual([
			'unlined-icmp-error ICMP 2',
			'unlined-icmp-reply ICMP 2',
			'unlined-icmp-reply ICMPv6 1',
			'unlined-icmp-too-big ICMPv6 1',
			'unlined-other UDP 1',
			'unlined-tcp TCP 1',
		])
	})

	test.each([
		[
			'the RST of this host to a packet without an entry',
			tcp({ src: '10.0.9.21', dst: '10.0.3.7', where: 'IN= OUT=eth0', flags: 'RST' }),
			'unlined-tcp TCP 1 answer',
		],
		['an error that this host sends', icmp(3, '', 'IN= OUT=eth0'), 'unlined-icmp-error ICMP 1 answer'],
		[
			'an error about an RST',
			icmp(3, `[${tcp({ src: '10.9.9.9', where: '', flags: 'RST' }).trim()} ] `),
			'unlined-icmp-error ICMP 1 answer',
		],
		[
			'an error between the same two',
			icmp(3, `[${tcp({ where: '' }).trim()} ] `),
			'unlined-icmp-error ICMP 1 answer',
		],
		[
			'an error that a packet between the same two is too big',
			icmp(3, `[${tcp({ where: '' }).trim()} ] `).replace('CODE=0', 'CODE=4'),
			'unlined-icmp-too-big ICMP 1',
		],
		[
			'an error about someone else',
			icmp(3, `[${tcp({ src: '10.9.9.9', where: '' }).trim()} ] `),
			'unlined-icmp-error ICMP 1',
		],
		['an RST from outside', tcp({ src: '10.0.3.9', flags: 'RST' }), 'unlined-tcp TCP 2'],
		[
			'an RST that nobody asked this host for',
			tcp({ src: '10.0.9.21', dst: '10.0.5.5', where: 'IN= OUT=eth0', flags: 'RST' }),
			'unlined-tcp TCP 2',
		],
	])('what comes of another INVALID packet stands apart: %s', (_, packet, row) => {
		const state = said(copying(), 3_000, copied(tcp()), copied(packet))
		expect(rows(tick(state, 9_000))).toContain(row)
	})

	test('copies are no lines of the log: the account and the rates are as without them', () => {
		const before = copying()
		const after = said(before, 3_000, copied(tcp()), copied(tcp()))
		expect(after.log).toMatchObject({
			...before.log,
			entries: before.log.entries,
			ruleLines: 0,
			packetLines: 0,
			perSecond: [0],
		})
		expect(after.reasons).toEqual([])
	})

	test.each([
		[
			'messages were lost',
			(state: State) =>
				stepped(state, 3_200, { type: 'log', events: [{ kind: 'nflog-lost', lost: 3, at: 3_200 }] }),
		],
		['a line came cut', (state: State) => said(state, 3_200, 'nf_ct_proto_6: invalid new IN=')],
		['someone has switched the log off', (state: State) => withValues(state, { log_invalid: '0' })],
		['the kernel is asked for one protocol', (state: State) => withValues(state, { log_invalid: '6' })],
		['lines of IPv6 go elsewhere', (state: State) => withValues(state, { 'nf_log.10': 'NONE' })],
		[
			'the copies have ended',
			(state: State) =>
				stepped(state, 3_200, { type: 'lease', view: lease(table({ state: 'undone', endedAt: 1 })) }),
		],
	])('nothing is concluded where %s', (_, does) => {
		const state = does(said(copying(), 3_000, copied(tcp())))
		expect(rows(tick(state, 9_000))).toEqual([])
	})

	test('copies that come before it is known that they do may have had a line', () => {
		const state = said(copying(), 1_500, copied(tcp()))
		expect(rows(tick(state, 9_000))).toEqual([])
	})

	test('what was seen stays when the copies have ended', () => {
		const seen = tick(said(copying(), 3_000, copied(tcp())), 9_000)
		const over = stepped(seen, 9_500, { type: 'lease', view: lease(table({ state: 'undone', endedAt: 1 })) })
		expect(rows(over)).toEqual(['unlined-tcp TCP 1'])
	})
})

describe('what each of them is by itself', () => {
	const shapes = (state: State) =>
		(state.unlined?.shapes ?? []).map(({ shape, protocol, count }) => `${shape.id} ${protocol} ${count}`)

	test('packets that are alike are one row, with the last one as it was logged', () => {
		const [first, second] = [tcp({ flags: 'ACK FIN' }), tcp({ src: '10.0.3.8', flags: 'FIN' })]
		const state = said(copying(), 3_000, ...[first, second, icmp(0), tcp({ flags: 'SYN' })].map(copied))
		const { unlined } = tick(state, 9_000)
		expect(shapes(tick(state, 9_000))).toEqual(['silent-fin TCP 2', 'silent-echo-reply ICMP 1'])
		expect(unlined?.shapes[0]).toMatchObject({ flow: '10.0.3.8:443 > 10.0.9.21:51514', sample: second })
		expect(unlined?.copied).toBe(4)
	})

	test('the bytes of a packet tell what its line does not', () => {
		const packet = sctp('10.0.3.7', '10.0.9.21', 7, 7, 5, [{ type: 0 }])
		const text = 'IN=eth0 OUT= SRC=10.0.3.7 DST=10.0.9.21 LEN=36 TTL=64 ID=1 PROTO=132 '
		const event = message(++number, copied(text), 3_000)
		if (event.kind !== 'nflog') throw new Error('no message')
		const events = [{ ...event, message: { ...event.message, packet } }]
		expect(shapes(tick(stepped(copying(), 3_000, { type: 'log', events }), 9_000))).toEqual([
			'silent-sctp 132 1',
		])
	})

	test('from the moment that lines and copies are followed together none is passed over', () => {
		const followed = stepped(copying(), 1_100, { type: 'copies', are: 'followed' })
		const state = said(followed, 1_200, copied(tcp({ flags: 'FIN' })))
		expect(shapes(tick(state, 9_000))).toEqual(['silent-fin TCP 1'])
	})

	test('a line from before that moment is still that of its copy', () => {
		const known = tcp({ flags: 'FIN' })
		const followed = stepped(said(copying(), 1_050, line(known)), 1_100, { type: 'copies', are: 'followed' })
		expect(shapes(tick(said(followed, 1_200, copied(known)), 9_000))).toEqual([])
	})

	test('when all have come nothing is waited for', () => {
		const known = tcp({ flags: 'FIN' })
		const state = said(copying(), 3_000, line(known), copied(known), copied(tcp({ flags: 'RST' })))
		const over = stepped(state, 3_001, { type: 'copies', are: 'over' })
		expect(shapes(over)).toEqual(['silent-rst TCP 1'])
		expect(shapes(stepped(over, 3_002, { type: 'copies', are: 'over' }))).toEqual(['silent-rst TCP 1'])
	})

	test('where a line may have been lost, nothing is said at the end either', () => {
		const state = said(copying(), 3_000, copied(tcp({ flags: 'FIN' })))
		const lost = stepped(state, 3_001, { type: 'log', events: [{ kind: 'nflog-lost', lost: 1, at: 3_001 }] })
		expect(shapes(stepped(lost, 3_002, { type: 'copies', are: 'over' }))).toEqual([])
		const off = withValues(state, { log_invalid: '0' })
		expect(shapes(stepped(off, 3_300, { type: 'copies', are: 'over' }))).toEqual([])
	})
})

const withValues = (state: State, values: Readonly<Record<string, string>>): State =>
	stepped(state, 3_200, {
		type: 'settings',
		result: ok(settingsOf(3_200, new Map(Object.entries({ ...VALUES, ...NFLOG, ...values })))),
	})
