import { spawn } from 'node:child_process'
import { switchLogOn } from '../../test/harness/program/session.ts'
import { figure, note, pause } from './figures.ts'
import { cpuSeconds, residentMegabytes, watching } from './watching.ts'

const MINUTES = 10
const PER_SECOND = 200

/** Resident memory after ten minutes of 200 log lines a second. */
export const memory = () =>
	watching(async (lab, terminal) => {
		await lab.sendBad({ count: 5, kind: 'syn-fin' })
		await switchLogOn(terminal)
		terminal.type('e')
		const total = MINUTES * 60 * PER_SECOND
		const every = `u${1_000_000 / PER_SECOND}`
		const args = [
			'netns',
			'exec',
			lab.peerNetns,
			'hping3',
			'-q',
			'-c',
			`${total}`,
			'-i',
			every,
			'-S',
			'-F',
			'-p',
			'80',
			lab.address,
		]
		const sender = spawn('ip', args, { stdio: 'ignore' })
		const seen: string[] = []
		const cpu = cpuSeconds(terminal.pid)
		for (let minute = 0; minute < MINUTES; minute++) {
			seen.push(residentMegabytes(terminal.pid).toFixed(0))
			await pause(60_000)
		}
		const resident = residentMegabytes(terminal.pid)
		sender.kill()
		figure(`resident after ${MINUTES} min of ${PER_SECOND} lines/s`, resident, 'MB', 130)
		const used = ((cpuSeconds(terminal.pid) - cpu) / (MINUTES * 60)) * 100
		note(
			`minute by minute, MB: ${seen.join(' ')} ${resident.toFixed(0)}; CPU meanwhile ${used.toFixed(1)} % of a core`,
		)
		terminal.type('q')
		await pause(400)
		terminal.type('\r')
		await terminal.ended
	})
