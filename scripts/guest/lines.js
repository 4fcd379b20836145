/** Calls back with each whole line of a stream of text. */
export function readLines(stream, onLine) {
	let rest = ''
	stream.setEncoding('utf8').on('data', (text) => {
		const lines = (rest + text).split('\n')
		rest = lines.pop()
		for (const line of lines) onLine(line)
	})
}
