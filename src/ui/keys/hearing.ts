import { createSequences, type Heard } from './sequences.ts'

export type Hearing = {
	/** Begins to read the stream. */
	start(): void
	/** Ends that; what has begun is forgotten. */
	stop(): void
}

/** Hands out what a terminal says, one call for all that was read together, and what is decided by waiting. */
export function createHearing(
	stream: Pick<NodeJS.ReadStream, 'read' | 'on' | 'off'>,
	take: (heard: readonly Heard[]) => void,
): Hearing {
	const encoder = new TextEncoder()
	let sequences = createSequences()
	let isOn = false
	let timer: NodeJS.Timeout | undefined
	let check: NodeJS.Immediate | undefined

	const say = (heard: readonly Heard[]): void => {
		cancel()
		const due = sequences.due()
		if (due !== undefined && isOn) timer = setTimeout(late, Math.max(1, due - performance.now()))
		if (heard.length > 0) take(heard)
	}
	/** What came while the program was held up is read first: between timers and this the streams have their turn. */
	const late = (): void => {
		check = setImmediate(() => say(sequences.pass(performance.now())))
	}
	const cancel = (): void => {
		clearTimeout(timer)
		clearImmediate(check)
	}
	const readable = (): void => {
		const heard: Heard[] = []
		for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) {
			const bytes = typeof chunk === 'string' ? encoder.encode(chunk) : chunk
			heard.push(...sequences.push(bytes, performance.now()))
		}
		say(heard)
	}

	return {
		start() {
			if (isOn) return
			isOn = true
			sequences = createSequences()
			stream.on('readable', readable)
		},
		stop() {
			isOn = false
			cancel()
			stream.off('readable', readable)
		},
	}
}
