import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { answered, gathered } from './given.ts'

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url))

describe('ulogd 2.0.8, the same packets by each of its outputs', () => {
	/** What the rows say of the packets, without what an output does not print. */
	const packets = async (name: string) => {
		const { all, things } = await gathered(fixture(`ulogd/${name}`))
		expect(things).toHaveLength(1)
		expect(things[0]?.counts.other).toBeUndefined()
		return [...all.logs.summary.rules.values()].map((group) => ({
			name: group.name,
			count: group.count,
			flows: group.flows.top(20),
			suggested: group.suggested?.top(5),
		}))
	}

	test('nine packets that a rule has logged', async () => {
		expect(await packets('logemu.log')).toMatchObject([{ name: 'INV', count: 9 }])
	})

	test.each(['json.log', 'oprint.log', 'gprint.log'])('%s', async (name) => {
		expect(await packets(name)).toEqual(await packets('logemu.log'))
	})
})

describe('xtables-monitor 1.8.9 and nft 1.0.6 tell the same of the same packets', () => {
	const stories = async (name: string) => {
		const { stories: all } = await answered(fixture(`trace/${name}`))
		return all.map(({ id, flow, state, steps, decision }) => ({
			id,
			flow,
			state,
			steps: steps.map((step) => step.replace(/^(\S* +\w+): .*/, '$1')),
			decision: decision.replace(/ rule with handle \d+ of|: .*/g, ''),
		}))
	}

	test('flow, state, chains and verdicts', async () => {
		const told = await stories('xtables-monitor.log')
		expect(told).toEqual(await stories('xtables-monitor-by-nft.log'))
		expect(told).toMatchObject([{ state: null }, { state: null }, { state: 'invalid' }])
		expect(told[2]?.decision).toContain('drop by ip filter INPUT')
	})
})
