import { flowFromText } from '../../../src/investigation/join/flow-words.ts'
import { joinFlow } from '../../../src/investigation/join/join.ts'
import { ruleRows } from '../../../src/investigation/join/rule-rows.ts'
import type { JoinRules, SeenLine } from '../../../src/investigation/join/view.ts'
import { parseConntrackEntry } from '../../../src/kernel/conntrack/conntrack-entry.ts'
import type { Entry, FlowFacts } from '../../../src/kernel/conntrack/flow-facts.ts'
import { parseSocketLine, type SocketLine } from '../../../src/kernel/conntrack/socket-list.ts'
import { mergeRulesets } from '../../../src/kernel/rules/merge.ts'
import { createNftReader } from '../../../src/kernel/rules/read/nft-reader.ts'
import { createSaveReader } from '../../../src/kernel/rules/read/save-reader.ts'
import type { Ruleset } from '../../../src/kernel/rules/rule.ts'

/** Addresses of the host that is asked: 10.0.0.2 and its family of IPv6. */
const HERE = ['127.0.0.1', '10.0.0.2', 'fd00::2']

/** As conntrack prints them. */
export const entry = (line: string): Entry => {
	const read = parseConntrackEntry(line)
	if (read === undefined) throw new Error(`no entry: ${line}`)
	return read
}

/** As ss -Htanpo prints it. */
export const socket = (line: string): SocketLine => {
	const read = parseSocketLine(line)
	if (read === undefined) throw new Error(`no socket: ${line}`)
	return read
}

const rulesOf = (ruleset: Ruleset): JoinRules => ({
	rows: ruleRows(ruleset, undefined),
	ruleset,
	failures: [],
})

export function iptables(text: string, family: 'ip' | 'ip6' = 'ip'): JoinRules {
	const reader = createSaveReader('iptables-nft', family)
	reader.push(text)
	return rulesOf(mergeRulesets([reader.end()]))
}

export function nft(text: string): JoinRules {
	const reader = createNftReader()
	reader.push(text)
	return rulesOf(mergeRulesets([reader.end()]))
}

/** A rule that asks for a state in another hook: conntrack looks at packets, and nothing drops them. */
export const TRACKING = nft(
	'table inet fw {\n chain in {\n  type filter hook input priority filter; policy accept;\n  ct state established accept\n }\n}\n',
)

type Scene = {
	readonly flow: string
	readonly protocol?: string
	readonly entries?: readonly string[]
	readonly sockets?: readonly string[] | undefined
	readonly rules?: JoinRules | undefined
	readonly line?: Partial<SeenLine>
	readonly facts?: Partial<FlowFacts>
}

/** What is said of a flow such as `10.0.0.1:5 > 10.0.0.2:80`. */
export function joined({ flow, protocol = 'tcp', entries = [], sockets = [], line, facts, ...rest }: Scene) {
	const query = flowFromText(protocol, flow)
	if (query === undefined) throw new Error(`no flow: ${flow}`)
	const rules = 'rules' in rest ? rest.rules : TRACKING
	const seen =
		line === undefined
			? undefined
			: { id: 'tcp-new', title: 'invalid new', verdict: 'invalid' as const, ...line }
	const join = joinFlow(
		{
			query,
			entries: entries.map(entry),
			sockets: sockets.map(socket),
			addresses: HERE,
			missing: [],
			isLoose: true,
			...facts,
		},
		rules,
		seen,
	)
	return { ...join, text: join.sentences.join(' '), seen: join.evidence.join('\n') }
}
