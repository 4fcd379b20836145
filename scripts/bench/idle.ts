import { figure, note, pause } from './figures.ts'
import { cpuSeconds, residentMegabytes, watching } from './watching.ts'

const SECONDS = 60

/** What the program costs while nothing happens: CPU with its children, and bytes sent to the terminal. */
export const idle = () =>
	watching(async (_lab, terminal) => {
		await pause(3000)
		const cpu = cpuSeconds(terminal.pid)
		const bytes = terminal.raw().length
		await pause(SECONDS * 1000)
		figure('CPU', ((cpuSeconds(terminal.pid) - cpu) / SECONDS) * 100, '% of a core', 1.5)
		figure('to the terminal', (terminal.raw().length - bytes) / SECONDS, 'bytes/s', 1000)
		note(`over ${SECONDS} s at 80x24; resident ${residentMegabytes(terminal.pid).toFixed(0)} MB`)
	})
