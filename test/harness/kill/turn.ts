import { createServer } from 'node:net'
import { pause } from '../until.ts'

/** In no folder: the kernel lets go of it with the process, however that ends (unix(7), "abstract"). */
const NAME = '\0ctscope-random-kills'
const LOOK_MS = 50

/**
 * One round at a time on this host, whoever runs it: nf_log_all_netns and printk are there once, and a round takes those of
 * another for its own that are not back. Answers how to let the next one go on.
 */
export async function takeTurn(name = NAME): Promise<() => Promise<void>> {
	for (;;) {
		const end = await tryTurn(name)
		if (end !== undefined) return end
		await pause(LOOK_MS)
	}
}

/** Undefined while someone else has it. */
export function tryTurn(name: string): Promise<(() => Promise<void>) | undefined> {
	const server = createServer((socket) => socket.destroy())
	return new Promise((resolve) => {
		server.once('error', () => resolve(undefined))
		server.listen({ path: name }, () =>
			resolve(() => new Promise((ended) => void server.close(() => ended()))),
		)
	})
}
