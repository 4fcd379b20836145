import { describe, expect, test } from 'vitest'
import { stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import { findCauses } from '../../../src/investigation/causes/causes.ts'
import type { Evidence, SeenFlow, SeenReason } from '../../../src/investigation/evidence.ts'
import { NO_SEGMENTS } from '../../../src/kernel/packet/segments.ts'
import type { SilentPath, Standing } from '../../../src/reasons/silent-paths.ts'
import * as s from '../../ui/situations.ts'

const flow = (count: number, where = 'eth0', name = '198.51.100.7 > 10.66.1.2'): SeenFlow => ({
	flow: name,
	count,
	where,
	ports: [],
	segments: NO_SEGMENTS,
	beyond: null,
})
const row = (id: string, flows: readonly SeenFlow[], answer = false): SeenReason => ({
	reason: {
		id,
		title: id,
		protocol: 'ICMP',
		verdict: 'invalid',
		detail: '',
		params: {},
		...(answer ? { answer } : {}),
	},
	count: flows.reduce((sum, { count }) => sum + count, 0),
	rate: 1,
	flows,
	sample: '',
	detail: '',
})
const path = (id: string, standing: Standing): SilentPath => ({
	...{ id, standing, title: id, counter: 'invalid', because: `because ${id}`, tellApart: '' },
})

/** So many packets without a line, and nothing else. */
function evidence(silent: number, rest: Partial<Evidence>): Evidence {
	const base = stepEvidence(s.sampled())
	if (base.accounting === undefined) throw new Error('no account')
	return {
		...base,
		reasons: [],
		sampled: [],
		accounting: { ...base.accounting, counted: silent, explained: 0, silent },
		meantSilent: silent,
		silent: [path('silent-icmp-error', 'likely'), path('silent-icmp-reply', 'possible')],
		...rest,
	}
}
const found = (one: Evidence) =>
	findCauses(one)
		.filter(({ id }) => id.startsWith('icmp'))
		.map(({ id, confidence }) => `${id} ${confidence}`)

describe('packets without a line that were looked at', () => {
	test('echo replies are told by their number and flows, with confidence high', () => {
		const unlined = [row('unlined-icmp-reply', [flow(30)]), row('unlined-tcp', [flow(10)])]
		const [cause] = findCauses(evidence(80, { unlined }))
		expect(cause).toMatchObject({
			id: 'icmp-unasked',
			confidence: 'high',
			share: 0.75,
			evidence: [
				'30 of 40 packets without a line were echo replies or other ICMP that is no error, looked at one by one',
			],
			flows: ['198.51.100.7 > 10.66.1.2'],
		})
	})

	test.each<[string, readonly SeenReason[], readonly string[]]>([
		['errors', [row('unlined-icmp-error', [flow(20)])], ['icmp-unrelated high']],
		['none of them ICMP', [row('unlined-tcp', [flow(20)])], []],
		['errors that this host has sent', [row('unlined-icmp-error', [flow(20, '>eth0')])], []],
		['errors about answers of this host', [row('unlined-icmp-error', [flow(20)], true)], []],
		['replies on loopback', [row('unlined-icmp-reply', [flow(20, 'lo')])], []],
		['few of many', [row('unlined-icmp-reply', [flow(4)])], ['icmp-unasked medium']],
		[
			'so few that every host has them',
			[row('unlined-icmp-reply', [flow(1)]), row('unlined-tcp', [flow(40)])],
			[],
		],
	])('%s', (_, unlined, causes) => {
		expect(found(evidence(100, { unlined }))).toEqual(causes)
	})
})

describe('packets without a line that nobody has looked at', () => {
	test.each<[string, Evidence['unlined']]>([
		['it was not possible', undefined],
		['none came meanwhile', []],
	])('are never known for certain: %s', (_, unlined) => {
		const silent = [path('silent-icmp-error', 'likely')]
		const causes = findCauses(evidence(50, { unlined, silent }))
		expect(causes.map(({ id, confidence }) => `${id} ${confidence}`)).toEqual(['icmp-unrelated medium'])
		expect(causes[0]?.open.join()).toContain('ctscope tap --state invalid')
	})
})
