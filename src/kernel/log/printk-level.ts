/** The four numbers of /proc/sys/kernel/printk, in the order of the file (kernel/printk/printk.c, console_printk). */
export type PrintkLevels = {
	/** Records of a level below this one go to the consoles. */
	readonly console: number
	/** Level of a record that names none. */
	readonly default: number
	/** The console level cannot be set lower than this with `dmesg -n`. */
	readonly minimum: number
	/** Console level at boot. */
	readonly boot: number
}

export function parsePrintk(text: string): PrintkLevels | undefined {
	const found = /^\s*(-?\d{1,10})\s+(-?\d{1,10})\s+(-?\d{1,10})\s+(-?\d{1,10})\s*$/.exec(text)
	if (found === null) return undefined
	return {
		console: Number(found[1]),
		default: Number(found[2]),
		minimum: Number(found[3]),
		boot: Number(found[4]),
	}
}

/** `4 4 1 7`: the form that the file takes. */
export function formatPrintk(levels: PrintkLevels): string {
	return `${levels.console} ${levels.default} ${levels.minimum} ${levels.boot}`
}
