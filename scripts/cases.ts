// npm run cases [-- [--prove] [--jobs N] [--answers DIR] [NAME ...]]: plays cases whose truth is known, and prints how
// ctscope judges each. A NAME that is no whole one means all that hold it. --prove: without ctscope; the kernel alone shows
// whether each case is what it says. --answers: keeps each answer as JSON. Exit status 1 when a cause was wrong with
// confidence high, when fewer than 95 % were right, or when a case was not what it says.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Case } from '../test/cases/case.ts'
import { casesNamed } from '../test/cases/cases.ts'
import { type Examined, examine, notesOf, rowOf, shareRight, summaryOf } from '../test/cases/examine.ts'
import type { Users } from '../test/cases/play.ts'
import { proveCase } from '../test/cases/prove.ts'
import { sideBySide } from '../test/cases/side-by-side.ts'

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		prove: { type: 'boolean' },
		jobs: { type: 'string', default: '5' },
		answers: { type: 'string' },
	},
})

const users = (of: Readonly<Record<string, Users>>): string =>
	Object.entries(of)
		.map(([name, { good, bad, how, tookS }]) =>
			[`${name} ${good} good (${tookS} s each)`, ...(bad > 0 ? [`${bad} bad: ${how.join(', ')}`] : [])].join(
				', ',
			),
		)
		.join('; ')

async function prove(one: Case): Promise<boolean> {
	try {
		const { answer = [], faults, trouble, cured, moved, tookS } = await proveCase(one)
		const lines = [
			`${faults.length === 0 ? 'proven' : 'FALSE '} ${one.name} (${tookS.toFixed(0)} s)`,
			...faults.map((fault) => `  !! ${fault}`),
			...answer
				.slice(0, 8)
				.map(({ reason, shape, count, flows, flow, most }) =>
					[`  ${count} x ${reason} ${shape}`, `${flows} flows, ${flow} ${most}`].join('; '),
				),
			`  counters ${JSON.stringify(moved)}`,
			`  users ${users(trouble)}`,
			...(one.remedy === undefined ? [] : [`  cured ${users(cured)}`]),
		]
		console.log(lines.join('\n'))
		return faults.length === 0
	} catch (error) {
		console.log(`FALSE  ${one.name}: ${error}`)
		return false
	}
}

const WIDTHS = [22, 36, 3]

async function ask(one: Case): Promise<Examined> {
	const examined = await examine(one)
	const row = rowOf(examined).map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0))
	console.log([row.join('  '), ...notesOf(examined).map((note) => `    ${note}`)].join('\n'))
	if (values.answers !== undefined) {
		const { played, judgement, faults } = examined
		const text = JSON.stringify({ name: one.name, truth: one.truth, judgement, faults, ...played }, null, 1)
		writeFileSync(join(values.answers, `${one.name}.json`), text)
	}
	return examined
}

const cases = casesNamed(positionals)
if (cases.length === 0) {
	console.error(`ctscope: no case is named ${positionals.join(' or ')}`)
	process.exit(1)
}
const begun = performance.now()
if (values.answers !== undefined) mkdirSync(values.answers, { recursive: true })
if (values.prove === true) {
	const proven = await sideBySide(cases, Number(values.jobs), prove)
	console.log(`${proven.filter(Boolean).length} of ${cases.length} proven`)
	process.exitCode = proven.every(Boolean) ? 0 : 1
} else {
	const examined = await sideBySide(cases, Number(values.jobs), ask)
	console.log(summaryOf(examined).join('\n'))
	console.log(`${((performance.now() - begun) / 60_000).toFixed(1)} minutes`)
	const isWrong = examined.some(
		({ judgement, faults }) => judgement.verdict === 'wrong-high' || faults.length > 0,
	)
	process.exitCode = isWrong || shareRight(examined) < 0.95 ? 1 : 0
}
