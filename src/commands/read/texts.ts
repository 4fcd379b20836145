import {
	addressOf,
	type HostTime,
	hostTimeOf,
	isProcStatRow,
	type LineKind,
	lineKind,
	releaseOf,
	socketOf,
} from '../../kernel/given/given-line.ts'
import { CUT, createRulesLines } from '../../kernel/given/rules-lines.ts'
import { sysctlOfPath } from '../../kernel/given/sysctl-line.ts'
import { createUlogd } from '../../kernel/given/ulogd.ts'
import { createXtablesMonitor } from '../../kernel/given/xtables-monitor.ts'
import { FoldJoiner } from '../../kernel/log/fold-joiner.ts'
import { LineCutter, type LogText } from '../../kernel/log/log-text.ts'
import { headingOf, isPrompt } from '../../kernel/rules/read/headings.ts'
import type { GivenCase } from './given-case.ts'

/** What the lines of a text were, and how many of each kind; `rules` and `log` beside the kinds of single lines. */
export type TextKind = LineKind | 'rules' | 'log' | 'other'
export type TextTally = {
	readonly counts: Readonly<Partial<Record<TextKind, number>>>
	readonly lines: number
	/** Lines that nothing recognised, as far as they are kept: a ruleset in pieces may be among them. */
	readonly rest: string
	readonly hasLog: boolean
}

type OfFile = { readonly name: string; readonly modifiedAt: number | undefined }

/** Characters of lines that nothing recognised. */
const LONGEST_REST = 4 * 1024 ** 2
/** A file of /proc/sys has one short line. */
const LONGEST_VALUE = 4_096

/** Sorts the lines of one text into the case. `push` takes bytes cut anywhere; `end` answers what it came to. */
export function createTextReader(all: GivenCase, of: OfFile) {
	const cutter = new LineCutter()
	const joiner = new FoldJoiner()
	const rulesLines = createRulesLines()
	const ulogd = createUlogd()
	const monitor = createXtablesMonitor()
	const counts: Partial<Record<TextKind, number>> = {}
	const sysctl = sysctlOfPath(of.name.replace(/^.*: /s, '/'))
	let lines = 0
	const rest: string[] = []
	let restLength = 0
	/** Lines of one reading of the counters that is not over. */
	let stat: { readonly from: 'cli' | 'proc'; readonly lines: string[]; last: number } | undefined
	let brace: LogText | undefined
	let date: (HostTime & { readonly line: number }) | undefined

	const note = (kind: TextKind, times = 1): void => {
		counts[kind] = (counts[kind] ?? 0) + times
	}

	const endStat = (): void => {
		if (stat === undefined) return
		const { from, lines: rows } = stat
		// A date some lines above is one that a script has printed for it.
		const isSaid = date !== undefined && lines - rows.length - date.line <= NEAR
		const at = isSaid ? date?.at : of.modifiedAt
		if (
			all.stat(from, rows.join('\n'), {
				name: of.name,
				at,
				isSaid,
				...(isSaid && date !== undefined ? { zone: date.zone } : {}),
			})
		)
			note(from === 'cli' ? 'stat' : 'proc-stat')
		stat = undefined
	}

	const statLine = (from: 'cli' | 'proc', text: string): void => {
		if (from === 'proc') {
			endStat()
			stat = { from, lines: [text], last: 0 }
			return
		}
		const cpu = Number(/^cpu=(\d+)/.exec(text)?.[1])
		if (stat?.from !== 'cli' || cpu <= stat.last) {
			endStat()
			stat = { from, lines: [], last: -1 }
		}
		keepRow(stat.lines, text)
		stat.last = cpu
	}

	const logLines = (records: readonly LogText[]): void => {
		for (const { text, cut } of records) {
			if (all.logs.take(text, cut)) {
				note('log')
				if (text.includes('Linux version ')) {
					const release = releaseOf(text)
					if (release !== undefined) all.kernel(release)
				}
			} else other(text)
		}
	}

	const other = (text: string): void => {
		if (text.trim() === '') return
		note('other')
		if (restLength + text.length > LONGEST_REST) return
		restLength += text.length + 1
		rest.push(text)
	}

	const ofKind = (kind: LineKind, text: string): void => {
		switch (kind) {
			case 'entry':
				all.entry(text)
				break
			case 'event':
				all.event(text)
				break
			case 'stat':
				statLine('cli', text)
				return
			case 'proc-stat':
				statLine('proc', text)
				return
			case 'sysctl':
				all.sysctl(text)
				break
			case 'logger':
				all.logger(text)
				break
			case 'nft-trace':
				all.trace.push(`${text}\n`)
				break
			case 'xtables-trace':
				for (const line of monitor.take(text)) all.monitorTrace.push(`${line}\n`)
				break
			case 'dyndbg':
				all.dyndbg(text)
				break
			case 'ulogd': {
				const line = ulogd.take(text)
				if (line !== undefined) all.logs.take(line, 0)
				break
			}
			case 'socket':
				all.socket(socketOf(text))
				break
			case 'address':
				all.address(addressOf(text))
				break
			case 'date': {
				const told = hostTimeOf(text)
				if (told !== undefined) date = { ...told, line: lines }
				break
			}
			case 'uname': {
				const release = releaseOf(text)
				if (release !== undefined) all.kernel(release)
			}
		}
		note(kind)
	}

	const take = (line: LogText): void => {
		lines += 1
		const text = bare(line.text, lines === 1)
		// Of JSON that is set out in lines the second one tells whose it is.
		if (brace !== undefined) {
			const before = brace
			brace = undefined
			if (/^\s*"nftables"\s*:/.test(text)) {
				rulesLines.take('{ "nftables":')
				note('rules')
				all.rule(before.text)
			} else logLines(joiner.push([before]))
		} else if (text.trim() === '{' && !rulesLines.isOpen) {
			brace = line
			return
		}
		if (stat?.from === 'proc' && isProcStatRow(text)) {
			keepRow(stat.lines, text)
			return
		}
		const kind = lineKind(text)
		if (rulesLines.isOpen) {
			if (kind === undefined || kind === 'ulogd') {
				if (rulesLines.take(text)) {
					note('rules')
					all.rule(text)
					return
				}
			} else rulesLines.cut()
			// A table that has no end is said to have none.
			if (!rulesLines.isOpen) all.rule(CUT)
		}
		if (kind !== 'stat') endStat()
		if (kind !== undefined) {
			ofKind(kind, text)
			return
		}
		if (rulesLines.take(text)) {
			note('rules')
			all.rule(text)
			return
		}
		const isHeading = mayBeHeading(text) && headingOf(text) !== undefined
		if (isHeading || (text.includes('@') && isPrompt(text))) {
			if (isHeading) noteListing(all, text)
			all.rule(text)
			return
		}
		logLines(joiner.push([line]))
	}

	return {
		push(chunk: Uint8Array): void {
			for (const line of cutter.push(chunk)) take(line)
		},
		end(): TextTally {
			for (const line of cutter.end()) take(line)
			if (brace !== undefined) logLines(joiner.push([brace]))
			logLines(joiner.end())
			const last = ulogd.end()
			if (last !== undefined) all.logs.take(last, 0)
			endStat()
			if (rulesLines.isOpen || counts.rules !== undefined) all.rule('')
			const value = rest.join('\n')
			if (
				sysctl !== undefined &&
				lines <= 1 &&
				value.length <= LONGEST_VALUE &&
				all.sysctl(`${sysctl} = ${value.trim()}`)
			) {
				note('sysctl')
				delete counts.other
			}
			const { hasAnything, lines: logged } = all.logs.ofFile
			return { counts, lines, rest: value, hasLog: logged > 0 && hasAnything }
		},
	}
}

