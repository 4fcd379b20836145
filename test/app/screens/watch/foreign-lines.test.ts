import { expect, test } from 'vitest'
import { stepEvidence } from '../../../../src/app/screens/steps/evidence.ts'
import { watchNote } from '../../../../src/app/screens/watch/explanation.ts'
import { findCauses } from '../../../../src/investigation/causes/causes.ts'
import { FACTS, heldChange, leaseView } from '../../../harness/samples/samples.ts'
import { message, packetText, record, seenState, stepped } from '../../../harness/samples/states.ts'

const INSIDE = { ...FACTS, netns: { inode: 7, name: 'blue', initial: false } }
const REASON = packetText('invalid rst')
const HELPER = REASON.replace('nf_ct_proto_6: invalid rst', 'nf_ct_ftp: dropping packet')
const ALL = { nf_log_all_netns: '1' }
const BOTH_NFLOG = { 'nf_log.2': 'nfnetlink_log', 'nf_log.10': 'nfnetlink_log' }

test.each([
	['the initial namespace, whatever was read', FACTS, { nf_log_all_netns: '0' }, REASON, 0],
	['another one that is shut', INSIDE, { nf_log_all_netns: '0', log_invalid: '255' }, REASON, 1],
	['all are let through, and this one is asked', INSIDE, { ...ALL, log_invalid: '6' }, REASON, 0],
	['all are let through, and this one is not asked', INSIDE, { ...ALL, log_invalid: '0' }, REASON, 1],
	['the initial one is not asked, and others are', FACTS, { ...ALL, log_invalid: '0' }, REASON, 1],
	['helpers speak without being asked', FACTS, { ...ALL, log_invalid: '0' }, HELPER, 0],
	['both families go to NFLOG here', INSIDE, { ...ALL, ...BOTH_NFLOG, log_invalid: '255' }, REASON, 1],
	[
		'one family goes to NFLOG',
		INSIDE,
		{ ...ALL, 'nf_log.10': 'nfnetlink_log', log_invalid: '255' },
		REASON,
		0,
	],
])('lines of other network namespaces: %s', (_, facts, values, text, foreign) => {
	const state = stepped({ ...seenState(values), facts }, 5, { type: 'log', events: [record(1, text)] })
	expect(state.log).toMatchObject({ packetLines: 1 - foreign, foreignLines: foreign })
	expect(state.reasons).toHaveLength(1 - foreign)
	// The log shows it all the same.
	expect(state.log.entries[0]?.reason).toBeDefined()
	expect(state.log.entries[0]?.foreign).toBe(foreign === 1 ? true : undefined)
	expect(watchNote(state).includes('1 line of other netns not counted')).toBe(foreign === 1)
})

test.each([
	['the kernel log', [['log_invalid', '255']], 0],
	[
		'NFLOG',
		[
			['nf_log.2', 'nfnetlink_log'],
			['nf_log.10', 'nfnetlink_log'],
			['log_invalid', '255'],
		],
		1,
	],
] as const)(
	'until the settings are read again after a change of ours that asks for %s',
	(_, sets, foreign) => {
		const changes = sets.map(([knob, set]) => heldChange({ knob, set, was: '0' }))
		const before = {
			...seenState({ ...ALL, log_invalid: '0' }),
			facts: INSIDE,
			lease: leaseView({ changes }),
			leaseAt: 3,
		}
		const asked = stepped(before, 5, { type: 'log', events: [record(1, REASON)] })
		expect(asked.log).toMatchObject({ packetLines: 1 - foreign, foreignLines: foreign })
	},
)

test('where the kernel log has the lines of all, no cause that they tell is certain', () => {
	const told = (values: Record<string, string>) => {
		const events = Array.from({ length: 30 }, (_, at) => record(at + 1, packetText('bad checksum')))
		const before = seenState({ log_invalid: '255', ...values })
		return findCauses(stepEvidence(stepped(before, 5, { type: 'log', events }))).map(
			({ id, confidence, open }) => [id, confidence, open.length],
		)
	}
	expect(told({ nf_log_all_netns: '0' })).toEqual([['checksum', 'high', 0]])
	// Nothing was looked at that would say that their connections are of this one.
	expect(told(ALL)).toEqual([['checksum', 'low', 1]])
})

test('what comes by NFLOG is of this namespace', () => {
	const before = { ...seenState({ ...ALL, log_invalid: '0' }), facts: INSIDE }
	const state = stepped(before, 5, { type: 'log', events: [message(1, REASON)] })
	expect(state.log).toMatchObject({ packetLines: 1, foreignLines: 0 })
})
