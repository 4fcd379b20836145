import { pause, until } from '../harness/until.ts'
import type { Case, Player } from './case.ts'
import { createStage, type Outcome, type Stage } from './stage.ts'

const HERE = 'here'
const PATIENCE_S = 12
const REMEDY_PATIENCE_S = 9
/** Connections after the remedy that must be well before it has worked. */
const ENOUGH = 3
/** Filling a table takes seconds on a busy machine. */
const BEGIN_MS = 40_000

export type Users = {
	readonly good: number
	readonly bad: number
	readonly how: readonly string[]
	/** Seconds that half of the good ones took at most. */
	readonly tookS: number
}
type Counters = Readonly<Record<string, number>>

export type Played<Answer> = {
	readonly answer: Answer | undefined
	/** What is wrong with the case itself: it did not make what it says, or the remedy did not help. */
	readonly faults: readonly string[]
	/** By player, from the first to the end of the investigation. */
	readonly trouble: Readonly<Record<string, Users>>
	/** The same for connections begun after the remedy. */
	readonly cured: Readonly<Record<string, Users>>
	/** What the counters of conntrack moved by during the investigation, and how long that was. */
	readonly moved: Counters
	readonly watchedS: number
	readonly tookS: number
}

/**
 * Builds a case, waits for its trouble, lets someone look at `here` by the pid of a process in it, applies the remedy and sees
 * whether users are well again. Nothing is left afterwards.
 */
export async function playCase<Answer>(
	one: Case,
	look: (pid: number, seconds: number, stage: Stage) => Promise<Answer>,
): Promise<Played<Answer>> {
	const begun = performance.now()
	const faults: string[] = []
	const stage = await createStage(one)
	try {
		await begin(one, stage)
		const late = await waitForTrouble(one, stage)
		if (late !== undefined) faults.push(late)
		const here = stage.place(HERE)
		const before = await here.counters()
		const from = performance.now()
		const fromS = Date.now() / 1_000
		const answer = await look(here.pid, one.investigates ?? 16, stage)
		const watchedS = (performance.now() - from) / 1_000
		const moved = difference(before, await here.counters())
		const trouble = usersOf([...one.truth.suffers, ...one.truth.fine], stage)
		faults.push(...wrongCounters(one, moved, watchedS), ...failures(one, stage))
		for (const name of one.truth.fine)
			if (tally(since(stage.outcomes(name), fromS)).bad > 0)
				faults.push(`${name} is to be fine, and is not: ${tally(stage.outcomes(name)).how.join(', ')}`)
		const cured = one.remedy === undefined ? {} : await cure(one, stage)
		for (const [name, { good, bad, how }] of Object.entries(cured))
			if (bad > 0 || good < ENOUGH)
				faults.push(`after the remedy ${name}: ${good} good, ${bad} bad (${how.join(', ')})`)
		const tookS = (performance.now() - begun) / 1_000
		return { answer, faults, trouble, cured, moved, watchedS, tookS }
	} finally {
		await stage.end()
	}
}

async function begin(one: Case, stage: Stage): Promise<void> {
	const turns = [...new Set(one.players.map(({ after = 0 }) => after))].toSorted((a, b) => a - b)
	let now = 0
	const { strike } = one
	const strikes = strike === undefined ? [] : [strike.warm]
	for (const turn of [...new Set([...turns, ...strikes])].toSorted((a, b) => a - b)) {
		await pause((turn - now) * 1_000)
		now = turn
		for (const player of one.players) if ((player.after ?? 0) === turn) await startPlayer(player, stage)
		if (strike?.warm === turn) await stage.place(strike.place).shell(strike.line)
	}
}

/** Those that serve say so when they do, a box when it passes frames. */
async function startPlayer(player: Player, stage: Stage): Promise<void> {
	await stage.place(player.place).start(player)
	if (!('program' in player && ANNOUNCES.test(player.program))) return
	await until(() => stage.said(player.name).length > 0, `${player.name} to begin`, BEGIN_MS)
}

const ANNOUNCES = /^(?:serve|udp-serve|box|fill)$/

