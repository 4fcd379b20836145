import { expect, test } from 'vitest'
import { ledgerStory } from '../../../src/investigation/join/window-ledger.ts'
import type { SeenFlag, SeenWindow } from '../../../src/kernel/probes/entry-values.ts'
import { reasonProbes } from '../../../src/kernel/probes/probes.ts'
import { btfOf, KERNELS, materialOf, OPTIONS, tellerOf } from '../../kernel/probes/material.ts'

const side = (...flags: readonly SeenFlag[]): SeenWindow => ({
	end: 1_000,
	highestEnd: 65_000,
	largestWindow: 64_000,
	highestAck: 900,
	scale: flags.includes('window-scale') ? 7 : 0,
	flags,
})
const UNSEEN: SeenWindow = { ...side(), end: 0, highestEnd: 1_000, largestWindow: 0, highestAck: 0 }

const saysOf = (original: SeenWindow, reply: SeenWindow) =>
	ledgerStory({
		isConfirmed: true,
		tuple: {
			family: 2,
			protocol: 6,
			source: '10.0.0.1',
			destination: '10.0.0.2',
			sourcePort: 40_000,
			destinationPort: 80,
		},
		ledger: {
			state: 'ESTABLISHED',
			original,
			reply,
			lastDirection: 'original',
			retransmits: 0,
			lastSeq: 0,
			lastAck: 0,
			lastEnd: 0,
			lastWindow: 0,
		},
	})?.says

test.each<[string, SeenWindow, SeenWindow, readonly RegExp[]]>([
	['both scale', side('window-scale'), side('window-scale'), []],
	['neither does', side(), side(), []],
	['the SYN lost its option', side(), side('window-scale'), [/SYN of 10\.0\.0\.1:40000 had no window scale/]],
	['the answer has none', side('window-scale'), side(), [/answer of 10\.0\.0\.2:80 had none/]],
	['picked up', side('liberal'), side('liberal', 'window-scale'), [/picked up in mid-stream/]],
	['no reply', side('window-scale'), UNSEEN, [/No packet of 10\.0\.0\.2:80 was accepted here before/]],
])('%s', (_, original, reply, says) => {
	expect(saysOf(original, reply)).toEqual(says.map((one) => expect.stringMatching(one)))
})

test.each(KERNELS)('%s: ledgers of real entries', (release) => {
	const tell = tellerOf(reasonProbes(btfOf(release), OPTIONS))
	const stories = tell(materialOf(release).told).flatMap((told) => {
		const entry = told.entry()
		const story = entry === null ? undefined : ledgerStory(entry)
		return story === undefined ? [] : [story]
	})
	expect(stories.length).toBeGreaterThan(10)
	expect(stories.every(({ flow }) => /^\S+:\d+ > \S+:\d+$/.test(flow))).toBe(true)
	expect(stories.some(({ state, says }) => state === 'SYN_SENT' && /^No packet of/.test(says[0] ?? ''))).toBe(
		true,
	)
	expect(stories.some(({ says }) => says.length === 0)).toBe(true)
})
