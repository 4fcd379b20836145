import { createHearing } from './hearing.ts'
import { ANSWER, keysOfPaste, keysOfText } from './keymap.ts'
import { MOUSE_OFF, MOUSE_ON, type Mouse } from './mouse.ts'
import type { Heard } from './sequences.ts'

/** The terminal marks what is pasted (xterm's ctlseqs, bracketed paste). */
const MARK_PASTES = '\x1b[?2004h'
const DO_NOT_MARK = '\x1b[?2004l'

export type Keyboard = {
	/** Takes the terminal: raw, with pastes marked. */
	start(): void
	/** Gives it back as it was, for a while. */
	pause(): void
	resume(): void
	/** Gives it back for good. */
	stop(): void
	/** Resolves with the next key, which does nothing else, or when the terminal is gone. The mouse selects text meanwhile. */
	anyKey(): Promise<void>
}

/**
 * The only reader of the terminal: Ink's own takes answers of terminals for keys. `keys` gets all keys of one read, with
 * ANSWER for whatever else came with them; `pasted` what a paste types. With `pointed` the terminal reports the mouse as
 * long as it is ours.
 */
export function createKeyboard(
	streams: { readonly stdin: NodeJS.ReadStream; readonly write: (text: string) => void },
	keys: (keys: readonly string[]) => void,
	pasted: (keys: readonly string[]) => void,
	pointed?: (mouse: Mouse) => void,
): Keyboard {
	const { stdin, write } = streams
	let isOn = false
	let isOver = false
	let waiting: (() => void) | undefined

	const hearing = createHearing(stdin, (heard) => {
		const piece = heard.flatMap(keysOf)
		if (waiting !== undefined) {
			if (piece.some((key) => key !== ANSWER)) waiting()
			return
		}
		keys(piece)
		for (const one of heard) {
			if (one.kind === 'paste') pasted(keysOfPaste(one.text))
			if (one.kind === 'mouse') pointed?.(one.mouse)
		}
	})

	const reportMouse = (isOn: boolean): void => {
		if (pointed !== undefined) write(isOn ? MOUSE_ON : MOUSE_OFF)
	}
	const take = (): void => {
		if (isOn || isOver) return
		isOn = true
		stdin.setRawMode(true)
		stdin.ref()
		hearing.start()
		write(MARK_PASTES)
		reportMouse(true)
	}
	const giveBack = (): void => {
		if (!isOn) return
		isOn = false
		reportMouse(false)
		write(DO_NOT_MARK)
		hearing.stop()
		stdin.setRawMode(false)
		stdin.unref()
	}

	return {
		start: take,
		pause: giveBack,
		resume: take,
		stop() {
			giveBack()
			isOver = true
		},
		anyKey: () =>
			new Promise((resolve) => {
				const done = (): void => {
					waiting = undefined
					stdin.off('end', done)
					if (isOn) reportMouse(true)
					resolve()
				}
				waiting = done
				reportMouse(false)
				stdin.once('end', done)
			}),
	}
}

function keysOf(heard: Heard): readonly string[] {
	switch (heard.kind) {
		case 'key':
			return [heard.key]
		case 'text':
			return keysOfText(heard.text)
		default:
			return [ANSWER]
	}
}