/** Of packets: `icmp_error` is what `conntrack -S` calls error. */
export const invalidOf = (counters: Counters): number => (counters.invalid ?? 0) + (counters.icmp_error ?? 0)

/** Answers what did not come in time. */
async function waitForTrouble(one: Case, stage: Stage): Promise<string | undefined> {
	const end = performance.now() + (one.patience ?? PATIENCE_S) * 1_000
	const { truth, proof } = one
	for (;;) {
		const counters = await stage.place(HERE).counters()
		const missing = [
			...truth.suffers
				.filter((name) => tally(stage.outcomes(name)).bad === 0)
				.map((name) => `trouble of ${name}`),
			...truth.fine
				.filter((name) => tally(stage.outcomes(name)).good === 0)
				.map((name) => `a good turn of ${name}`),
			...(proof.invalid !== 'none' && proof.invalid > 0 && invalidOf(counters) === 0
				? ['an INVALID packet']
				: []),
			...(proof.moves ?? []).filter((name) => (counters[name] ?? 0) === 0),
		]
		if (missing.length === 0) return undefined
		if (performance.now() > end) return `never came: ${missing.join(', ')}`
		await pause(100)
	}
}

function wrongCounters({ proof }: Case, moved: Counters, seconds: number): readonly string[] {
	const invalid = invalidOf(moved)
	const wrong = (proof.moves ?? [])
		.filter((name) => (moved[name] ?? 0) === 0)
		.map((name) => `${name} did not move`)
	if (proof.invalid === 'none')
		return invalid === 0 ? wrong : [...wrong, `${invalid} INVALID packets, and there are to be none`]
	const least = Math.floor((proof.invalid * seconds) / 5)
	return invalid >= least
		? wrong
		: [...wrong, `${invalid} INVALID packets in ${seconds.toFixed(0)} s, at least ${least} wanted`]
}

const failures = ({ players }: Case, stage: Stage): readonly string[] =>
	players.flatMap(({ name }) =>
		stage.said(name).flatMap(({ failed }) => (failed === undefined ? [] : [`${name} failed: ${failed}`])),
	)

async function cure(one: Case, stage: Stage): Promise<Readonly<Record<string, Users>>> {
	const { remedy, truth } = one
	if (remedy === undefined) return {}
	await stage.place(remedy.place).shell(remedy.line)
	await pause((remedy.settles ?? 1) * 1_000)
	const fromS = Date.now() / 1_000
	const end = performance.now() + REMEDY_PATIENCE_S * 1_000
	const names = [...truth.suffers, ...truth.fine]
	const isWell = () => names.every((name) => tally(since(stage.outcomes(name), fromS)).good >= ENOUGH)
	while (!isWell() && performance.now() < end) await pause(100)
	return Object.fromEntries(names.map((name) => [name, tally(since(stage.outcomes(name), fromS))]))
}

const since = (outcomes: readonly Outcome[], fromS: number) => outcomes.filter(({ began }) => began >= fromS)

function tally(outcomes: readonly Outcome[]): Users {
	const bad = outcomes.filter(({ outcome }) => outcome !== 'complete')
	const ways = new Map<string, number>()
	for (const { outcome, step } of bad) {
		const way = `${outcome} at ${step}`
		ways.set(way, (ways.get(way) ?? 0) + 1)
	}
	const how = [...ways].map(([way, count]) => `${count} ${way}`)
	const took = outcomes.filter(({ outcome }) => outcome === 'complete').map((one) => one.took)
	const tookS = took.toSorted((a, b) => a - b)[Math.floor(took.length / 2)] ?? 0
	return { good: took.length, bad: bad.length, how, tookS }
}

const usersOf = (names: readonly string[], stage: Stage) =>
	Object.fromEntries(names.map((name) => [name, tally(stage.outcomes(name))]))

function difference(before: Counters, after: Counters): Counters {
	const names = Object.keys(after).filter((name) => name !== 'entries')
	const moved = names.map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)] as const)
	return { ...Object.fromEntries(moved.filter(([, by]) => by !== 0)), entries: after.entries ?? 0 }
}
