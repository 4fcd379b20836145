import { switchLogOn } from '../../test/harness/program/session.ts'
import { figure, median, note, timed } from './figures.ts'
import { watching } from './watching.ts'

const ROUNDS = 10

/** From SIGKILL of the program to the old value in the file. */
export async function undo() {
	const times: number[] = []
	let read = 0
	for (let round = 0; round < ROUNDS; round++)
		await watching(async (lab, terminal) => {
			await switchLogOn(terminal)
			const present = () => lab.read('net/netfilter/nf_conntrack_log_invalid')
			read = await timed(present)
			times.push(
				await timed(async () => {
					process.kill(terminal.pid, 'SIGKILL')
					while ((await present()) !== '0');
				}),
			)
		})
	if (times.length === 0) return
	figure(`undo after SIGKILL, the slowest of ${times.length}`, Math.max(...times), 'ms', 1000)
	note(
		`median ${median(times).toFixed(0)} ms; looking once takes ${read.toFixed(0)} ms of it (ip netns exec cat)`,
	)
}
