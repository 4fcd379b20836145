import { describe, expect, test } from 'vitest'
import { risingElsewhere, whyNotEnter } from '../../../src/app/changing/netns-choice.ts'
import { stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import { withoutNetns } from '../../../src/commands/tui/tui.ts'
import { stepById } from '../../../src/investigation/steps/steps.ts'
import * as s from '../../ui/situations.ts'

describe('network namespaces', () => {
	test('where it rises elsewhere and not here, that is said once, and by the first step as long as it is so', () => {
		const state = s.namespaces()
		expect(risingElsewhere(state)).toEqual([{ name: 'containerd 3f4a9c1be2d0 nginx', rate: 12 }])
		expect(state.notice?.text).toContain('INVALID rises in containerd 3f4a9c1be2d0 nginx')
		const { headline, offer } = stepById('rising').answer(stepEvidence(state))
		expect(headline).toContain('INVALID rises in containerd 3f4a9c1be2d0 nginx: 12/s')
		expect(offer).toBe('namespaces')
	})

	test('where it rises here nothing is said of others', () => {
		const state = { ...s.reasons(), namespaces: s.namespaces().namespaces }
		expect(risingElsewhere(state)).toEqual([])
	})

	test('one is entered by leaving this one, which puts everything back first', () => {
		const state = s.namespaces()
		expect(whyNotEnter(state)).toBeUndefined()
		const left = s.later(state, { type: 'accept' })
		expect(left).toMatchObject({ into: '/proc/3/ns/net', busy: 'leaving', dialog: undefined })
	})

	test('not the present one, not out of a practice or a recording', () => {
		const state = s.namespaces()
		expect(whyNotEnter(s.later(state, { type: 'namespaces-move', by: -9 }))).toBe('you are there')
		expect(whyNotEnter({ ...state, modes: { ...state.modes, practice: 'scan' } })).toContain('practice')
		expect(whyNotEnter({ ...state, replay: { speed: 1, paused: false, played: 0, total: 1 } })).toContain(
			'recording',
		)
		expect(s.later(state, { type: 'namespaces-move', by: -9 }, { type: 'accept' }).into).toBeUndefined()
	})

	test.each([
		[['--netns', 'a', '--ascii'], ['--ascii']],
		[
			['tui', '--netns=a', '--record', 'f', '--ttl', '5m'],
			['tui', '--ttl', '5m'],
		],
		[[], []],
	])('the options go along, without those of the namespace: %j', (given, kept) => {
		expect(withoutNetns(given)).toEqual(kept)
	})
})
