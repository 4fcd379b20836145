import { createHearing } from './hearing.ts'

/** What is longer is cut: no word has so many characters. */
const LONGEST = 1000
const ENDS = ['end', 'close', 'error'] as const

export type TypedLines = {
	/** The next line without its end; undefined after the last one. */
	next(): Promise<string | undefined>
	stop(): void
}

/** Lines that were typed or come from a pipe. What a terminal answered between the characters is no part of them. */
export function createTypedLines(stream: NodeJS.ReadStream): TypedLines {
	const lines: string[] = []
	let line = ''
	let wasReturn = false
	let isOver = false
	let waiting = (): void => {}

	const end = (): void => {
		lines.push(line)
		line = ''
	}
	const over = (): void => {
		if (line !== '') end()
		isOver = true
		waiting()
	}
	const hearing = createHearing(stream, (heard) => {
		for (const one of heard) {
			if (one.kind === 'key' && one.key === 'enter') end()
			if (one.kind !== 'text') continue
			// One end of a line may come in two pieces.
			const text = wasReturn && one.text.startsWith('\n') ? one.text.slice(1) : one.text
			wasReturn = one.text.endsWith('\r')
			const [first = '', ...others] = text.split(/\r\n|\r|\n/)
			line = `${line}${first}`.slice(0, LONGEST)
			for (const other of others) {
				end()
				line = other.slice(0, LONGEST)
			}
		}
		waiting()
	})
	hearing.start()
	// A file has no such thing.
	stream.ref?.()
	for (const name of ENDS) stream.on(name, over)

	return {
		async next() {
			while (lines.length === 0 && !isOver)
				await new Promise<void>((resolve) => {
					waiting = resolve
				})
			return lines.shift()
		},
		stop() {
			hearing.stop()
			for (const name of ENDS) stream.off(name, over)
			stream.pause()
			stream.unref?.()
		},
	}
}
