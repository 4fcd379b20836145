import { describe, expect, test } from 'vitest'
import type { Answer, NamedCause } from '../cases/ask.ts'
import { CAUSE_IDS, type Case } from '../cases/case.ts'
import { CASES, casesNamed } from '../cases/cases.ts'
import { judge } from '../cases/judge.ts'
import { alone } from '../cases/topologies/topologies.ts'

const CASE: Case = {
	name: 'one',
	title: '',
	story: '',
	topology: alone,
	setUp: {},
	players: [],
	truth: {
		causes: [{ anyOf: ['entry-deleted'], less: ['entry-gone'], flows: /:8080\b/ }],
		may: ['late'],
		lookAlikes: ['small-timeout'],
		suffers: [],
		fine: [],
	},
	proof: { invalid: 'none' },
	neverOffered: [/be_liberal/],
}
const HEALTHY: Case = { ...CASE, truth: { ...CASE.truth, causes: [], may: ['late'] } }

const named = (
	id: string,
	confidence: NamedCause['confidence'] = 'high',
	more: Partial<NamedCause> = {},
) => ({
	...{
		id,
		confidence,
		title: '',
		share: 1,
		sentence: '',
		evidence: [],
		excluded: [],
		remedies: [],
		flows: [],
	},
	...more,
})

const answer = (causes: readonly NamedCause[], exitCode = causes.length > 0 ? 7 : 0): Answer => ({
	causes,
	exitCode,
	notChecked: ['the other router'],
	changes: [],
	account: null,
	stderr: '',
})

describe('how an answer is judged', () => {
	test.each<[string, Case, Answer, string]>([
		['the cause, high', CASE, answer([named('entry-deleted')]), 'right'],
		[
			'the cause, and one beside it that may be said',
			CASE,
			answer([named('entry-deleted'), named('late')]),
			'right',
		],
		['the cause, medium', CASE, answer([named('entry-deleted', 'medium')]), 'less'],
		['a wider name, high', CASE, answer([named('entry-gone')]), 'less'],
		['a look-alike, high', CASE, answer([named('small-timeout')]), 'wrong-high'],
		['the cause and a look-alike, high', CASE, answer([named('entry-deleted'), named('scan')]), 'wrong-high'],
		['a look-alike, medium', CASE, answer([named('small-timeout', 'medium')]), 'wrong'],
		['a look-alike, low, and that it cannot tell', CASE, answer([named('scan', 'low')]), 'cannot-tell'],
		['that it cannot tell', CASE, answer([], 2), 'cannot-tell'],
		['that nothing is wrong', CASE, answer([]), 'wrong'],
		['only what may be said beside it', CASE, answer([named('late')]), 'wrong'],
		[
			'the cause, with a flow of someone else',
			CASE,
			answer([named('entry-deleted', 'high', { flows: ['10.0.0.1:2525 > 10.0.0.2:40000'] })]),
			'wrong',
		],
		[
			'the cause, with a remedy that does not help',
			CASE,
			answer([named('entry-deleted', 'high', { remedies: ['Set nf_conntrack_tcp_be_liberal to 1.'] })]),
			'wrong',
		],
		[
			'the cause, and a remedy advised against',
			CASE,
			answer([named('entry-deleted', 'high', { remedies: ['Do not set nf_conntrack_tcp_be_liberal.'] })]),
			'right',
		],
		['a program that failed', CASE, answer([], 1), 'wrong'],
		['of a healthy host that nothing is wrong', HEALTHY, answer([]), 'right'],
		['of a healthy host a trickle that is there', HEALTHY, answer([named('late', 'medium')]), 'right'],
		['of a healthy host that it cannot tell', HEALTHY, answer([], 2), 'cannot-tell'],
		['of a healthy host a cause, high', HEALTHY, answer([named('scan')]), 'wrong-high'],
		['of a healthy host a cause, low', HEALTHY, answer([named('scan', 'low')]), 'less'],
	])('%s', (_, one, said, verdict) => {
		expect(judge(one, said).verdict).toBe(verdict)
	})

	test('an answer without the remedy that works is less than right', () => {
		const one: Case = { ...CASE, remedy: { place: 'here', line: ':', says: /kill the script/ } }
		expect(judge(one, answer([named('entry-deleted')]))).toEqual({
			verdict: 'less',
			notes: ['the remedy that works is not named'],
		})
		const said = named('entry-deleted', 'high', { remedies: ['Find and kill the script.'] })
		expect(judge(one, answer([said])).verdict).toBe('right')
	})
})

describe('the cases', () => {
	test('there are many, with names of their own', () => {
		expect(CASES.length).toBeGreaterThanOrEqual(40)
		expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length)
	})

	test.each(CASES.map((one) => [one.name, one] as const))(
		'%s says what it says of things that are there',
		(_, one) => {
			const players = one.players.map(({ name }) => name)
			expect(new Set(players).size).toBe(players.length)
			expect(players).toEqual(expect.arrayContaining([...one.truth.suffers, ...one.truth.fine]))
			const places = new Set(one.topology.places)
			const used = [...one.players, one.remedy, one.strike].flatMap((what) =>
				what === undefined ? [] : [what.place],
			)
			expect([...used, ...Object.keys(one.setUp)].filter((place) => !places.has(place))).toEqual([])
			// What it is, it cannot only look like.
			const { causes, may = [], lookAlikes } = one.truth
			const isThere = [...causes.flatMap(({ anyOf }) => anyOf), ...may]
			expect(lookAlikes.filter((id) => isThere.includes(id))).toEqual([])
		},
	)

	test('each cause that can be made in a namespace has a case, and those without are known', () => {
		const made = new Set(CASES.flatMap(({ truth }) => truth.causes.flatMap(({ anyOf }) => anyOf)))
		// No flowtables in this kernel; a port that is used again is no cause of INVALID packets by itself.
		expect(CAUSE_IDS.filter((id) => !made.has(id))).toEqual(['port-reused', 'offload', 'cloud-limit'])
	})

	test('a name that is no whole one means all that hold it', () => {
		expect(casesNamed(['table-full']).map(({ name }) => name)).toEqual(['table-full'])
		expect(casesNamed(['healthy-']).length).toBeGreaterThan(5)
		expect(casesNamed([])).toEqual(CASES)
		expect(casesNamed(['no such case'])).toEqual([])
	})
})
