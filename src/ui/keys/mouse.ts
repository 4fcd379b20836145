/** Presses and the wheel are reported (1000), as numbers of any size (1006): xterm's ctlseqs, mouse tracking. */
export const MOUSE_ON = '\x1b[?1000h\x1b[?1006h'
export const MOUSE_OFF = '\x1b[?1006l\x1b[?1000l'

/** What the mouse did, and in which cell: 0, 0 is the first one. */
export type Mouse = {
	readonly what: 'press' | 'wheel-up' | 'wheel-down'
	readonly column: number
	readonly row: number
}

const SGR = /^<(\d{1,5});(\d{1,5});(\d{1,5})$/
/** Shift, meta and ctrl are added to the button. */
const MODIFIERS = 4 | 8 | 16
const BUTTONS: Readonly<Record<number, Mouse['what']>> = { 0: 'press', 64: 'wheel-up', 65: 'wheel-down' }

/** The report of a CSI sequence without its introducer; undefined for releases, motion and buttons that mean nothing here. */
export function mouseOf(body: string, final: string): Mouse | undefined {
	const [, button, column, row] = final === 'M' ? (SGR.exec(body) ?? []) : []
	const what = BUTTONS[Number(button ?? -1) & ~MODIFIERS]
	return what === undefined ? undefined : { what, column: Number(column) - 1, row: Number(row) - 1 }
}
