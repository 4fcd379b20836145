import { execFileSync } from 'node:child_process'
import { figure, median, note, pause } from './figures.ts'
import { answersBetween } from './keys.ts'
import { cpuSeconds, residentMegabytes, watching } from './watching.ts'

const RULES = [20_000, 100_000] as const
/** Longer than from one refresh to the next. */
const SECONDS = 90

/** What Rules costs with so many, half of nft and half of iptables-nft: CPU over time, and the answers to keys. */
export async function rules() {
	for (const count of RULES)
		await watching(async (lab, terminal) => {
			const inside = (args: readonly string[], input: string) =>
				execFileSync('ip', ['netns', 'exec', lab.netns, ...args], { input, maxBuffer: 1 << 28 })
			inside(['nft', '-f', '-'], nftRules(count / 2))
			inside(['iptables-nft-restore', '--noflush'], iptablesRules(count / 2))
			const begun = performance.now()
			terminal.type('6')
			await terminal.until(new RegExp(`${count / 1_000} \\d\\d\\d rules`), 120_000)
			note(`${count} rules: on the screen after ${((performance.now() - begun) / 1_000).toFixed(1)} s`)
			await pause(5_000)
			const cpu = cpuSeconds(terminal.pid)
			await pause(SECONDS * 1000)
			const used = ((cpuSeconds(terminal.pid) - cpu) / SECONDS) * 100
			figure('CPU with its children', used, '% of a core', 5 + IDLE)
			note(`the limit is 5 % for the rules, and the ${IDLE} % of the rest of the program`)
			const times = await answersBetween(terminal, ['1', '▸1'], ['6', '▸6'])
			figure('the slowest answer to a key', Math.max(...times), 'ms', 100)
			note(`median ${median(times).toFixed(0)} ms; resident ${residentMegabytes(terminal.pid).toFixed(0)} MB`)
			terminal.type('q')
			await terminal.ended
		})
}

/** As the benchmark `idle` has it. */
const IDLE = 3

const rule = (index: number): string => `10.${index >> 8}.${index & 255}.0/24`

function nftRules(count: number): string {
	const list = Array.from(
		{ length: count },
		(_, index) =>
			`ip saddr ${rule(index)} tcp dport ${index} ${index % 50 === 0 ? 'ct state invalid ' : ''}counter ${index % 50 === 0 ? 'drop' : 'accept'}`,
	)
	return `table inet many {\n chain input {\n  type filter hook input priority 0;\n${list.join('\n')}\n }\n}\n`
}

function iptablesRules(count: number): string {
	const list = Array.from(
		{ length: count },
		(_, index) =>
			`-A FORWARD -s ${rule(index)} -p tcp --dport ${index} ${index % 50 === 0 ? '-m conntrack --ctstate INVALID -j DROP' : '-j ACCEPT'}`,
	)
	return `*filter\n${list.join('\n')}\nCOMMIT\n`
}
