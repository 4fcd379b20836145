import { createServer, type Server, type Socket } from 'node:net'
import { after } from '../../host/process/later.ts'
import type { LeaseView, Owner } from '../../model/change.ts'
import * as english from '../../words/english/guard/process.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { createLines } from '../wire/lines.ts'
import {
	answerOf,
	decodeRequest,
	encode,
	pushOf,
	type Question,
	REQUEST_LIMIT,
	type Request,
} from '../wire/protocol.ts'
import type { Lifetime } from './lifetime.ts'

const MOST_CONNECTIONS = 16
/** How long the owner has to take note of the last view. */
const SEEN_MS = 1000

export type GuardServer = {
	/** Resolves once the socket takes connections. */
	listen(path: string): Promise<void>
	/** Connects the server with the lease, before it listens. */
	serve(lifetime: Lifetime): void
	publish(view: LeaseView): void
	/** True when somebody has read the last view: the owner who said so, or who asked for the undo and got the answer. */
	publishLast(view: LeaseView): Promise<boolean>
	/** Somebody has said hello. */
	hadOwner(): boolean
	/** Ends all connections after what is written to them. */
	close(): Promise<void>
}

/** Tells once when that process has been killed, which may be long before its connection closes; the answer ends the watch. */
type WatchOwner = (owner: Owner, tell: () => void) => () => void

/**
 * The guard's end of the socket. It lies in a directory that only its owner can enter, and Node's sockets are
 * close-on-exec: when the connection of the owner closes, the program has ended, whatever its children do.
 */
export function createGuardServer(watchOwner: WatchOwner): GuardServer {
	let lifetime: Lifetime | undefined
	let owner: Socket | undefined
	let hadOwner = false
	/** The owner could not be told something, because it does not read; it gets the newest view when it does. */
	let isBehind = false
	/** Somebody asked for the last undo and got the answer. */
	let isAwaited = false
	let onSeen = () => {}
	let unwatch = () => {}
	const sockets = new Set<Socket>()
	const server: Server = createServer({ allowHalfOpen: false }, connected)
	// A connection that could not be taken: who wanted it sees that, and the rest goes on.
	server.on('error', () => {})

	function connected(socket: Socket): void {
		if (sockets.size >= MOST_CONNECTIONS) {
			socket.destroy()
			return
		}
		sockets.add(socket)
		const read = createLines(
			REQUEST_LIMIT,
			(line) => {
				const request = decodeRequest(line)
				// Whoever does not speak the protocol is no program of ours.
				if (request === undefined) socket.destroy()
				else handle(socket, request)
			},
			() => socket.destroy(),
		)
		socket.on('data', (chunk) => {
			read(chunk)
			// Who asks and does not read the answers is not read either. Not the owner: his end has to be noticed.
			if (socket !== owner && socket.writableNeedDrain) socket.pause()
		})
		socket.on('drain', () => {
			socket.resume()
			if (socket !== owner || !isBehind || lifetime === undefined) return
			isBehind = false
			socket.write(encode(pushOf(lifetime.view())))
		})
		// The close that follows tells the same.
		socket.on('error', () => {})
		socket.on('close', () => {
			sockets.delete(socket)
			ownerGone(socket)
		})
	}

	function ownerGone(socket: Socket): void {
		if (socket !== owner) return
		unwatch()
		owner = undefined
		onSeen()
		lifetime?.ownerGone()
	}

	function handle(socket: Socket, request: Request): void {
		if (request.op === 'seen') {
			if (socket === owner) onSeen()
			return
		}
		const answer = (result: Result<LeaseView>) => {
			if (socket.writable) socket.write(encode(answerOf(request.id, result)))
		}
		if (lifetime === undefined) answer(fail(notReady))
		else if (request.op === 'undoAll' && socket !== owner) undoForOther(socket, request, lifetime)
		else if (request.op === 'hello') answer(hello(socket, request, lifetime))
		else if (socket !== owner) answer(fail(notOwner))
		else serveOwner(request, lifetime, answer)
	}

	function hello(socket: Socket, { owner: name }: Extract<Question, { op: 'hello' }>, life: Lifetime) {
		if (hadOwner || life.view().phase !== 'starting') return fail(taken)
		owner = socket
		hadOwner = true
		unwatch = watchOwner(name, () => ownerGone(socket))
		return life.own(name)
	}

	/** `ctscope revert`, from another terminal or from the timer. */
	function undoForOther(socket: Socket, request: Extract<Question, { op: 'undoAll' }>, life: Lifetime): void {
		socket.write(encode({ id: request.id, working: true }))
		if (request.ifDue && life.remainingMs() > 0) {
			socket.write(encode(answerOf(request.id, fail(notDue))))
			return
		}
		life.undo('all', request.why, (result) => {
			if (!socket.writable) return
			socket.write(encode(answerOf(request.id, result)))
			// Nobody reads what a timer prints.
			isAwaited = !request.ifDue
		})
	}

	return {
		listen: (path) =>
			new Promise((resolve, reject) => {
				server.once('error', reject)
				server.listen(path, () => resolve())
			}),
		serve(given) {
			lifetime = given
		},
		publish(view) {
			if (owner === undefined) return
			if (owner.writableNeedDrain) isBehind = true
			else owner.write(encode(pushOf(view)))
		},
		publishLast(view) {
			if (owner === undefined) return Promise.resolve(isAwaited)
			owner.write(encode(pushOf(view)))
			if (view.outcome === 'clean') return Promise.resolve(true)
			return new Promise((resolve) => {
				const timer = setTimeout(() => resolve(isAwaited), SEEN_MS)
				onSeen = () => {
					clearTimeout(timer)
					resolve(isAwaited || owner !== undefined)
				}
			})
		},
		hadOwner: () => hadOwner,
		async close() {
			unwatch()
			server.close()
			await Promise.all(
				[...sockets].map(
					(socket) =>
						new Promise<void>((resolve) => {
							if (socket.destroyed) return resolve()
							// Whoever does not read his end does not hold us.
							const timer = setTimeout(() => socket.destroy(), SEEN_MS)
							socket.once('close', () => {
								clearTimeout(timer)
								resolve()
							})
							socket.end()
						}),
				),
			)
		},
	}
}

