import { readdirSync, writeFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { readText } from '../tools/proc-fs.ts'
import { createToolPath } from '../tools/tool-path.ts'
import { runHand } from './hand.ts'
import { parseProcessStat } from './identity.ts'

/** An undo is little work, and it must not wait behind what a busy host does: as renice -n -10. */
const NICE = -10
const SCHED_OTHER = 0
/** Policies that get what others leave, by their number in linux/sched.h, and how chrt calls them. */
const GENTLE: Readonly<Record<number, string>> = { 3: '--batch', 5: '--idle' }

const tools = createToolPath()
const policyNow = (): number => {
	const stat = readText('/proc/self/stat')
	return (stat.ok ? parseProcessStat(stat.value)?.policy : undefined) ?? SCHED_OTHER
}

/** What whoever started this process has given it. */
const STARTED = { nice: getPriority(), policy: policyNow() } as const

/**
 * Takes back what this process has inherited of nice -n 19 and chrt --idle: whoever starts an investigation gently does
 * not want a slow undo. Without the right to, nothing happens.
 */
export async function comeFirst(): Promise<void> {
	await scheduling
	if (policyNow() !== SCHED_OTHER) await schedule('--other')
	nice(NICE)
	niceSession(NICE)
}

/**
 * While changes are in force, a program under nice -n 19 or chrt --idle is like any other: when it is killed, each of its
 * threads has to get its turn before the kernel closes its socket, and then the undo begins. Answers how to go back to what
 * it was.
 */
export async function endFast(): Promise<() => void> {
	await scheduling
	const before = getPriority()
	const gentle = GENTLE[policyNow()]
	if (gentle !== undefined) await schedule('--other')
	if (before > 0) nice(0)
	niceSession(NICE)
	return () => {
		if (before > 0) nice(before)
		niceSession(0)
		if (gentle !== undefined) void schedule(gentle)
	}
}

/** A command line that runs as whoever started this process meant, also while endFast() holds. */
export function asStarted(argv: readonly string[]): readonly string[] {
	const gentle = policyNow() === STARTED.policy ? undefined : GENTLE[STARTED.policy]
	const less = STARTED.nice - getPriority()
	return [
		...(gentle === undefined ? [] : [tools.find('chrt') ?? 'chrt', gentle, '0']),
		...(less <= 0 ? [] : [tools.find('nice') ?? 'nice', '-n', `${less}`]),
		...argv,
	]
}

/** What is asked last holds, however long the one before takes. */
let scheduling: Promise<unknown> = Promise.resolve()

function schedule(policy: string): Promise<unknown> {
	const chrt = tools.find('chrt')
	if (chrt === undefined) return Promise.resolve()
	scheduling = scheduling.then(() =>
		runHand([chrt, policy, '--all-tasks', '--pid', '0', `${process.pid}`], tools),
	)
	return scheduling
}

/**
 * Where the scheduler is fair to sessions, a nice value counts among the processes of one session only, and a user with a
 * hundred sessions gets a hundred times what we get (sched(7), "The autogroup feature"). Of a session that is ours alone.
 */
function niceSession(value: number): void {
	const stat = readText('/proc/self/stat')
	if (!stat.ok || parseProcessStat(stat.value)?.session !== process.pid) return
	try {
		writeFileSync('/proc/self/autogroup', `${value}`)
	} catch {}
}

/** Each thread has a nice value of its own (setpriority(2), "C library/kernel differences"). */
function nice(value: number): void {
	for (const thread of readdirSync('/proc/self/task'))
		try {
			setPriority(Number(thread), value)
		} catch {}
}
