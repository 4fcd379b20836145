import { spawn } from 'node:child_process'
import { switchLogOn } from '../../test/harness/program/session.ts'
import type { Terminal } from '../../test/harness/program/terminal.ts'
import { figure, median, note, pause } from './figures.ts'
import { cpuSeconds, watching } from './watching.ts'

const PER_SECOND = 5_000
const SECONDS = 20
const KEYS = 30
/** hping3 cannot keep up with short intervals alone. */
const SENDERS = 3

/** From a key to the screen that answers it, and how often the screen is drawn, while 5 000 lines a second come. */
export async function keys() {
	for (const source of ['nflog', 'kmsg'] as const)
		await watching((lab, terminal) => flooded(source, lab, terminal), source)
}

async function flooded(source: string, lab: { peerNetns: string; address: string }, terminal: Terminal) {
	await switchLogOn(terminal)
	await terminal.until(/counted 0/, 20_000)
	const args = [
		'-q',
		'-c',
		`${(PER_SECOND * SECONDS) / SENDERS}`,
		'-i',
		`u${(SENDERS * 1_000_000) / PER_SECOND}`,
	]
	const quiet = await answers(terminal)
	// The sender stands for another machine: what it computes is not to take time from the program.
	const senders = Array.from({ length: SENDERS }, () =>
		spawn(
			'nice',
			[
				'-n',
				'19',
				'ip',
				'netns',
				'exec',
				lab.peerNetns,
				'hping3',
				...args,
				'-S',
				'-F',
				'-p',
				'80',
				lab.address,
			],
			{
				stdio: 'ignore',
			},
		),
	)
	try {
		await pause(3_000)
		const cpu = cpuSeconds(terminal.pid)
		const began = Date.now()
		const from = terminal.raw().length
		const counted = invalid(terminal)
		await pause(5_000)
		const seconds = (Date.now() - began) / 1000
		const frames = terminal.raw().slice(from).split(FRAME).length - 1
		const perSecond = (invalid(terminal) - counted) / seconds
		const used = ((cpuSeconds(terminal.pid) - cpu) / seconds) * 100
		const times = await answers(terminal)
		figure(`${source}: the slowest answer to ${KEYS} keys`, Math.max(...times), 'ms', 100)
		figure(`${source}: redrawn, without a key`, frames / seconds, 'times/s', 10)
		note(
			`median answer ${median(times).toFixed(0)} ms; before the flood ${median(quiet).toFixed(0)} ms, at most ${Math.max(...quiet).toFixed(0)} ms`,
		)
		note(`${perSecond.toFixed(0)} INVALID packets/s meanwhile; CPU ${used.toFixed(0)} % of a core`)
	} finally {
		for (const sender of senders) sender.kill()
	}
	terminal.type('q')
	await pause(500)
	terminal.type('\r')
	await terminal.ended
}

/** What Ink writes in front of each frame: begin of a synchronised update. */
const FRAME = '\u001B[?2026h'

const invalid = (terminal: Terminal): number =>
	Number(/INVALID ([\d ]+)/.exec(terminal.text())?.[1]?.replaceAll(' ', '') ?? 0)

type KeyAndAnswer = readonly [key: string, answer: string]

/** From Watch to Switches and back, again and again. */
const answers = (terminal: Terminal) => answersBetween(terminal, ['3', '▸3'], ['1', '▸1'])

/** How long each of many keys takes from being pressed to its answer, ms; two keys in turn. */
export async function answersBetween(
	terminal: Terminal,
	first: KeyAndAnswer,
	second: KeyAndAnswer,
): Promise<number[]> {
	const times: number[] = []
	for (let index = 0; index < KEYS; index++) {
		const [key, answer] = index % 2 === 0 ? first : second
		times.push(await answered(terminal, key, answer))
		await pause(120)
	}
	return times
}

/** Milliseconds from the key to the emulator showing its answer. */
async function answered(terminal: Terminal, key: string, answer: string): Promise<number> {
	const begin = performance.now()
	terminal.type(key)
	for (;;) {
		if (terminal.text().includes(answer)) return performance.now() - begin
		if (performance.now() - begin > 5_000) throw new Error(`no answer to ${key}`)
		await pause(1)
	}
}
