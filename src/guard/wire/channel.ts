import { createConnection, type Socket } from 'node:net'
import type { LeaseView } from '../../model/change.ts'
import * as english from '../../words/english/guard/wire.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { createLines } from './lines.ts'
import { ANSWER_LIMIT, type Ask, decodeAnswer, encode } from './protocol.ts'

/** A client's end of the guard's socket. */
export type Channel = {
	/** Resolves with the answer; `lost` when the connection ends first. */
	ask(ask: Ask): Promise<Result<LeaseView>>
	/** The last view was taken note of. */
	seen(): void
	/** Has the guard said that it works on our request? */
	isWorking(): boolean
	end(): void
}

export type ChannelEvents = {
	/** Anything came: it lives. */
	readonly onHeard?: () => void
	/**
	 * A view, asked for or not, before its question is answered: in the order in which the guard has sent them. Whoever takes it from
	 * the answer instead may take an older one for the newest.
	 */
	readonly onView: (view: LeaseView) => void
	/** The connection ended, by either side. */
	readonly onEnd: () => void
}

/** errno name: ECONNREFUSED says that nobody listens any more, ENOENT that there is no socket. */
export function openChannel(path: string, events: ChannelEvents): Promise<Channel | string> {
	return new Promise((resolve) => {
		const socket = createConnection(path)
		const failed = (error: NodeJS.ErrnoException) => resolve(error.code ?? 'EIO')
		socket.once('error', failed)
		socket.once('connect', () => {
			socket.off('error', failed)
			resolve(channelOn(socket, events))
		})
	})
}

function channelOn(socket: Socket, { onHeard, onView, onEnd }: ChannelEvents): Channel {
	const waiting = new Map<number, (result: Result<LeaseView>) => void>()
	let last = 0
	let hasEnded = false
	let isWorking = false
	const read = createLines(
		ANSWER_LIMIT,
		(line) => {
			const answer = decodeAnswer(line)
			if (answer !== undefined) onHeard?.()
			if (answer === undefined) socket.destroy()
			else if ('working' in answer) isWorking = true
			else {
				if (answer.ok) onView(answer.view)
				if (answer.id === null) return
				waiting.get(answer.id)?.(answer.ok ? ok(answer.view) : fail(answer.failure))
				waiting.delete(answer.id)
			}
		},
		() => socket.destroy(),
	)
	socket.on('data', read)
	socket.on('error', () => {})
	socket.on('close', () => {
		hasEnded = true
		for (const answer of waiting.values()) answer(fail(lost))
		waiting.clear()
		onEnd()
	})
	return {
		ask(ask) {
			if (hasEnded) return Promise.resolve(fail(lost))
			last += 1
			const question = { ...ask, id: last }
			return new Promise((resolve) => {
				waiting.set(question.id, resolve)
				socket.write(encode(question))
			})
		},
		seen() {
			if (!hasEnded) socket.write(encode({ op: 'seen' }))
		},
		isWorking: () => isWorking,
		end: () => socket.end(),
	}
}

const lost: Failure = { kind: 'guard-lost', leaseId: '', detail: english.theConnectionToItHas }

/** Somebody listens on the guard's socket. It may be hung all the same. */
export function isListening(path: string): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = createConnection(path)
		socket.once('connect', () => {
			socket.destroy()
			resolve(true)
		})
		socket.once('error', () => resolve(false))
	})
}
