import { startCtscope } from '../program/program.ts'
import { msUntil, pause } from '../until.ts'
import { DEATHS, type Death } from './deaths.ts'
import { createPlace, difference, type Place } from './place.ts'
import { COMMAND, type KillPlan, killPlans } from './plans.ts'
import { familyOf, type Known, signal } from './processes.ts'
import { createRandom, type Random } from './random.ts'
import { takeTurn } from './turn.ts'
import type { Watched } from './watch.ts'

const MOMENTS = ['while it starts', 'at the first change', 'in force', 'in force', 'while it undoes'] as const
type Moment = (typeof MOMENTS)[number]

export type Round = {
	readonly seed: number
	readonly number: number
	readonly plan: string
	readonly death: string
	readonly moment: Moment
	/** Something was in force when it happened, and the promise is about this way to die. */
	readonly isTimed: boolean
	/** From the death until everything was back, ms. */
	readonly ms: number
	/** What was not back when that was looked at last, a line each: of the host it may be someone else's. */
	readonly last: readonly string[]
	/** What is not as it should be, a line each. */
	readonly wrong: readonly string[]
}

const COMES_MS = 30_000
const BACK_MS = 30_000
/** Longer than a guard waits for a program that died before it could say hello (HELLO_MS of its command). */
const GONE_MS = 15_000
/** What is promised of `ctscope revert` is that it does it, not how soon. */
const ALONE_MS = 300

export async function killRound(seed: number, number: number): Promise<Round> {
	const random = createRandom(seed, number)
	const [plan, death, moment] = [random.one(killPlans()), random.one(DEATHS), random.one(MOMENTS)]
	const endTurn = await takeTurn()
	const place = await createPlace()
	const session = start(place, plan)
	try {
		const seen = await session.run(death, moment, random)
		return { seed, number, plan: plan.name, death: death.name, moment, ...seen }
	} finally {
		await place.end(session.family())
		await endTurn()
	}
}

function start(place: Place, { command, args }: KillPlan) {
	const known = new Map<number, Known>()
	const where = ['--netns', place.netns, '--state-dir', place.stateDir]
	const env = { TMPDIR: place.folder }
	const look = (pid: number) => {
		const guard = place.guardPid()
		const family = familyOf(guard === undefined ? [pid] : [pid, guard])
		for (const one of family) known.set(one.pid, one)
		return { program: pid, guard, family }
	}

	async function run(death: Death, moment: Moment, random: Random) {
		const before = await place.whole()
		const wrong: string[] = []
		let last: readonly string[] = []
		const isBack = async () => {
			const off = differing(before, await place.values())
			if (off.length > 0) last = off
			return off.length === 0
		}
		const { child, ended } = startCtscope([command, ...where, ...args], {
			cwd: place.folder,
			env,
			detached: true,
			timeoutMs: 120_000,
		})
		const pid = child.pid ?? 0
		const isOver = () => child.exitCode !== null || child.signalCode !== null

		if (moment === 'while it starts') await pause(random.next() * 1000)
		else {
			await msUntil(async () => isOver() || !(await isBack()), COMES_MS)
			if (await isBack())
				wrong.push(`nothing came into force: ${isOver() ? (await ended).stderr : 'and it did not end'}`)
			if (moment !== 'at the first change') await pause(100 + random.next() * 600)
		}
		if (death.needsGuard === true) await msUntil(() => isOver() || place.guardPid() !== undefined, COMES_MS)
		const targets = look(pid)
		if (moment === 'while it undoes') {
			signal(pid, 'SIGTERM')
			await pause(random.next() * 150)
		}
		const wasInForce = !(await isBack())
		await death.happen(targets, random.next)
		const died = performance.now()
		look(pid)

		let isReverted = false
		let back = wasInForce ? undefined : died
		const watch = async () => {
			if (!(await isBack())) back = undefined
			else back ??= performance.now()
			return back !== undefined
		}
		await msUntil(async () => {
			if (await watch()) return true
			if (death.isExcluded === true && !isReverted && performance.now() - died > ALONE_MS) {
				isReverted = true
				wrong.push(...(await revert()))
			}
			return false
		}, BACK_MS)
		if (back === undefined) wrong.push(...last.map(stays))
		// It may live on when its guard has died, and holds nothing then.
		if (!isOver()) {
			signal(pid, 'SIGCONT')
			signal(pid, 'SIGTERM')
		}
		look(pid)
		const left = async () => {
			// The command of `ctscope run` is the user's: it outlives a program that was killed with -9, also one that had just begun.
			place.endAll(COMMAND)
			return [
				...(!isOver() ? [`the program ${pid} has not ended`] : []),
				...place.processes([...known.values()]),
				...difference(before, await place.whole()),
			]
		}
		let rest: readonly string[] = []
		await msUntil(async () => {
			rest = await left()
			if (rest.length === 0) return true
			await watch()
			// A lease whose guard and program died before they could clear up is found by revert.
			if (death.isExcluded === true && !isReverted && rest.every((line) => !line.startsWith('process'))) {
				isReverted = true
				wrong.push(...(await revert()))
			}
			return false
		}, GONE_MS)
		wrong.push(...rest.map((line) => `left behind: ${line}`))
		if (rest.length > 0) await revert()
		const ms = Math.max(0, (back ?? performance.now()) - died)
		return { isTimed: wasInForce && death.isExcluded !== true, ms, last, wrong }
	}

	async function revert(): Promise<readonly string[]> {
		const { exitCode, stdout, stderr } = await startCtscope(
			['revert', '--all', '--yes', '--state-dir', place.stateDir],
			{ cwd: place.folder, env },
		).ended
		return exitCode === 0 ? [] : [`ctscope revert ended with ${exitCode}: ${stdout}${stderr}`]
	}

	return { run, family: () => [...known.values()] }
}

const stays = (line: string): string => `not back after ${BACK_MS / 1000} s: ${line}`
/** Of what `now` tells, what is not as it was before. */
const differing = (before: Watched, now: Watched): readonly string[] =>
	difference(Object.fromEntries(Object.keys(now).map((name) => [name, before[name] ?? ''])), now)
