import { formatPrintk, parsePrintk } from '../../kernel/log/printk-level.ts'
import type { Knob } from '../../model/knob.ts'
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
	return level === 1 ? 'only emerg' : `emerg to ${last}`
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
		if (!/^[1-9]$|^1[0-5]$/.test(level))
			return `the console level is 1 (only emergencies) to 15 (everything), not ${level}`
		return rest.join(' ') === from.split(' ').slice(1).join(' ')
			? undefined
			: 'only the first number of kernel.printk, the console level, is ever changed'
	},
	title: () => 'what the console shows of the kernel log',
	effect: () => [
		'Which levels of the kernel log are also written to the console. Lines of log_invalid have level 5 (notice), of LOG rules 4 (warning) unless they say another one, of call sites 7 (debug).',
		'Cost: above 5, a slow serial console is written line by line while packets wait.',
	],
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