function serveOwner(
	request: Exclude<Question, { op: 'hello' }>,
	lifetime: Lifetime,
	answer: (result: Result<LeaseView>) => void,
): void {
	switch (request.op) {
		case 'prepare':
			after(lifetime.prepare(request.plan), answer)
			break
		case 'apply':
			after(lifetime.apply(request.plan), answer)
			break
		case 'undo':
			lifetime.undo(request.seq, request.why ?? english.youAsked, answer)
			break
		case 'undoAll':
			lifetime.undo('all', request.why, answer)
			break
		case 'extend':
			answer(lifetime.extend())
			break
		case 'confirm':
			answer(lifetime.confirm(request.seq))
			break
		case 'persist':
			answer(lifetime.persist())
			break
		case 'alive':
			answer(ok(lifetime.view()))
			break
		case 'bye':
			// Persisted changes stay on; the connection ends and the guard goes on alone.
			if (lifetime.view().persisted) answer(ok(lifetime.view()))
			else lifetime.undo('all', english.theProgramEnded, answer)
	}
}

const notReady: Failure = { kind: 'unsupported', what: english.theGuard, why: english.itIsNotReadyYet }
const taken: Failure = { kind: 'unsupported', what: english.thisLease, why: english.anotherProgramOwnsIt }
const notOwner: Failure = {
	kind: 'unsupported',
	what: english.thisRequest,
	why: english.onlyTheOwnerOfThe,
}
const notDue: Failure = {
	kind: 'unsupported',
	what: english.undoingItNow,
	why: english.itsTimeIsNotOver,
}
