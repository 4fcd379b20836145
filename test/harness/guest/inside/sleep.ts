import { execFileSync } from 'node:child_process'
import { asleepMs, monotonic } from '../../../../src/host/clock.ts'
import { msUntil } from '../../until.ts'
import { plan, program, read, type Seen } from './scene.ts'

const LIBERAL = '/proc/sys/net/netfilter/nf_conntrack_tcp_be_liberal'
/** A change that treats packets differently lasts so long without K. */
export const CONFIRM_MS = 9_000
const SLEEP_S = 10

/** Suspends the machine to memory, with a change in force whose time is over before it wakes. */
export async function sleepStory(): Promise<Seen> {
	const seen: Seen = {}
	const ctscope = program(undefined, CONFIRM_MS)
	const applied = await ctscope.apply(plan(['tcp_be_liberal', '0', '1']))
	seen.applied = applied.ok
	const deadline = ctscope.view()?.deadline ?? 0
	const before = { asleep: asleepMs() ?? 0, awake: monotonic() }
	execFileSync('rtcwake', ['-m', 'mem', '-s', `${SLEEP_S}`], { stdio: 'ignore' })
	const woke = { asleep: asleepMs() ?? 0, awake: monotonic() }
	seen.sleptMs = woke.asleep - before.asleep
	seen.awakeMs = woke.awake - before.awake
	seen.msAfterWaking = await msUntil(() => read(LIBERAL).trim() === '0', 30_000, 20)
	await msUntil(() => ctscope.view()?.phase === 'closed', 30_000, 20)
	const view = ctscope.view()
	seen.movedMs = deadline - (view?.deadline ?? 0)
	seen.change = view?.changes[0]
	return seen
}
