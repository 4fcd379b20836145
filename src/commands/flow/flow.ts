import { flowFromLine, readFlow } from '../../investigation/join/flow-words.ts'
import { joinFlow } from '../../investigation/join/join.ts'
import { ruleRows } from '../../investigation/join/rule-rows.ts'
import type { JoinRules, SeenLine } from '../../investigation/join/view.ts'
import type { FlowQuery } from '../../kernel/conntrack/flow-facts.ts'
import { parsePacketLine } from '../../kernel/packet/packet-line.ts'
import type { RulesReading } from '../../model/rules-reading.ts'
import { classify } from '../../reasons/classify.ts'
import * as english from '../../words/english/commands/rules.ts'
import { describe } from '../../words/failure.ts'
import { beside, columnsOf } from '../../words/paragraph.ts'
import { visible } from '../../words/visible.ts'
import { lookAt } from '../common/look-at.ts'
import { type CommonOptions, EXIT } from '../common/options.ts'
import { print, printJson } from '../common/output.ts'
import { JSON_VERSION } from '../common/version.ts'

export type FlowOptions = CommonOptions & { readonly words: readonly string[]; readonly json: boolean }

/** Joins entry, socket and rule of one flow, and says what follows. Changes nothing. */
export async function runFlow(options: FlowOptions): Promise<number> {
	const asked = queryOf(options.words)
	if (asked === undefined) {
		process.stderr.write(english.ctscopeGiveProtocolSource)
		return EXIT.usage
	}
	const { query, line } = asked
	const observer = lookAt(options)
	const [facts, rules] = await Promise.all([observer.flow(query), observer.rules()])
	const missing = rules.ok ? [] : [english.theRules(describe(rules.failure).detail)]
	const join = joinFlow(
		{ ...facts, missing: [...facts.missing, ...missing] },
		rules.ok ? rulesOf(rules.value) : undefined,
		line,
	)
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
		}
		printJson(json)
		return EXIT.ok
	}
	const columns = columnsOf(process.stdout)
	const lines = [
		...join.sentences.flatMap((text) => beside('', text, columns)),
		...join.evidence.flatMap((text) => beside('  ', text, columns)),
		...beside(english.notChecked, join.notChecked.join('; '), columns),
	]
	print(lines.join('\n'))
	return EXIT.ok
}

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
