import { createClock } from '../../host/clock.ts'
import { readListing } from '../../host/conntrack/listing-file.ts'
import { actionOf, policies, ruleRows, seeByHand } from '../../investigation/join/rule-rows.ts'
import { ruleWarnings } from '../../investigation/join/rule-warnings.ts'
import { type RuleTally, tallied } from '../../kernel/rules/difference.ts'
import { countedRules } from '../../kernel/rules/merge.ts'
import { readPasted } from '../../kernel/rules/read/pasted.ts'
import type { RulesReading } from '../../model/rules-reading.ts'
import * as english from '../../words/english/commands/rules.ts'
import { isPiped } from '../../words/fact.ts'
import { describe, fail, ok, type Result } from '../../words/failure.ts'
import { counted } from '../../words/numbers.ts'
import { columnsOf } from '../../words/paragraph.ts'
import { visible } from '../../words/visible.ts'
import { refused } from '../common/failure-exit.ts'
import { lookAt } from '../common/look-at.ts'
import { type CommonOptions, EXIT } from '../common/options.ts'
import { print, printJson, sayBeside } from '../common/output.ts'
import { JSON_VERSION } from '../common/version.ts'
import { plain, rulesFacts, rulesText } from './text.ts'

export type RulesOptions = CommonOptions & {
	readonly json: boolean
	/** Time between the two readings, ms. */
	readonly intervalMs: number
	/** A pasted or saved listing; `-` for standard input. Undefined: the rules of this host. */
	readonly file: string | undefined
}

/** Tells which rules act on INVALID packets. Changes nothing. */
export async function runRules(options: RulesOptions): Promise<number> {
	const read = options.file === undefined ? await live(options) : pasted(options.file)
	if (!read.ok) return refused(read.failure)
	const { reading, tally, format, removed } = read.value
	const { ruleset, backends, failures } = reading
	const rows = ruleRows(ruleset, tally)
	for (const failure of failures) {
		const { title, detail, next } = describe(failure)
		sayBeside(english.someRulesAreNotShown(title, detail, next))
	}
	if (options.json) {
		printJson(rulesJson({ reading, rows, format }))
		return EXIT.ok
	}
	if (format !== '') print(english.readAs(format))
	if (removed > 0) print(english.aDiffTakesAway(counted(removed, 'line')))
	const shown = { ruleset, backends, failures, rows, isLive: options.file === undefined }
	process.stdout.write(
		plain(
			isPiped(process.stdout)
				? rulesFacts(shown)
				: rulesText({ ...shown, columns: columnsOf(process.stdout) }),
		),
	)
	return EXIT.ok
}

type Read = {
	readonly reading: RulesReading
	readonly tally: RuleTally | undefined
	/** What a file was taken for; empty for this host. */
	readonly format: string
	/** Lines that a diff takes away. */
	readonly removed: number
}

async function live(options: RulesOptions): Promise<Result<Read>> {
	const observer = lookAt(options)
	const clock = createClock()
	const first = await observer.rules()
	if (!first.ok) return first
	const tally = tallied(undefined, countedRules(first.value.ruleset), first.value.at)
	await new Promise<void>((resolve) => clock.after(options.intervalMs, resolve))
	const second = await observer.rules()
	if (!second.ok) return second
	return ok({
		reading: second.value,
		tally: tallied(tally, countedRules(second.value.ruleset), second.value.at),
		format: '',
		removed: 0,
	})
}

function pasted(file: string): Result<Read> {
	const text = readListing(file)
	if (!text.ok) return text
	const { format, ruleset, others, removed } = readPasted(text.value)
	if (format === '')
		return fail({
			kind: 'usage',
			message:
				others.length === 0
					? english.holdsNoRulesThatCan(visible(file))
					: english.holdsNoRulesBut(visible(file), others.join(', ')),
			next: english.giveWhatIptablesSaveC,
		})
	const of = ruleset.rules.length > 0 ? ruleset.rules : ruleset.chains
	const backends = [...new Set(of.map(({ backend }) => backend))]
	return ok({
		reading: { at: 0, tookMs: 0, ruleset, backends, failures: [] },
		tally: undefined,
		format,
		removed,
	})
}

function rulesJson({
	reading,
	rows,
	format,
}: Pick<Read, 'reading' | 'format'> & { readonly rows: ReturnType<typeof ruleRows> }) {
	const { ruleset, backends, failures, tookMs } = reading
	return {
		v: JSON_VERSION,
		format: format === '' ? null : format,
		tookMs: Math.round(tookMs),
		backends,
		total: ruleset.total,
		warnings: ruleWarnings(backends, ruleset, failures).map((text) => visible(text)),
		...(ruleset.listings === undefined ? {} : { listings: ruleset.listings.map((text) => visible(text)) }),
		rules: rows.map((row) => {
			const { rule, hook, priority, path, owner, counter, difference, isInvalid, isBeforeConntrack } = row
			return {
				...(rule.listing === undefined ? {} : { listing: rule.listing }),
				hook: hook === '' ? null : hook,
				priority: hook === '' ? null : priority,
				path: path.map((name) => visible(name)),
				reachedFrom: row.ways.map((way) => ({
					hook: way.hook,
					priority: way.priority,
					path: way.path.map((name) => visible(name)),
				})),
				ways: row.wayCount,
				moreWays: row.isMore,
				backend: rule.backend,
				family: rule.family,
				table: visible(rule.table),
				chain: visible(rule.chain),
				number: rule.number,
				handle: rule.handle,
				text: visible(rule.text),
				states: rule.state?.states ?? null,
				invalid: isInvalid,
				mayBeInvalid: row.mayBeInvalid,
				stateNotShown: rule.hidden === undefined ? null : visible(rule.hidden),
				action: visible(actionOf(rule)),
				log: rule.log === null ? null : { ...rule.log, prefix: visible(rule.log.prefix) },
				owner,
				comment: visible(rule.comment),
				counter,
				counterName: rule.sharedCounter === null ? null : visible(rule.sharedCounter),
				since: difference?.since ?? null,
				rate: difference?.rate ?? null,
				zeroed: difference?.wasZeroed ?? false,
				beforeConntrack: isBeforeConntrack,
				see: visible(seeByHand(rule)),
				wellKnown: row.known ?? null,
			}
		}),
		policies: policies(ruleset).map(({ chain, hook, priority, policy }) => ({
			hook,
			priority,
			...(chain.listing === undefined ? {} : { listing: chain.listing }),
			backend: chain.backend,
			family: chain.family,
			table: visible(chain.table),
			chain: visible(chain.name),
			policy,
			counter: chain.counter,
			rules: chain.size,
		})),
		counters: Object.fromEntries(
			Object.entries(ruleset.named).map(([name, counter]) => [visible(name), counter]),
		),
		sets: Object.fromEntries(
			Object.entries(ruleset.sets).map(([name, text]) => [visible(name), visible(text)]),
		),
		failures: failures.map((failure) => describe(failure)),
		unread: ruleset.unread.map((line) => visible(line)),
		unreadLines: ruleset.unreadCount ?? ruleset.unread.length,
		elsewhere: (ruleset.elsewhere ?? []).map(({ kind, name }) => ({ kind, name: visible(name) })),
	}
}