const NEAR = 3

/** Without what Windows puts at the beginning of a text, and at the end of a line. */
function bare(line: string, isFirst: boolean): string {
	const from = isFirst && line.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0
	return from === 0 && !line.endsWith('\r') ? line : line.slice(from).replace(/\r$/, '')
}
const BYTE_ORDER_MARK = 0xfeff

/** As many as the kernel may have CPUs (CONFIG_NR_CPUS), and a header. */
const MOST_ROWS = 8_193
const LONGEST_ROW = 2_000

function keepRow(rows: string[], text: string): void {
	if (rows.length < MOST_ROWS) rows.push(text.slice(0, LONGEST_ROW))
}

/** Most lines are none, and are looked at no further. */
const mayBeHeading = (text: string): boolean =>
	text.includes('tables') || text.includes('nft') || text.includes('ufw') || text.startsWith('IPV')

/** Which listing a command over it, or the name of its file, promises: an empty one says that there are no such rules. */
export function noteListing(all: GivenCase, text: string): void {
	const [, six] = /\bip(6?)tables(?:-nft|-legacy)?-save\b/.exec(text) ?? []
	if (six !== undefined) all.listings.add(six === '6' ? 'ip6tables-save' : 'iptables-save')
	if (/\bnft\s(?:.*\s)?list\s+ruleset\b/.test(text)) all.listings.add('nft')
}

/** `sos_commands/firewall_tables/ip6tables_-vnxL`: the command that a file is named after, as a line over its output. */
export function headingOfName(name: string): string {
	const base = name.replace(/^.*[/:] ?/s, '').replace(/\.(?:txt|log|out|rules|nft|conf|json)$/i, '')
	const command = base.replaceAll('_', ' ').trim()
	return /^(?:(?:ip6?|eb|arp)tables|nft)\b/.test(command) && headingOf(command) !== undefined ? command : ''
}
