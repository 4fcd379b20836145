import { describe, expect, test } from 'vitest'
import { stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import type { State } from '../../../src/app/state/state.ts'
import { findCauses } from '../../../src/investigation/causes/causes.ts'
import type { Evidence } from '../../../src/investigation/evidence.ts'
import { toldBy } from '../../../src/investigation/step.ts'
import { STEPS, stepById } from '../../../src/investigation/steps/steps.ts'
import { smallTimeouts, trials } from '../../../src/investigation/trial/experiments.ts'
import { NO_SEGMENTS } from '../../../src/kernel/packet/segments.ts'
import * as s from '../../ui/situations.ts'

const evidence = (change: Partial<Evidence> = {}, state: State = s.sampled()): Evidence => ({
	...stepEvidence(state),
	...change,
})
const ids = (one: Evidence): readonly string[] => findCauses(one).map(({ id }) => id)
const only = (pattern: RegExp): Evidence['reasons'] =>
	stepEvidence(s.reasons()).reasons.filter(({ reason }) => pattern.test(reason.id))

const SERVICE = { protocol: 'tcp', client: '10.0.9.21', server: '10.0.3.7', port: 443 } as const
const counted = (there: number, back: number) => ({
	there,
	back,
	backWithoutSyn: null,
	seconds: 10,
	of: SERVICE,
})

describe('causes', () => {
	test('entries without a reply, and packets outside the window: asymmetric routing', () => {
		const [first] = findCauses(evidence())
		expect(first).toMatchObject({ id: 'one-direction', confidence: 'medium' })
		// Not counted before conntrack: that would prove it.
		expect(first?.excluded.join('\n')).toMatch(/one direction is not tracked/)
		expect(first?.evidence.join('\n')).toMatch(/entries have no reply/)
	})

	test('both directions counted: no asymmetric routing, whatever the entries say', () => {
		const found = ids(evidence({ bothWays: counted(500, 450) }))
		expect(found).not.toContain('one-direction')
		expect(found).toContain('window-scale-unknown')
	})

	test.each([
		[
			'next to nothing comes back',
			{ there: 900, back: 30, seconds: 12 },
			'one-direction',
			'window-scale-unknown',
		],
		['a handshake for each short connection', { there: 60, back: 4, seconds: 3 }, 'one-direction', undefined],
		['nothing comes back', { there: 30, back: 0, seconds: 4 }, 'one-direction', 'window-scale-unknown'],
	])('counted: %s', (_name, bothWays, is, isNot) => {
		const found = findCauses(evidence({ bothWays: { ...bothWays, backWithoutSyn: null, of: SERVICE } }))
		expect(found[0]?.id).toBe(is)
		expect(found.map(({ id }) => id)).not.toContain(isNot)
	})

	test('counted: as many there and back; that their entries have no reply is left open', () => {
		const bothWays = { ...counted(60, 55), seconds: 12 }
		const found = (change: Partial<Evidence>) =>
			findCauses(evidence({ bothWays, ...change })).map(({ id, confidence }) => `${id} ${confidence}`)
		expect(found({ sampled: [] })[0]).toBe('window-scale-unknown medium')
		expect(found({})).toContain('window-scale-unknown low')
		expect(found({}).join()).not.toMatch(/one-direction/)
	})

	test('where hardly anything comes back, the step says no more than its cause has earned', () => {
		const said = (bothWays: Evidence['bothWays'], change: Partial<Evidence> = {}) => {
			const answer = stepById('directions').answer(evidence({ bothWays, ...change }))
			return { says: toldBy(answer), confidence: answer.confidence, headline: answer.headline }
		}
		const dropped = said({ ...counted(900, 30), backWithoutSyn: 25 }, { rules: undefined, sampled: [] })
		expect(dropped.says).not.toMatch(/Only one direction/)
		const few = said({ ...counted(900, 30), backWithoutSyn: 25 }, { rules: undefined })
		expect(few).toMatchObject({
			confidence: 'low',
			headline: expect.stringMatching(/^Possible: /),
			says: expect.stringMatching(/Hardly anything comes back here, perhaps: /),
		})
		expect(said({ ...counted(900, 0) }).says).toMatch(/Only one direction passes here/)
	})

	test('what was counted of another service says nothing of these', () => {
		const bothWays = { ...counted(500, 450), of: { ...SERVICE, port: 25 } }
		expect(ids(evidence({ bothWays }))).toEqual(ids(evidence({ bothWays: undefined })))
		expect(ids(evidence({ bothWays: { ...bothWays, backWithoutSyn: null, of: SERVICE } }))).not.toContain(
			'one-direction',
		)
	})

	test('a checksum is no matter of directions', () => {
		const reasons = only(/csum/)
		expect(reasons.length).toBeGreaterThan(0)
		expect(ids(evidence({ reasons, sampled: [], accounting: undefined }))[0]).toBe('checksum')
	})

	test('many targets of few packets are a scan, the replies of a service are none', () => {
		const [template] = only(/csum/)
		if (template === undefined) throw new Error('no reason')
		const reason = { ...template.reason, id: 'tcp-flags' }
		const flows = (make: (at: number) => string) =>
			Array.from({ length: 40 }, (_, at) => ({
				flow: make(at),
				count: 1,
				where: 'eth0',
				ports: [],
				segments: { ...NO_SEGMENTS, odd: 1 },
				beyond: null,
			}))
		const scan = {
			...template,
			reason,
			count: 40,
			flows: flows((at) => `10.9.9.9:40000 > 10.0.0.1:${1000 + at}`),
		}
		const replies = {
			...template,
			reason,
			count: 40,
			flows: flows((at) => `10.0.0.1:80 > 10.9.9.9:${40_000 + at}`),
		}
		const base = { sampled: [], accounting: undefined }
		expect(ids(evidence({ ...base, reasons: [scan] }))).toEqual(['scan'])
		expect(ids(evidence({ ...base, reasons: [replies] }))).toEqual(['malformed'])
	})

	test('an entry that was made since the packet came does not hide that there was none', () => {
		const [template] = only(/./)
		if (template === undefined) throw new Error('no reason')
		const reasons = [{ ...template, reason: { ...template.reason, id: 'tcp-new' } }]
		const sampled = stepEvidence(s.sampled()).sampled.map(({ flow, facts }) => ({
			reasonId: 'tcp-new',
			flow,
			facts: {
				...facts,
				addresses: [facts.query.source],
				sockets: [
					{
						state: 'FIN-WAIT-1',
						receiveQueue: 0,
						sendQueue: 1,
						local: { address: facts.query.source, port: facts.query.sourcePort },
						peer: { address: facts.query.destination, port: facts.query.destinationPort },
						processes: [],
						timer: '',
					},
				],
			},
		}))
		const one = evidence({ reasons, sampled })
		expect(ids(one)).toContain('entry-gone')
		expect(ids(one)).not.toContain('one-direction')
		const { says, read } = stepById('directions').answer(one)
		expect(read).toContainEqual(['with an entry', `0 of ${sampled.length}, ${sampled.length} made since`])
		expect(says).toMatch(/no entry.*there was none when it came: \d+ entries were made since/)
	})

	test.each([
		['of other ports', 'ESTAB', 40_001, false],
		['of exactly these', 'FIN-WAIT-2', undefined, true],
		['of exactly these that is over', 'TIME-WAIT', undefined, false],
	])('a socket %s', (_name, state, port, isGone) => {
		const [template] = only(/./)
		if (template === undefined) throw new Error('no reason')
		// Nothing comes twice: that alone would say that someone waits.
		const flows = template.flows.map((one) => ({ ...one, segments: { ...NO_SEGMENTS, fin: one.count } }))
		const reasons = [{ ...template, flows, reason: { ...template.reason, id: 'tcp-new' } }]
		const sampled = stepEvidence(s.sampled()).sampled.map(({ flow, facts }) => ({
			reasonId: 'tcp-new',
			flow,
			facts: {
				...facts,
				entries: [],
				addresses: [facts.query.destination],
				sockets: [
					{
						state,
						receiveQueue: 0,
						sendQueue: 0,
						local: { address: facts.query.destination, port: facts.query.destinationPort },
						peer: { address: facts.query.source, port: port ?? facts.query.sourcePort },
						processes: [],
						timer: '',
					},
				],
			},
		}))
		const found = ids(evidence({ reasons, sampled }))
		expect(found.includes('entry-gone')).toBe(isGone)
		expect(found.includes('late')).toBe(!isGone)
	})

	test('nothing seen, nothing said', () => {
		expect(ids(evidence({}, s.blank()))).toEqual([])
		expect(ids(evidence({}, s.quiet()))).toEqual([])
	})
})

describe('settings that can be tried', () => {
	test('the one that the reasons point to comes first, and what is so already is not offered', () => {
		expect(trials(evidence())[0]?.knob).toBe('tcp_be_liberal')
		const values = { ...evidence().values, tcp_be_liberal: '1' }
		expect(trials(evidence({ values })).map(({ knob }) => knob)).not.toContain('tcp_be_liberal')
		expect(trials(evidence({ reasons: only(/csum/) }))[0]?.knob).toBe('checksum')
		expect(trials(evidence({ values: {} }))).toEqual([])
		// No packet speaks for the others.
		expect(trials(evidence({ reasons: only(/csum/), silent: [] })).map(({ knob }) => knob)).toEqual([
			'checksum',
		])
	})

	test.each([
		['300', true],
		['7199', true],
		['7200', false],
		['432000', false],
	])('an established timeout of %s s is small: %s', (tcp_timeout_established, isSmall) => {
		expect(smallTimeouts({ tcp_timeout_established })).toEqual(isSmall ? ['tcp_timeout_established'] : [])
	})
})

describe.each(STEPS.map((step) => ({ step, name: step.id })))('the step $name', ({ step }) => {
	test.each([
		['before anything was read', s.blank],
		['without INVALID packets', s.quiet],
		['not told', s.counts],
		['told', s.reasons],
		['refused', s.refused],
		['with everything', s.tried],
		['hostile', s.hostile],
	])('answers %s: in whole sentences, with what was not checked and where to go', (_name, make) => {
		const answer = step.answer(stepEvidence(make()))
		expect(answer.short).not.toBe('')
		for (const text of [answer.headline, toldBy(answer)]) expect(text).toMatch(/^\S.*[.?]$/s)
		expect(answer.notChecked.length).toBeGreaterThan(0)
		expect(answer.next === undefined).toBe(step.id === 'report')
		expect(answer.next).not.toBe(step.id)
		// What is being read is not sure.
		if (answer.state === 'reading') expect(answer.confidence).toBe('none')
		for (const text of [toldBy(answer), answer.does, ...(answer.byHand ?? []), ...answer.notChecked])
			expect(text).not.toMatch(/undefined|NaN|\.\.$/)
	})
})

test('what a rule of this host makes harmful is not offered, and that is said', () => {
	const { rules, silent, values } = evidence()
	if (rules === undefined) throw new Error('no rules')
	const proxy = {
		kind: 'synproxy',
		text: 'tcp dport 80 ct state invalid,untracked synproxy mss 1460',
		family: 'inet',
		table: 'fw',
		chain: 'input',
		number: 1,
	} as const
	const likely = silent.map((path) =>
		path.id === 'silent-tcp-loose' ? { ...path, standing: 'likely' as const } : path,
	)
	const path = {
		id: 'silent-tcp-loose',
		standing: 'likely',
		title: '',
		because: '',
		tellApart: '',
		counter: 'invalid',
	} as const
	const of = (shaping: readonly (typeof proxy)[]) =>
		evidence({
			reasons: [],
			silent: [...likely.filter(({ id }) => id !== path.id), path],
			values: { ...values, tcp_loose: '0' },
			rules: { ...rules, shaping },
		})
	expect(trials(of([])).map(({ knob }) => knob)).toContain('tcp_loose')
	expect(trials(of([proxy])).map(({ knob }) => knob)).not.toContain('tcp_loose')
	expect(stepById('setting').answer(of([proxy])).read).toContainEqual([
		'tcp_loose',
		expect.stringContaining(proxy.text),
	])
	expect(stepById('setting').answer(of([])).read.join()).not.toContain('not offered')
})
