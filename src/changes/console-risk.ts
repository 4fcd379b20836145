import { formatPrintk, parsePrintk } from '../kernel/log/printk-level.ts'
import { type Console, isNetConsole } from '../kernel/proc/proc-consoles.ts'
import type { Change, Plan } from '../model/change.ts'
import type { Settings } from '../model/settings.ts'
import * as english from '../words/english/changes/changes.ts'
import { kindOf } from './kinds/kinds.ts'
import { knobOfFamily } from './kinds/logger.ts'
import { loggersOf, moduleOfKnob } from './kinds/module.ts'
import { knobById } from './knobs.ts'

type Seen = Pick<Settings, 'values' | 'loggers' | 'consoles'>

export type ConsoleRisk = {
	/** One sentence: which consoles print what the plan lets the kernel say, and what that costs. */
	readonly text: string
	/** Level of the most urgent of these lines: 4 warning, 5 notice, 7 debug (linux/kern_levels.h). */
	readonly level: number
	/** Keeps the lines off the consoles, and all that is as little urgent. */
	readonly change: Change
}

/** nf_log_packet is called without a level by conntrack, and default_loginfo says notice (net/netfilter/nf_log_syslog.c). */
const NOTICE = 5

const IPV4 = 2
const IPV6 = 10
const FAMILY_OF: Readonly<Record<string, readonly number[]>> = { 1: [IPV4], 58: [IPV6] }

/** Kernel log lines of conntrack have some 140 characters, and each takes ten bits on the line. */
const LINES_AT_115200 = Math.floor(115_200 / 10 / 140 / 10) * 10

/**
 * What a plan means for consoles that are slow. printk writes to them before it returns, on the CPU that handles the
 * packet (kernel/printk/printk.c, console_unlock): a flood of lines then holds up packets, in the worst case the host.
 * A record is shown when its level is below the console level. Undefined when the plan makes the kernel print nothing
 * more, when the console level keeps it off, or when no console is slow.
 */
export function consoleRisk(plan: Plan, settings: Seen): ConsoleRisk | undefined {
	const slow = (settings.consoles ?? []).filter(isSlow)
	const now = settings.values.printk ?? ''
	const after = { ...settings.values, ...Object.fromEntries(plan.changes.map(({ knob, to }) => [knob, to])) }
	const levels = parsePrintk(after.printk ?? '')
	const before = parsePrintk(now)
	if (slow.length === 0 || levels === undefined || before === undefined) return undefined
	const loud = linesOf(plan, settings, after, before.console).filter((level) => level < levels.console)
	if (loud.length === 0) return undefined
	const level = Math.min(...loud)
	return {
		text: english.everyLineOfLevelAnd(inWords(slow), levels.console - 1, levels.console, level, cost(slow)),
		level,
		// The console level is at least 1: what is an emergency is shown in any case.
		change: { knob: 'printk', from: now, to: formatPrintk({ ...before, console: Math.max(1, level) }) },
	}
}

const isSlow = (console: Console): boolean =>
	console.enabled && !console.isThreaded && (console.isSerial || isNetConsole(console))

/** Levels of the lines that come with the plan and did not reach a console before it. */
function linesOf(
	{ changes }: Plan,
	settings: Seen,
	after: Settings['values'],
	consoleBefore: number,
): readonly number[] {
	const levels: number[] = []
	for (const { knob: id, from, to } of changes) {
		const knob = knobById(id)
		const level = knob === undefined ? undefined : kindOf(knob).level?.(knob, from, to)
		if (level !== undefined) levels.push(level)
	}
	const loads = changes.flatMap(({ knob, to }) => (to === 'loaded' ? (moduleOfKnob(knob) ?? []) : []))
	const was = { protocol: settings.values.log_invalid ?? '0', families: bound(settings.values, settings, []) }
	const will = { protocol: after.log_invalid ?? '0', families: bound(after, settings, loads) }
	const added = printedFor(will).some((family) => !printedFor(was).includes(family))
	const isWider = will.protocol !== was.protocol && was.protocol !== '255' && printedFor(will).length > 0
	const wasShown = consoleBefore > NOTICE
	if (added || isWider || (!wasShown && printedFor(will).length > 0)) levels.push(NOTICE)
	return levels
}

type Printing = { readonly protocol: string; readonly families: readonly number[] }

/** Families of which lines of log_invalid get into the kernel log. */
const printedFor = ({ protocol, families }: Printing): readonly number[] =>
	protocol === '0' ? [] : families.filter((family) => (FAMILY_OF[protocol] ?? [family]).includes(family))

/** Families whose lines go to the kernel log, when these modules are loaded; a family without logger takes theirs. */
function bound(values: Settings['values'], { loggers }: Seen, loads: readonly string[]): readonly number[] {
	const comes = loggersOf(loads)
	return [IPV4, IPV6].filter((family) => {
		const knob = knobOfFamily(family)
		const name = values[knob] ?? loggers.find((row) => row.family === family)?.bound ?? 'NONE'
		const logger = name === 'NONE' ? (comes.find((one) => one.knob === knob)?.logger ?? name) : name
		return logger.startsWith('nf_log_')
	})
}

function inWords(slow: readonly Console[]): string {
	const named = slow.map((one) => (isNetConsole(one) ? `${one.name} (netconsole)` : one.name)).join(' and ')
	return `${named} ${slow.length === 1 ? 'prints' : 'print'}`
}

function cost(slow: readonly Console[]): string {
	const waits = english.theCpuThatLogsWaits
	if (!slow.some(({ isSerial }) => isSerial)) return english.eachLineIsSentAs(waits)
	return english.at115200BaudThatIs(LINES_AT_115200, waits)
}
