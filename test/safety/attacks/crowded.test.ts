import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseProcessStat } from '../../../src/host/process/identity.ts'
import { freeze, skipWithoutFreezer } from '../../harness/guard/freezer.ts'
import { createNobody } from '../../harness/guard/nobody.ts'
import { undone } from '../../harness/guard/undone.ts'
import { skipWithoutLab } from '../../harness/kernel/lab.ts'
import { startLineChild } from '../../harness/kernel/line-child.ts'
import { readOf } from '../../harness/process-of.ts'
import { startCtscope } from '../../harness/program/program.ts'
import { createRunScene, LOG_INVALID, processesLike, type RunScene } from '../../harness/program/run-scene.ts'
import { until } from '../../harness/until.ts'

/** Kills the process it is told, and answers after how many ms log_invalid was 0. Before others, or it comes late itself. */
const KILLER = `exec {tick}<> <(:)
	while read -r pid; do
		kill -9 "$pid"; begun=\${EPOCHREALTIME/./}
		for ((look = 0; look < 1800; look++)); do
			read -r now </proc/sys/${LOG_INVALID}
			[ "$now" = 0 ] && break
			read -rt 0.005 -u "$tick"
		done
		echo "$now $(((\${EPOCHREALTIME/./} - begun) / 1000))"
	done`

/** Ways to start the program, and what its command is to have of them. */
const GENTLY = [
	['as usual', [], { nice: 0, policy: 0 }],
	['under nice -n 19', ['nice', '-n', '19'], { nice: 19, policy: 0 }],
	['under chrt --idle', ['chrt', '--idle', '0'], { nice: 0, policy: 5 }],
] as const
/** What a user does, and how the program is started then. */
const CROWDS = [
	['forks as often as it may', ['bomb', '100'], GENTLY],
	['forks as often as it may, each in a session of its own', ['sessions', '100'], GENTLY],
	['has 800 processes with 6 MB of arguments', ['arguments', '800'], GENTLY.slice(0, 1)],
] as const

/** Nice value and policy of each thread of a process. */
const threadsOf = (pid: number) =>
	readdirSync(`/proc/${pid}/task`).map((thread) => {
		const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
		return { nice: getPriority(Number(thread)), policy: parseProcessStat(stat)?.policy }
	})

/** Of a process, by the kernel's list (CONFIG_PROC_CHILDREN). */
const childrenOf = (pid: number) => readOf(pid, `task/${pid}/children`).split(' ').filter(Boolean).map(Number)
const isCommand = (pid: number) => readOf(pid, 'comm') === 'sleep\n'

/** As their journals tell. */
const guardsOf = (stateDir: string) =>
	readdirSync(join(stateDir, 'leases')).map((name) => {
		const journal = readFileSync(join(stateDir, 'leases', name, 'journal.jsonl'), 'utf8')
		return Number(/"pid":(\d+)/.exec(journal)?.[1])
	})

describe.skipIf(skipWithoutLab())('a crowded machine', () => {
	let scene: RunScene
	beforeAll(async () => {
		scene = await createRunScene('crowd')
	})
	afterAll(() => scene.dispose())

	/** Logging is on in the other namespace, for a command that lasts. */
	async function start(under: readonly string[]) {
		const running = startCtscope(scene.run('--protocol', '255', '--', 'sleep', '1000'), {
			under: [...under],
		})
		await scene.untilOn('255')
		const commands = () => childrenOf(running.child.pid ?? 0).filter(isCommand)
		await until(() => commands().length === 1, 'the command')
		return { running, command: commands()[0] ?? 0 }
	}

	test.for(GENTLY)(
		'%s: no thread of ours waits, and the command is as it was meant',
		async ([, under, meant]) => {
			const { running, command } = await start(under)
			try {
				// The one where the command runs, and the one in the other namespace. A child is like its parent until it is another program.
				await until(() => processesLike(scene.stateDir).length === 2, 'the two of ours alone')
				const ours = processesLike(scene.stateDir)
				for (const { nice, policy } of ours.flatMap(threadsOf)) {
					expect(nice).toBeLessThanOrEqual(0)
					expect(policy).toBe(0)
				}
				expect(threadsOf(command)).toEqual([meant])
				// Where the scheduler is fair to sessions, those of our own come first too.
				const sessions = [...ours.filter((pid) => pid !== running.child.pid), ...guardsOf(scene.stateDir)]
				expect(sessions.length).toBe(2)
				if (existsSync('/proc/self/autogroup'))
					for (const pid of sessions)
						expect(readFileSync(`/proc/${pid}/autogroup`, 'utf8')).toMatch(/ nice -10$/m)
			} finally {
				running.child.kill('SIGTERM')
				await running.ended
				await scene.untilOn('0')
			}
		},
	)

	test.skipIf(skipWithoutFreezer())(
		'P4 the process where the command runs is killed and cannot even die: undone all the same',
		async () => {
			const { running, command } = await start([])
			const thaw = await freeze(running.child.pid ?? 0)
			try {
				running.child.kill('SIGKILL')
				undone(await scene.untilOn('0'))
			} finally {
				await thaw()
				process.kill(command, 'SIGKILL')
				await running.ended
			}
		},
	)

	describe.each(CROWDS)('a user without rights %s', (_, words, ways) => {
		test.for(ways)('P4 %s, and the program is killed with -9', async ([, under]) => {
			const killer = startLineChild([
				...['nsenter', `--net=/run/netns/${scene.lab.netns}`, '--'],
				...['nice', '-n', '-20', 'bash', '-c', KILLER],
			] as [string, ...string[]])
			const nobody = createNobody()
			const { running, command } = await start(under)
			try {
				await nobody.attack(...words)
				const [now = '', ms = ''] = (await killer.ask(`${running.child.pid}`)).split(' ')
				expect(now).toBe('0')
				undone(Number(ms))
			} finally {
				await nobody.end()
				running.child.kill('SIGKILL')
				process.kill(command, 'SIGKILL')
				await running.ended
				await scene.untilOn('0')
				await killer.end()
			}
		})
	})
})
