import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { account } from '../../src/investigation/accounting/accounting.ts'
import { REASONS } from '../../src/reasons/list.ts'
import { silentPaths } from '../../src/reasons/silent-paths.ts'
import { accountingLines } from '../harness/crafted/account.ts'
import { type CraftedLab, createCraftedLab, type LogSource } from '../harness/crafted/lab.ts'
import { NOT_PRODUCED, RECIPES } from '../harness/crafted/recipes/recipes.ts'
import { type Pass, runRecipes, type SaidLine } from '../harness/crafted/run.ts'
import { skipWithoutLab } from '../harness/kernel/lab.ts'

/** Line ends and blanks at the end: the kernel log has none, and one SCTP text has a line end in its middle. */
const asWords = (text: string) => text.split(/\s+/).join(' ').trim()

const INDEXED = RECIPES.map((recipe, index) => ({ ...recipe, index }))

describe.skipIf(skipWithoutLab())('every reason that a network namespace can produce', () => {
	let craft: CraftedLab
	const passes = new Map<LogSource, Pass>()

	beforeAll(async () => {
		craft = await createCraftedLab()
		for (const source of ['kmsg', 'nflog'] as const) {
			passes.set(source, await runRecipes(craft, source, RECIPES))
		}
	})
	afterAll(async () => {
		await craft.dispose()
		console.log(summary(passes.get('kmsg')))
		for (const { ids, why } of NOT_PRODUCED) console.log(`not produced, ${why}: ${ids.join(' ')}`)
	})

	const passOf = (source: LogSource): Pass => {
		const pass = passes.get(source)
		if (pass === undefined) throw new Error(`no pass over ${source}`)
		return pass
	}

	describe.each(['kmsg', 'nflog'] as const)('from %s', (source) => {
		test.each(INDEXED)('$name', ({ index, kind, lines, moves }) => {
			const { said, moved } = passOf(source).outcomes[index] ?? { said: [], moved: undefined }
			expect(said.map(({ reason }) => reason.id)).toEqual(lines.map(({ id }) => id))
			expect(moved).toEqual({ invalid: 0, error: 0, drop: 0, ...moves })
			const place = craft.place(index + 1)
			for (const [at, expected] of lines.entries()) {
				const { line, reason, answer } = said[at] as SaidLine
				expect(line.body.startsWith(expected.body ?? ''), line.body).toBe(true)
				expect(line.packet.rest).toEqual([])
				const params = typeof expected.params === 'function' ? expected.params(place) : expected.params
				expect(reason.params).toMatchObject(params ?? {})
				expect(answer).toBe(expected.own ?? false)
				expect(line.packet.in).toBe(kind === 'dropped' || expected.own ? null : 'veth0')
			}
			const verdicts = said.map(({ reason }) => reason.verdict)
			if (kind === 'invalid') expect(verdicts).toContain('invalid')
			else for (const verdict of verdicts) expect(verdict).toBe(kind)
		})

		test('nothing is lost, unread or unknown', () => {
			const { lost, unread, said } = passOf(source)
			if (source === 'nflog') expect(lost).toBe(0)
			expect(unread).toEqual([])
			expect(said.filter(({ reason }) => ['unknown', 'depends'].includes(reason.verdict))).toEqual([])
		})

		test('the counters are explained plus silent packets', () => {
			const { moved, said } = passOf(source)
			const account1 = account({
				counted: moved,
				lines: accountingLines(said),
				lost: { ring: 0, socket: 0 },
				source,
				asked: '255',
				shared: source === 'kmsg',
			})
			// The last packet of a pass, which only marks its end, is INVALID with a line too.
			const silent = RECIPES.reduce((sum, { moves, lines, kind }) => {
				const counted = (moves.invalid ?? 0) + (moves.error ?? 0)
				const told = kind === 'invalid' ? lines.filter(({ id }) => !id.startsWith('tcp-lower')).length : 0
				return sum + counted - told
			}, 0)
			expect(account1.counted).toBe(moved.invalid + moved.error)
			expect(account1.counted).toBe(account1.explained + account1.silent + account1.lost)
			expect(account1).toMatchObject({
				silent,
				silentAtMost: silent,
				lost: 0,
				aside: {
					accepted: of('accepted').reduce((sum, { lines }) => sum + lines.length, 0),
					droppedByHelper: of('dropped').reduce((sum, { lines }) => sum + lines.length, 0),
					secondLines: 1,
					answers: 2,
					foreign: 0,
					ahead: 0,
				},
			})
		})
	})

	test('every reason of the catalogue is produced, or listed with why not', () => {
		const produced = new Set(RECIPES.flatMap(({ lines }) => lines.map(({ id }) => id)))
		const today = REASONS.filter(({ legacy }) => !legacy).map(({ id }) => id)
		const missing = today.filter((id) => !produced.has(id))
		expect(missing.sort()).toEqual(NOT_PRODUCED.flatMap(({ ids }) => ids).sort())
	})

	test('both sources agree', () => {
		const words = (source: LogSource) => passOf(source).said.map(({ text }) => asWords(text))
		expect(words('nflog')).toEqual(words('kmsg'))
	})

	test.each(INDEXED.filter(({ kind }) => kind === 'silent'))(
		'$name: its path is offered',
		({ index, path, settings = {} }) => {
			const { outcomes, traits } = passOf('nflog')
			const values = {
				log_invalid: settings.nf_conntrack_log_invalid ?? '255',
				tcp_loose: settings.nf_conntrack_tcp_loose ?? '1',
				'nf_log.2': 'nfnetlink_log',
				'nf_log.10': 'nfnetlink_log',
				sctp_timeout_established: '210',
				gre_timeout: '30',
			}
			const moved = outcomes[index]?.moved ?? { invalid: 0, error: 0, drop: 0 }
			const offered = silentPaths({ values, moved, traits }).filter(
				({ standing }) => standing !== 'ruled-out',
			)
			expect(offered.map(({ id }) => id)).toContain(path)
		},
	)
})

const of = (kind: (typeof RECIPES)[number]['kind']) => RECIPES.filter((one) => one.kind === kind)

function summary(pass: Pass | undefined): string {
	if (pass === undefined) return 'no pass'
	const ids = (verdicts: readonly string[]) =>
		new Set(
			pass.said.filter(({ reason }) => verdicts.includes(reason.verdict)).map(({ reason }) => reason.id),
		)
	return [
		`${ids(['invalid', 'second-line']).size} reasons produced by ${of('invalid').length} recipes`,
		`${of('silent').length} silent paths`,
		`${ids(['accepted']).size} accepted by ${of('accepted').length}`,
		`${ids(['dropped']).size} dropped by helpers`,
		`${of('hidden').length} hidden`,
	].join(', ')
}
