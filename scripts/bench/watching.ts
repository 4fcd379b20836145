import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createLab, type Lab, labMissing } from '../../test/harness/kernel/lab.ts'
import { CTSCOPE, openTerminal, type Terminal } from '../../test/harness/program/terminal.ts'
import { note } from './figures.ts'

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** CPU seconds of a process and of its children that have ended (proc(5), fields 14 to 17 of stat). */
export function cpuSeconds(pid: number): number {
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
	return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0) / TICKS_PER_SECOND
}

export function residentMegabytes(pid: number): number {
	const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
	return Number(kilobytes) / 1024
}

/** Opens the program on a namespace of its own and hands both over; everything is gone afterwards. */
export async function watching(
	run: (lab: Lab, terminal: Terminal) => Promise<void>,
	source: 'auto' | 'kmsg' | 'nflog' = 'auto',
) {
	const missing = labMissing()
	if (missing !== undefined) return note(`skipped: ${missing}`)
	const lab = await createLab('bench')
	// What is measured is measured in a flood, which would be ended.
	const args = ['--netns', lab.netns, '--source', source, '--max-rate', '0']
	const terminal = openTerminal(CTSCOPE, args, { columns: 80, rows: 24 })
	try {
		await terminal.until('NO CHANGES IN FORCE', 20_000)
		await run(lab, terminal)
	} finally {
		await terminal.dispose()
		await lab.dispose()
	}
}
