import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { account } from '../../src/investigation/accounting/accounting.ts'
import { accountingLines } from '../harness/crafted/account.ts'
import { type CraftedLab, createCraftedLab, type LogSource } from '../harness/crafted/lab.ts'
import { C, established, type Recipe, talk } from '../harness/crafted/recipe.ts'
import { TCP_ACCEPTED } from '../harness/crafted/recipes/tcp-noted.ts'
import { runRecipes } from '../harness/crafted/run.ts'
import { skipWithoutLab } from '../harness/kernel/lab.ts'

const REPEATS = 5

const retransmissions: Recipe = {
	name: 'a SYN that is sent again and again',
	kind: 'accepted',
	packets: (place) => {
		const one = talk(place)
		return [...established(one), ...Array.from({ length: REPEATS }, () => one.orig('S', { seq: C }))]
	},
	lines: Array.from({ length: REPEATS }, () => ({ id: 'tcp-ign' })),
	moves: {},
}

describe.skipIf(skipWithoutLab())('a line is no proof of an INVALID packet', () => {
	let craft: CraftedLab
	beforeAll(async () => {
		craft = await createCraftedLab()
	})
	afterAll(async () => {
		await craft.dispose()
	})

	/** Packets that the rule `ctstate INVALID` of the namespace has met: the kernel's own verdict. */
	const metByRule = async () => {
		const text = await craft.lab.inside('iptables', '-w', '-L', 'FORWARD', '-v', '-x', '-n')
		return Number(/^\s*(\d+).*ctstate INVALID/m.exec(text)?.[1])
	}

	test.each([
		['kmsg', 'a retransmitted SYN', [retransmissions], REPEATS],
		['nflog', 'a retransmitted SYN', [retransmissions], REPEATS],
		[
			'nflog',
			'everything that is only noted',
			TCP_ACCEPTED,
			TCP_ACCEPTED.reduce((sum, { lines }) => sum + lines.length, 0),
		],
	] as [LogSource, string, Recipe[], number][])(
		'from %s: %s is not counted as INVALID',
		async (source, _, recipes, lines) => {
			const before = await metByRule()
			const { moved, said } = await runRecipes(craft, source, recipes)
			const accepted = said.filter(({ reason }) => reason.verdict === 'accepted')
			expect(accepted).toHaveLength(lines)
			// The one packet that marks the end of a pass is INVALID.
			expect((await metByRule()) - before).toBe(1)
			expect(moved).toEqual({ invalid: 1, error: 0, drop: 0 })
			expect(
				account({
					counted: moved,
					lines: accountingLines(said),
					lost: { ring: 0, socket: 0 },
					source,
					asked: '255',
					shared: source === 'kmsg',
				}),
			).toMatchObject({ counted: 1, explained: 1, silent: 0, lost: 0, aside: { accepted: lines } })
		},
	)
})
