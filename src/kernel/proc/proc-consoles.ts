/** A console that the kernel log is written to. */
export type Console = {
	/** `ttyS0`, `tty0`, `netcon0`; safe to print: letters, digits and a few signs. */
	readonly name: string
	readonly enabled: boolean
	/** A line with a speed, or something that is emulated like one: each character takes its time. */
	readonly isSerial: boolean
	/** Lines are written by a thread of its own, so nobody who prints waits for it (CON_NBCON, from Linux 6.10 on). */
	readonly isThreaded: boolean
}

/**
 * /proc/consoles, one console a line: name, which of Read, Write and Unblank it can, flags in brackets (E enabled,
 * C /dev/console, B boot, N threaded, p prints the buffer first, b braille, a any CPU), device number
 * (fs/proc/consoles.c, show_console_dev): `ttyS0                -W- (EC  p a)    4:64`.
 */
const ROW = /^([\w.:-]{1,40})\s+[-R]([-W])[-U]\s+\(([A-Za-z ]{0,16})\)(?:\s|$)/

/**
 * UARTs are ttyS, ttyAMA, ttyUSB, ttymxc and many more: a tty with letters behind it, where the screens have digits
 * only. hvc is the console of a hypervisor, lp a printer, uart and pl11 are those of the boot.
 */
const SERIAL = /^(?:tty[A-Za-z_]+|hvc|hvsi|lp|uart\w*?|pl11|sclp_\w+?)\d+$/

/** Consoles that are written to, in the order of the file; lines of another form are passed over. */
export function parseConsoles(text: string): readonly Console[] {
	return text.split('\n').flatMap((line): Console[] => {
		const [, name, writes, flags = ''] = ROW.exec(line) ?? []
		if (name === undefined || writes !== 'W') return []
		return [
			{
				name,
				enabled: flags.includes('E'),
				isSerial: SERIAL.test(name),
				isThreaded: flags.includes('N'),
			},
		]
	})
}

/** netconsole (drivers/net/netconsole.c): each line goes out as a UDP packet before who prints it goes on. */
export function isNetConsole({ name }: Pick<Console, 'name'>): boolean {
	return /^netcon(?:_ext)?\d*$/.test(name)
}
