import { expect, test } from 'vitest'
import { notTold } from '../../../src/app/log/why.ts'
import { ok } from '../../../src/words/failure.ts'
import { FACTS, settingsOf, VALUES } from '../../harness/samples/samples.ts'
import { packetText, record, seenState, stepped } from '../../harness/samples/states.ts'

const OPEN = { log_invalid: '255', 'nf_log.10': 'nf_log_ipv6', nf_log_all_netns: '1' }
const inside = { ...FACTS, netns: { inode: 7, name: 'blue', initial: false } }
const told = (values: Readonly<Record<string, string>>, lines: number) => {
	const state = seenState(OPEN)
	const kernel = new Map(Object.entries({ ...VALUES, ...OPEN, ...values }))
	const events = Array.from({ length: lines }, (_, index) => record(index + 1, packetText('invalid rst')))
	const seen = stepped({ ...state, facts: inside }, 1, { type: 'log', events })
	return stepped(seen, 2, { type: 'settings', result: ok(settingsOf(2, kernel)) })
}

test.each([
	['all open', {}, 0, false],
	['log_invalid is off', { log_invalid: '0' }, 5, true],
	['the namespace is shut, and no line came', { nf_log_all_netns: '0' }, 0, true],
	['someone shut the namespace after lines came', { nf_log_all_netns: '0' }, 5, true],
	['one family without a logger, and no line came', { 'nf_log.10': 'NONE' }, 0, true],
	['one family without a logger, and lines come', { 'nf_log.10': 'NONE' }, 5, false],
	['no family has a logger any more', { 'nf_log.2': 'NONE', 'nf_log.10': 'NONE' }, 5, true],
])('nothing is told: %s', (_, values, lines, expected) => {
	expect(notTold(told(values, lines))).toBe(expected)
})

const CAME = { type: 'log', events: [record(9, packetText('invalid rst'))] } as const
const NO_LOGGER = { 'nf_log.2': 'NONE', 'nf_log.10': 'NONE', nf_log_all_netns: '0' }

test('a line that comes after the settings were read proves that the way is open', () => {
	expect(notTold(stepped({ ...told(NO_LOGGER, 5), facts: FACTS }, 3, CAME))).toBe(false)
})

test('a line that comes while this namespace is shut is of the initial one, and proves nothing', () => {
	expect(notTold(stepped(told({ nf_log_all_netns: '0' }, 5), 3, CAME))).toBe(true)
})
