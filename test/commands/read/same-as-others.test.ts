import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createLineReader } from '../../../src/commands/parse/reader.ts'
import { ParseSummary } from '../../../src/commands/parse/summary.ts'
import { FoldJoiner } from '../../../src/kernel/log/fold-joiner.ts'
import { LineCutter } from '../../../src/kernel/log/log-text.ts'
import { readPasted } from '../../../src/kernel/rules/read/pasted.ts'
import { answered, gathered } from './given.ts'

const fixtures = (folder: string) =>
	readdirSync(new URL(`../../fixtures/${folder}/`, import.meta.url)).map(
		(name) => [name, readFileSync(new URL(`../../fixtures/${folder}/${name}`, import.meta.url))] as const,
	)

/** What the rules command makes of a text: rules, how many in all, and what was not understood. */
const rulesOf = (text: string) => {
	const { ruleset } = readPasted(text)
	return {
		rules: ruleset.rules.map(({ family, table, chain, number, text: words }) => [
			family,
			table,
			chain,
			number,
			words,
		]),
		total: ruleset.total,
		unread: ruleset.unreadCount,
		elsewhere: ruleset.elsewhere,
	}
}

describe('rules', () => {
	test.each(fixtures('rules'))('%s: read finds the rules that the rules command finds', async (_, bytes) => {
		const { all } = await gathered(bytes)
		expect(rulesOf(all.rulesText())).toEqual(rulesOf(bytes.toString('utf8')))
	})
})

/** What the parse command makes of a log: reasons and rules, and how many lines of each. */
function parsed(bytes: Buffer) {
	const read = createLineReader()
	const summary = new ParseSummary()
	const cutter = new LineCutter()
	const joiner = new FoldJoiner()
	const lines = [...joiner.push([...cutter.push(bytes), ...cutter.end()]), ...joiner.end()]
	for (const { text, cut } of lines) summary.add(read(text), cut)
	const counted = [...summary.reasons.values()].map(({ reason, count }) => [reason?.id, count])
	return counted.toSorted()
}

describe('logs', () => {
	test.each(fixtures('field'))('%s: read finds the reasons that parse finds', async (_, bytes) => {
		const { reasons } = await answered(bytes)
		expect(reasons.map(({ reason, count }) => [reason.id, count]).toSorted()).toEqual(parsed(bytes))
	})
})
