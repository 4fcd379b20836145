import { formatPrintk, parsePrintk } from '../../kernel/log/printk-level.ts'
import type { Knob } from '../../model/knob.ts'
import * as english from '../../words/english/changes/kinds.ts'
import type { Kind } from './kind.ts'
import { bySysctl } from './sysctl.ts'

export const PRINTK_LEVELS: Knob = {
	id: 'printk',
	sysctl: 'kernel.printk',
	path: '/proc/sys/kernel/printk',
	class: 'logs-more',
	scope: 'host',
	kind: { type: 'printk' },
}

/** linux/kern_levels.h */
const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug']

function inWords(value: string): string {
	const level = Number(value.split(' ')[0])
	if (level <= 0) return 'nothing'
	const last = LEVELS[Math.min(level, LEVELS.length) - 1] ?? 'debug'
	if (level >= LEVELS.length) return 'everything'
	return level === 1 ? english.onlyEmerg : english.emergTo(last)
}

/** Which levels of the kernel log the console shows: the first of four numbers. */
export const PRINTK_LEVEL: Kind<'printk'> = {
	...bySysctl,
	canonical(text) {
		const words = text.trim().split(/\s+/)
		const numbers = words.filter((word) => /^(0|-?[1-9]\d{0,9})$/.test(word))
		return words.length === 4 && numbers.length === 4 ? numbers.join(' ') : undefined
	},
	problem(_, value, from) {
		const [level = '', ...rest] = value.split(' ')
		if (!/^[1-9]$|^1[0-5]$/.test(level)) return english.theConsoleLevelIs1(level)
		return rest.join(' ') === from.split(' ').slice(1).join(' ') ? undefined : english.onlyTheFirstNumberOf
	},
	title: () => english.whatTheConsoleShowsOf,
	effect: () => [english.whichLevelsOfTheKernel, english.costAbove5ASlow],
	inWords,
	inShort: (value) => value.split(' ')[0] ?? value,
	choices(_, now) {
		const levels = parsePrintk(now)
		if (levels === undefined) return []
		return [1, 2, 3, 4, 5, 6, 7, 8].map((level) => {
			const value = formatPrintk({ ...levels, console: level })
			return { value, label: String(level), note: inWords(value) }
		})
	},
}
