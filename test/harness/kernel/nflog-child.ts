import { createInterface } from 'node:readline'
import { createObserver } from '../../../src/host/observer.ts'
import type { NflogMessage } from '../../../src/kernel/nflog/nflog-message.ts'
import type { LogFollower } from '../../../src/ports/observer.ts'

/**
 * Reads NFLOG group 0 of the network namespace that it is started in; one line of JSON for each command on stdin:
 * follow, told, packets, stop, memory. In the environment: SEARCH_PATH, where it looks for
 * tools, and STATE_DIR, where it records its readers.
 */
const { SEARCH_PATH, STATE_DIR } = process.env
const observer = createObserver({
	...(SEARCH_PATH === undefined ? {} : { searchPath: SEARCH_PATH }),
	...(STATE_DIR === undefined ? {} : { stateDir: STATE_DIR }),
})
let follower: LogFollower | undefined
let messages: NflogMessage[] = []
let seen = 0
let lost = 0
let batches = 0
let largest = 0
let ended: unknown
let keep = true

const follow = async () => {
	messages = []
	seen = lost = batches = largest = 0
	const followed = await observer.followNflog((events) => {
		batches += 1
		largest = Math.max(largest, events.length)
		for (const event of events) {
			if (event.kind === 'nflog') {
				seen += 1
				if (keep) messages.push(event.message)
			} else if (event.kind === 'nflog-lost') lost += event.lost
			else if (event.kind === 'ended') ended = event
		}
	})
	if (!followed.ok) return { failure: followed.failure }
	follower = followed.value
	return { following: true }
}

const hex = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString('hex'))

const commands: Record<string, () => unknown> = {
	follow,
	count: () => {
		keep = false
		return follow()
	},
	told: () => ({ seen, lost, batches, largest, ended, texts: messages.map(({ text }) => text) }),
	packets: () =>
		messages.map((message) => ({ ...message, link: hex(message.link), packet: hex(message.packet) })),
	stop: async () => {
		await follower?.stop()
		return { seen, lost, batches, largest, ended }
	},
	memory: () => process.memoryUsage.rss() / 2 ** 20,
}

for await (const line of createInterface({ input: process.stdin })) {
	console.log(JSON.stringify((await commands[line]?.()) ?? null))
}
// Whoever asked is gone, or wants no more: the reader goes with it.
await follower?.stop()
process.exit(0)
