import { flowFromLine, readFlow } from '../../investigation/join/flow-words.ts'
import { joinFlow } from '../../investigation/join/join.ts'
import { endInWords } from '../../investigation/join/obituary.ts'
import { ruleRows } from '../../investigation/join/rule-rows.ts'
import type { JoinRules, SeenLine } from '../../investigation/join/view.ts'
import type { FlowQuery } from '../../kernel/conntrack/flow-facts.ts'
import { isIcmp } from '../../kernel/conntrack/flow-match.ts'
import { parsePacketLine } from '../../kernel/packet/packet-line.ts'
import type { RulesReading } from '../../model/rules-reading.ts'
import { classify } from '../../reasons/classify.ts'
import * as english from '../../words/english/commands/rules.ts'
import { describe } from '../../words/failure.ts'
import { clock } from '../../words/numbers.ts'
import { beside, columnsOf } from '../../words/paragraph.ts'
import { visible } from '../../words/visible.ts'
import { wrongUse } from '../common/failure-exit.ts'
import { lookAt } from '../common/look-at.ts'
import { type CommonOptions, EXIT } from '../common/options.ts'
import { print, printJson, sayBeside } from '../common/output.ts'
import { type Ending, exitOfSignal } from '../common/signals.ts'
import { JSON_VERSION } from '../common/version.ts'
import { type AwaitedEnd, awaitEnd } from './await-end.ts'

export type FlowOptions = CommonOptions & {
	readonly words: readonly string[]
	readonly json: boolean
	/** Watch so long until its entry ends; undefined: only look. */
	readonly forMs: number | undefined
	/** The zone of conntrack that its packets are given; undefined: any. */
	readonly zone: number | undefined
	/** Id of an ICMP echo, timestamp or information request; undefined: any. */
	readonly icmpId: number | undefined
}

/** Joins entry, socket and rule of one flow, and says what follows. Changes nothing. */
export async function runFlow(options: FlowOptions): Promise<number> {
	const asked = queryOf(options.words)
	if (asked === undefined) {
		process.stderr.write(english.ctscopeGiveProtocolSource)
		return EXIT.usage
	}
	const wrong = wrongIn(options, asked.query)
	if (wrong !== undefined) return wrongUse(wrong)
	const { line } = asked
	const query = narrowed(asked.query, options)
	const observer = lookAt(options)
	const look = () => Promise.all([observer.flow(query), observer.rules()])
	const watched =
		options.forMs === undefined ? undefined : await awaitEnd(observer, query, options.forMs, look)
	const [facts, rules] = watched?.seen ?? (await look())
	const missing = [
		...(rules.ok ? [] : [english.theRules(describe(rules.failure).detail)]),
		...(watched?.failure === undefined
			? []
			: [english.itsEndWasNotWatched(describe(watched.failure).detail)]),
		...(watched?.missed === true ? [english.someEndsWereNotTold] : []),
	]
	const join = joinFlow(
		{ ...facts, missing: [...facts.missing, ...missing] },
		rules.ok ? rulesOf(rules.value) : undefined,
		line,
	)
	// Where the table could not be read nothing was answered.
	const exit = exitOf(watched?.signal, facts.entries !== undefined || watched?.end !== undefined)
	if (options.json) {
		const { sentences, evidence, notChecked, confidence } = join
		const safe = (list: readonly string[]) => list.map((text) => visible(text))
		const json = {
			v: JSON_VERSION,
			flow: query,
			netns: facts.netns ?? null,
			confidence,
			sentences: safe(sentences),
			evidence: safe(evidence),
			notChecked: safe(notChecked),
			entries: facts.entries ?? null,
			sockets: facts.sockets ?? null,
			end: watched?.end === undefined ? null : endJson(watched.end),
		}
		printJson(json)
		return exit
	}
	if (exit === EXIT.refused) {
		sayBeside(english.nothingIsSaidOfThisFlow(facts.missing[0] ?? english.theTable))
		return exit
	}
	const columns = columnsOf(process.stdout)
	const lines = [
		...(watched === undefined || watched.failure !== undefined ? [] : beside('', endText(watched), columns)),
		...join.sentences.flatMap((text) => beside('', text, columns)),
		...join.evidence.flatMap((text) => beside('  ', text, columns)),
		...beside(english.notChecked, join.notChecked.join('; '), columns),
	]
	print(lines.join('\n'))
	return exit
}

/** What these options cannot do together, or for this protocol. */
function wrongIn({ forMs, zone, icmpId }: FlowOptions, query: FlowQuery): string | undefined {
	if (icmpId !== undefined && !isIcmp(query)) return english.icmpIdIsOfIcmp(visible(query.protocol))
	// What tells of an end names neither of the two.
	if (forMs !== undefined && (zone !== undefined || icmpId !== undefined)) return english.endsNameNoZone
	return undefined
}

const narrowed = (query: FlowQuery, { zone, icmpId }: FlowOptions): FlowQuery => ({
	...query,
	...(zone === undefined ? {} : { zone }),
	...(icmpId === undefined ? {} : { icmp: { type: query.icmp?.type ?? null, id: icmpId } }),
})

function exitOf(signal: Ending | undefined, isAnswered: boolean): number {
	if (signal === 'SIGTERM' || signal === 'SIGHUP') return exitOfSignal(signal)
	return isAnswered ? EXIT.ok : EXIT.refused
}

function endText({ end, seconds, olderToo }: AwaitedEnd): string {
	if (end === undefined) return english.entryDidNotEnd(seconds.toFixed(1), olderToo)
	return english.entryEndedAt(clock(end.wall, 'ms'), endInWords(end.entry))
}

const endJson = ({ entry, wall }: NonNullable<AwaitedEnd['end']>) => ({
	at: new Date(wall).toISOString(),
	kind: entry.how,
	by: entry.how === 'deleted' ? { task: visible(entry.program), pid: entry.pid, portId: entry.portId } : null,
	state: entry.state,
	sentence: endInWords(entry),
})

const rulesOf = ({ ruleset, failures }: RulesReading): JoinRules => ({
	rows: ruleRows(ruleset, undefined),
	ruleset,
	failures,
})

/** A line of conntrack has a reason besides. */
function queryOf(
	words: readonly string[],
): { readonly query: FlowQuery; readonly line: SeenLine | undefined } | undefined {
	const [protocol = '', from = '', ...rest] = words.filter((word) => word !== '>')
	const to = rest[0] ?? ''
	const given = rest.length === 1 ? readFlow(protocol, from, to) : undefined
	if (given !== undefined) return { query: given, line: undefined }
	const text = words.join(' ')
	const query = flowFromLine(text)
	const line = parsePacketLine(text)
	if (query === undefined) return undefined
	return { query, line: line === undefined || line.kind === 'rule' ? undefined : classify(line) }
}
