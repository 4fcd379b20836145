import type { Lab } from './lab.ts'

/** Sends packets with a wrong checksum until it is done. */
export async function whileSpoiled<T>(lab: Lab, does: () => Promise<T>): Promise<T> {
	let isOver = false
	const sending = (async () => {
		while (!isOver) await lab.sendBad({ count: 20, kind: 'udp-checksum', port: 5140 })
	})()
	try {
		return await does()
	} finally {
		isOver = true
		await sending
	}
}
