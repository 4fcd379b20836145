import { describe, expect, test } from 'vitest'
import { answered, KERNEL_LINE } from './given.ts'

/** Lines of one flow to this host: its SYN/ACK never came by here. */
const LINES = Array.from({ length: 12 }, () =>
	KERNEL_LINE(51599, 'SEQ is over upper bound 1 (over the window of the receiver)'),
)
const lines = LINES.map((line, index) => line.replace('10:00:09', `10:00:${String(index + 10)}`)).join('\n')

const ENTRY =
	'tcp      6 299 ESTABLISHED src=198.51.100.2 dst=203.0.113.5 sport=51599 dport=80 [UNREPLIED] src=203.0.113.5 dst=198.51.100.2 sport=80 dport=51599 mark=0 use=1'
const SOCKET = 'tcp   ESTAB  0  512  203.0.113.5:80   198.51.100.2:51599 users:(("nginx",pid=7,fd=3))'
const ADDRESS = '    inet 203.0.113.5/24 brd 203.0.113.255 scope global eth0'
const EVENT = (at: number, by = '') =>
	`[${at}.123456]\t[DESTROY] tcp      6 src=198.51.100.2 dst=203.0.113.5 sport=51599 dport=80 src=203.0.113.5 dst=198.51.100.2 sport=80 dport=51599${by}`
const AT = Date.parse('2026-11-29T10:00:00Z') / 1000
const PROGRAM = ' [USERSPACE] portid=4242 progname=conntrack'

test('entry, socket and addresses of a flow are found in their listings', async () => {
	const { evidence } = await answered(`${lines}\n${ENTRY}\n${SOCKET}\n${ADDRESS}\n`)
	const [sample] = evidence.sampled
	expect(sample?.facts.entries?.map(({ unreplied }) => unreplied)).toEqual([true])
	expect(sample?.facts.sockets?.map(({ state }) => state)).toEqual(['ESTAB'])
	expect(sample?.facts.addresses).toEqual(['203.0.113.5'])
})

test('a socket that only waits does not say that there is no other', async () => {
	const { evidence } = await answered(`${lines}\ntcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:*\n`)
	expect(evidence.sampled[0]?.facts.sockets).toBeUndefined()
})

describe('events of entries count', () => {
	test('when they tell who has deleted one, and were followed while the lines came', async () => {
		const all = `${EVENT(AT - 5, PROGRAM)}\n${EVENT(AT + 60)}\n${lines}\n`
		const { evidence, notChecked } = await answered(all)
		expect(evidence.ended?.map(({ portId }) => portId)).toEqual([4242, null])
		expect(notChecked.join()).not.toContain('conntrack -E')
	})

	test('not when they do not tell who', async () => {
		const { evidence, notChecked } = await answered(`${EVENT(AT - 5)}\n${EVENT(AT + 60)}\n${lines}\n`)
		expect(evidence.ended).toBeUndefined()
		expect(notChecked.join()).toContain('who ended the entries')
	})

	test('not when they are of another time', async () => {
		const { evidence, notChecked } = await answered(
			`${EVENT(AT - 9_000, PROGRAM)}\n${EVENT(AT - 8_000)}\n${lines}\n`,
		)
		expect(evidence.ended).toBeUndefined()
		expect(notChecked.join()).toContain('not of the time of the lines')
	})
})
