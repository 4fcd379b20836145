import { plain, rulesText } from '../../src/commands/rules/text.ts'
import { ruleRows } from '../../src/investigation/join/rule-rows.ts'
import { readPasted } from '../../src/kernel/rules/read/pasted.ts'
import { figure, note } from './figures.ts'

const RULES = 52_000
const ELEMENTS = 10_000
const ROUNDS = 5

/** A node of a cluster: chains that many rules jump to, every 50th rule asks for INVALID. */
function saved(): string {
	const chains = Array.from({ length: 2_000 }, (_, at) => `:KUBE-SVC-${at} - [0:0]`)
	const rules = Array.from({ length: RULES }, (_, at) => {
		const chain = at % 3 === 0 ? 'FORWARD' : `KUBE-SVC-${at % 2_000}`
		const address = `10.${(at >> 8) & 255}.${at & 255}.0/24`
		if (at % 50 === 0)
			return `[${at}:${at * 60}] -A ${chain} -s ${address} -m conntrack --ctstate INVALID -j DROP`
		if (at % 7 === 0) return `[${at}:${at * 60}] -A FORWARD -j KUBE-SVC-${at % 2_000}`
		return `[${at}:${at * 60}] -A ${chain} -s ${address} -p tcp -m comment --comment "x/y ${at}" -m tcp --dport ${at & 65_535} -j ACCEPT`
	})
	return ['*filter', ':FORWARD DROP [0:0]', ...chains, ...rules, 'COMMIT', ''].join('\n')
}

function native(): string {
	const rules = Array.from(
		{ length: RULES },
		(_, at) =>
			`\t\tip saddr 10.${(at >> 8) & 255}.${at & 255}.0/24 tcp dport { ${at & 65_535}, 80 } ${at % 50 === 0 ? 'ct state invalid ' : ''}counter packets ${at} bytes ${at * 60} ${at % 50 === 0 ? 'drop' : 'accept'} # handle ${at}`,
	)
	return `table inet f {\n\tchain fwd {\n\t\ttype filter hook forward priority filter; policy accept;\n${rules.join('\n')}\n\t}\n}\n`
}

function withSet(): string {
	const elements = Array.from({ length: ELEMENTS }, (_, at) => `10.0.${at >> 8}.${at & 255}`)
	return `table inet f {\n\tset s {\n\t\ttype ipv4_addr\n\t\telements = { ${elements.join(',\n\t\t\t     ')} }\n\t}\n\tchain c {\n\t\tct state invalid drop\n\t}\n}\n`
}

/** The fastest of some rounds, seconds. */
function seconds(run: () => unknown): number {
	const rounds = Array.from({ length: ROUNDS }, () => {
		const begun = performance.now()
		run()
		return (performance.now() - begun) / 1_000
	})
	return Math.min(...rounds)
}

/** From the text of a ruleset to what `ctscope rules` prints, and how many times as long as cutting it into words. */
export async function ruleset(): Promise<void> {
	for (const [name, text, limit] of [
		['iptables-save', saved(), 1.5],
		['nft list ruleset', native(), 1.5],
		[`a set of ${ELEMENTS} elements`, withSet(), 1],
	] as const) {
		const took = seconds(() => {
			const read = readPasted(text)
			const rows = ruleRows(read.ruleset, undefined)
			return plain(
				rulesText({ ruleset: read.ruleset, backends: [], failures: [], rows, columns: 80, isLive: false }),
			)
		})
		const cut = seconds(() => text.split('\n').map((line) => line.split(' ').length))
		figure(name, took, 's', limit)
		note(`${(took / cut).toFixed(1)} times as long as cutting ${text.length} characters into words`)
	}
}
