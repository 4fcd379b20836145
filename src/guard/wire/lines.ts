import { StringDecoder } from 'node:string_decoder'

/** Cuts a stream into lines. A line longer than `limit` characters ends it: `onLine` is not called any more. */
export function createLines(limit: number, onLine: (line: string) => void, onTooLong: () => void) {
	const decoder = new StringDecoder('utf8')
	let rest = ''
	let isOver = false
	return (chunk: Buffer): void => {
		if (isOver) return
		rest += decoder.write(chunk)
		for (;;) {
			const end = rest.indexOf('\n')
			if (end > limit || (end < 0 && rest.length > limit)) {
				isOver = true
				rest = ''
				onTooLong()
				return
			}
			if (end < 0) return
			const line = rest.slice(0, end)
			rest = rest.slice(end + 1)
			if (line !== '') onLine(line)
		}
	}
}
