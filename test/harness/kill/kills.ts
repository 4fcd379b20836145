import { spawn } from 'node:child_process'
import { expect } from 'vitest'
import { kills, PROMISED_MS, undone } from '../guard/undone.ts'
import { killRound, type Round } from './round.ts'

type Wanted = {
	readonly rounds: number
	readonly seed: number
	readonly cpus: number
	readonly only?: number
}

/** What the environment asks for; `rounds` and `cpus` when it does not. */
export function wantedKills(rounds: number, cpus: number): Wanted {
	const { CTSCOPE_KILL_ROUNDS, CTSCOPE_KILL_SEED, CTSCOPE_KILL_ROUND, CTSCOPE_KILL_LOAD } = process.env
	return {
		rounds: Number(CTSCOPE_KILL_ROUNDS ?? rounds),
		seed: Number(CTSCOPE_KILL_SEED ?? Math.floor(Math.random() * 1_000_000)),
		cpus: Number(CTSCOPE_KILL_LOAD ?? cpus),
		...(CTSCOPE_KILL_ROUND === undefined ? {} : { only: Number(CTSCOPE_KILL_ROUND) }),
	}
}

/** More than this at once is one fault, seen again and again. */
const MOST_WRONG = 5

/** Kills at random, round after round; fails with all that was not as promised, and how to see it again. */
export async function randomKills({ rounds, seed, cpus, only }: Wanted): Promise<void> {
	const numbers = only === undefined ? Array.from({ length: rounds }, (_, index) => index) : [only]
	console.log(`random kills: ${numbers.length} rounds, seed ${seed}, ${cpus} busy processes beside them`)
	const load = cpus > 0 ? spawn('stress-ng', ['--cpu', `${cpus}`, '--quiet'], { stdio: 'ignore' }) : undefined
	const wrong: string[] = []
	const times: number[] = []
	try {
		for (const number of numbers) {
			if (wrong.length >= MOST_WRONG) break
			const round = await killRound(seed, number)
			if (round.isTimed) {
				times.push(round.ms)
				undone(round.ms, { isOver: true })
			}
			const late = round.isTimed && round.ms >= PROMISED_MS
			if (round.wrong.length === 0 && !late) continue
			// At once: whoever stops it has seen it.
			console.error(told(round, cpus))
			wrong.push(told(round, cpus))
		}
	} finally {
		if (load !== undefined) {
			const ended = new Promise((resolve) => load.once('exit', resolve))
			load.kill('SIGINT')
			await ended
		}
	}
	kills(times)
	expect(wrong).toEqual([])
}

function told({ seed, number, plan, death, moment, ms, last, wrong }: Round, cpus: number): string {
	return [
		`round ${number} of seed ${seed}: ${plan}; ${death}; ${moment}; back after ${Math.round(ms)} ms`,
		...last.map((line) => `    came back last: ${line}`),
		...wrong.map((line) => `    ${line}`),
		`    again: CTSCOPE_KILL_SEED=${seed} CTSCOPE_KILL_ROUND=${number} CTSCOPE_KILL_LOAD=${cpus} npm test -- --project kernel test/safety/ends/random-kills.test.ts`,
	].join('\n')
}
