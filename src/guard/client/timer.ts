import { TIMER_LATER_MS } from '../../changes/lease.ts'
import { type Detached, startDetached } from '../../host/process/detached.ts'
import { stopTimerArgs, stopTimersArgs, timerArgs, timerUnit } from '../../host/tools/systemd.ts'
import type { Clock } from '../../model/clock.ts'
import { type Program, revertArgv } from './start-guard.ts'

const SYSTEMD_MS = 10_000

/** The timer of PID 1 behind one lease: when the guard and the program are both gone, it still undoes. */
export type LeaseTimer = {
	/** Sets it, or moves it: the new one runs before the old one is stopped. False: there is none, or only the old one. */
	set(remainingMs: number): Promise<boolean>
	/** Nothing is in force any more. */
	stop(): Promise<void>
}

export function createLeaseTimer(program: Program, leaseId: string): LeaseTimer {
	let round = 0
	let running: string | undefined
	const stop = async (unit: string) => {
		await program.run(['systemctl', ...stopTimerArgs(unit)], SYSTEMD_MS)
	}
	return {
		async set(remainingMs) {
			round += 1
			const unit = timerUnit(leaseId, round)
			const argv = revertArgv(program, leaseId, ['--reason', 'deadline', '--stay'])
			const { exitCode } = await program.run(
				['systemd-run', ...timerArgs({ unit, inMs: remainingMs + TIMER_LATER_MS, argv })],
				SYSTEMD_MS,
			)
			if (exitCode !== 0) return false
			const old = running
			running = unit
			if (old !== undefined) await stop(old)
			return true
		},
		async stop() {
			const unit = running
			running = undefined
			if (unit !== undefined) await stop(unit)
		},
	}
}

/**
 * For the guard, once nothing is in force any more: when the program was killed, nobody else stops its timers. They
 * would do no harm, only start for nothing. It has to be waited for: with the main process of a service ends whatever
 * that has started, and a timer whose stop was not yet asked for stays. Without what `run` needs: the guard stays small.
 */
export async function stopTimersOf(
	leaseId: string,
	clock: Pick<Clock, 'after'>,
	start: (argv: readonly string[]) => Pick<Detached, 'ended' | 'release'> = startDetached,
): Promise<void> {
	const child = start(['systemctl', ...stopTimersArgs(leaseId)])
	await new Promise<void>((resolve) => {
		const cancel = clock.after(SYSTEMD_MS, resolve)
		void child.ended.then(() => {
			cancel()
			resolve()
		})
	})
	child.release()
}
