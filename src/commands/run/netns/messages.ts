import type { Duplex } from 'node:stream'
import { createLines } from '../../../guard/wire/lines.ts'
import type { Failure } from '../../../words/failure.ts'
import type { RunReport } from '../types.ts'

/** What the two processes of `run --netns` say to each other, one JSON object a line. */
export type FromInside =
	| { readonly type: 'started' }
	| { readonly type: 'refused'; readonly failure: Failure }
	| { readonly type: 'report'; readonly report: RunReport }
export type ToInside = { readonly type: 'finish' }

/** A report has up to 10 000 packets, of 1 500 bytes each where somebody makes them as long as can be. */
const LONGEST_LINE = 32 * 1024 * 1024

export type Messages<In, Out> = {
	send(message: Out): void
	/** The next message, or undefined when the other side is gone. */
	next(): Promise<In | undefined>
	readonly closed: Promise<void>
	/** Resolves when all that was sent has been taken, or the other side is gone. */
	end(): Promise<void>
}

/** Both ends are this program, so messages are believed; a line that is no JSON ends the conversation. */
export function messagesOn<In, Out>(channel: Duplex): Messages<In, Out> {
	const waiting: ((message: In | undefined) => void)[] = []
	const come: In[] = []
	let isClosed = false
	const read = createLines(
		LONGEST_LINE,
		(line) => {
			const message = parsed<In>(line)
			if (message === undefined) channel.destroy()
			else if (waiting.length > 0) waiting.shift()?.(message)
			else come.push(message)
		},
		() => channel.destroy(),
	)
	const closed = new Promise<void>((resolve) => {
		const over = () => {
			isClosed = true
			for (const answer of waiting.splice(0)) answer(undefined)
			resolve()
		}
		channel.on('end', over)
		channel.on('close', over)
	})
	channel.on('data', read)
	channel.on('error', () => channel.destroy())
	return {
		closed,
		send(message) {
			if (!isClosed) channel.write(`${JSON.stringify(message)}\n`)
		},
		next() {
			const first = come.shift()
			if (first !== undefined || isClosed) return Promise.resolve(first)
			return new Promise((resolve) => waiting.push(resolve))
		},
		end: () => Promise.race([closed, new Promise<void>((resolve) => void channel.end(() => resolve()))]),
	}
}

function parsed<T>(line: string): T | undefined {
	try {
		return JSON.parse(line) as T
	} catch {
		return undefined
	}
}
