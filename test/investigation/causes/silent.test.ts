import { describe, expect, test } from 'vitest'
import { stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import { findCauses } from '../../../src/investigation/causes/causes.ts'
import type { Evidence, SeenFlow, SeenReason } from '../../../src/investigation/evidence.ts'
import type { TableFill } from '../../../src/investigation/table/fill.ts'
import type { EndedEntry } from '../../../src/kernel/conntrack/ended-entry.ts'
import { NO_SEGMENTS } from '../../../src/kernel/packet/segments.ts'
import type { ShapingRule } from '../../../src/kernel/rules/rule.ts'
import type { SilentPath, Standing } from '../../../src/reasons/silent-paths.ts'
import { endedEntry } from '../../harness/samples/ended.ts'
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

const NONE = { noRoom: 0, evicted: 0, clashes: 0 }
const ROOMY: TableFill = {
	...{ fullness: 'roomy', count: 9, peak: 9, max: 1_000, isSetElsewhere: false },
	...{ rates: NONE, watched: { ...NONE, seconds: 20 }, holders: undefined, holdersAge: 0 },
}
const ping = (rest: Partial<EndedEntry> = {}): EndedEntry =>
	endedEntry({
		protocol: 'icmp',
		original: { src: '10.66.1.2', dst: '198.51.100.7', sport: null, dport: null },
		...rest,
	})
const shaping = (text: string): ShapingRule => ({
	...{ kind: 'notrack', family: 'inet', table: 'raw', chain: 'prerouting', number: 1, text },
})

/** So many packets without a log line, and nothing else. */
function evidence(silent: number, rest: Partial<Evidence>): Evidence {
	const base = stepEvidence(s.sampled())
	if (base.accounting === undefined || base.rules === undefined) throw new Error('no account, or no rules')
	return {
		...base,
		reasons: [],
		sampled: [],
		ended: [],
		table: ROOMY,
		rules: { ...base.rules, shaping: [] },
		accounting: { ...base.accounting, counted: silent, explained: 0, silent },
		meantSilent: silent,
		silent: [path('silent-icmp-error', 'likely'), path('silent-icmp-reply', 'possible')],
		...rest,
	}
}
function withShaping(text: string): Partial<Evidence> {
	const { rules } = stepEvidence(s.sampled())
	if (rules === undefined) throw new Error('no rules')
	return { rules: { ...rules, shaping: [shaping(text)] } }
}
const found = (one: Evidence) =>
	findCauses(one)
		.filter(({ id }) => id.startsWith('icmp'))
		.map(({ id, confidence }) => `${id} ${confidence}`)

describe('packets without a log line that were looked at', () => {
	test('echo replies are told by their number and flows, with confidence high', () => {
		const unlined = [row('unlined-icmp-reply', [flow(30)]), row('unlined-tcp', [flow(10)])]
		const [cause] = findCauses(evidence(80, { unlined }))
		expect(cause).toMatchObject({
			id: 'icmp-unasked',
			confidence: 'high',
			share: 0.75,
			evidence: [
				'30 of 40 packets not logged were echo replies or other ICMP that is not an error, examined one by one',
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

describe('errors that a packet is too big', () => {
	const of = (tooBig: number, others = 0) => {
		const unlined = [
			row('unlined-icmp-too-big', [flow(tooBig)]),
			...(others > 0 ? [row('unlined-icmp-error', [flow(others)])] : []),
		]
		return findCauses(evidence(tooBig + others, { unlined }))
	}

	test('few of them are no trickle: a connection is stuck', () => {
		const [cause] = of(4)
		expect(cause).toMatchObject({ id: 'icmp-unrelated', confidence: 'high', share: 1 })
		expect(cause?.remedies.join(' ')).toMatch(/frag-needed/)
		expect(cause?.remedies.join(' ')).not.toMatch(/nothing is to be done/)
	})
	test('one is a trickle', () => expect(of(1)).toEqual([]))
	test('others beside them change nothing', () => {
		const [cause] = of(4, 40)
		expect(cause?.evidence.join(' ')).toMatch(/4 of them say that a packet is too big/)
	})
})

describe('what looks like ICMP that nobody asked for', () => {
	const REPLIES = [row('unlined-icmp-reply', [flow(30)])]
	const ERRORS = [row('unlined-icmp-error', [flow(30)])]
	const deleted = ping({ protocol: 'tcp', portId: 178 })
	test.each<[string, readonly SeenReason[], Partial<Evidence>, string]>([
		[
			'entries are evicted',
			REPLIES,
			{ table: { ...ROOMY, watched: { ...ROOMY.watched, evicted: 1 } } },
			'medium',
		],
		['the table is nearly full', ERRORS, { table: { ...ROOMY, fullness: 'nearly-full' } }, 'medium'],
		['the table was not read', ERRORS, { table: undefined }, 'medium'],
		['the entry of such a request has ended', REPLIES, { ended: [ping()] }, 'medium'],
		[
			'that of another one',
			REPLIES,
			{ ended: [ping({ original: { ...ping().original, dst: '10.9.9.9' } })] },
			'high',
		],
		['entries of TCP were deleted', REPLIES, { ended: [deleted] }, 'high'],
		['entries were deleted, and errors come', ERRORS, { ended: [deleted] }, 'medium'],
		['entries have timed out, and errors come', ERRORS, { ended: [ping({ protocol: 'udp' })] }, 'high'],
		['nobody has watched entries end', REPLIES, { ended: undefined }, 'medium'],
		['more have ended than were told', REPLIES, { ended: [deleted], endsMissed: true }, 'medium'],
		['requests may not be tracked', REPLIES, withShaping('iifname "eth0" notrack'), 'medium'],
		['requests are not tracked', REPLIES, withShaping('ip protocol != tcp notrack'), 'medium'],
		['TCP of one port is not tracked', REPLIES, withShaping('tcp dport 80 notrack'), 'high'],
		['the rules were not read', REPLIES, { rules: undefined }, 'medium'],
	])('%s', (_, unlined, rest, confidence) => {
		expect(found(evidence(100, { unlined, ...rest }))).toEqual([expect.stringContaining(confidence)])
	})
})

describe('packets without a log line that nobody has looked at', () => {
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
