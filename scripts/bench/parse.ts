import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runParse } from '../../src/commands/parse/parse.ts'
import { parseLogLine } from '../../src/kernel/log/log-line.ts'
import { classify } from '../../src/reasons/classify.ts'
import { atLeast, note } from './figures.ts'

const LINES = 100_000
const FILE_LINES = 400_000
const ROUNDS = 25
const FILE_ROUNDS = 5

/** Lines of 230 bytes as they come from `dmesg -t` or journalctl -o cat, and what frequent stamps add. */
const STAMPS = {
	'without a stamp': '',
	dmesg: '[16690.645068] ',
	syslog: 'Apr  2 10:31:53 web-07 kernel: [16690.645068] ',
	ISO: '2023-08-26T14:04:35.619876+02:00 web-07 kernel: [16690.645068] ',
}

const REASONS = [
	'invalid rst',
	'invalid new',
	'SEQ is over upper bound 2624537083 (over the window of the receiver)',
	'packet (index 3) in dir 1 ignored, state ESTABLISHED',
]

function content(stamp: string, reasons: readonly string[], count = LINES): string {
	const lines: string[] = []
	for (let n = 0; n < count; n++) {
		lines.push(
			`${stamp}nf_ct_proto_6: ${reasons[n % reasons.length]} IN=eth0 OUT= MAC=0e:6c:20:4d:61:0a:0e:ff:68:7e:1b:a6:08:00 SRC=10.0.3.7 DST=10.0.9.${n % 250} LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=0 DF PROTO=TCP SPT=443 DPT=${1024 + (n % 60_000)} SEQ=${2_653_233_300 + n} ACK=0 WINDOW=0 RES=0x00 RST URGP=0 `,
		)
	}
	return `${lines.join('\n')}\n`
}

/** The fastest round: whatever else runs on the machine only makes one slower. */
const fastest = (rounds: readonly number[]) => Math.min(...rounds)

function secondsOf(run: () => void): number {
	const start = performance.now()
	run()
	return (performance.now() - start) / 1000
}

/** Lines a second, and how many times as long as cutting the same text into lines takes. */
function measure(text: string) {
	const lines = text.split('\n').slice(0, -1)
	const parsed: number[] = []
	const split: number[] = []
	let seen = 0
	for (let round = 0; round < ROUNDS; round++) {
		parsed.push(
			secondsOf(() => {
				for (const line of lines) {
					const found = parseLogLine(line)
					if ('line' in found && classify(found.line).id !== 'unknown') seen++
				}
			}),
		)
		split.push(
			secondsOf(() => {
				for (const line of text.split('\n')) seen += line.length > 0 ? 0 : 1
			}),
		)
	}
	if (seen < LINES * ROUNDS) throw new Error(`${seen} lines were understood`)
	return { perSecond: LINES / fastest(parsed), split: fastest(parsed) / fastest(split) }
}

/** parseLogLine and classify, on one core. */
export async function parse() {
	const plain = content('', ['invalid rst'])
	const { perSecond, split } = measure(plain)
	const length = Math.round(plain.length / LINES)
	atLeast(`lines of ${length} bytes, read and classified`, perSecond, 'lines/s', 400_000)
	note(`${split.toFixed(1)} times as long as split('\\n') of the same text`)
	for (const [name, stamp] of Object.entries(STAMPS)) {
		const text = content(stamp, REASONS)
		note(
			`${name}, four reasons, ${Math.round(text.length / LINES)} bytes: ${Math.round(measure(text).perSecond)} lines/s`,
		)
	}
	await file(content('', ['invalid rst'], FILE_LINES))
}

/** The whole command on a file, against grep. */
async function file(text: string) {
	const folder = mkdtempSync(join(tmpdir(), 'ctscope-bench-'))
	const path = join(folder, 'log')
	try {
		writeFileSync(path, text)
		const sink = { write: () => true, once() {}, off() {} } as unknown as NodeJS.WritableStream
		const ours: number[] = []
		const grep: number[] = []
		const cut: number[] = []
		for (let round = 0; round < FILE_ROUNDS; round++) {
			ours.push(await seconds(() => runParse({ file: path, json: false, columns: 80 }, sink)))
			grep.push(await seconds(async () => spawnSync('grep', ['-c', 'nf_ct', path])))
			cut.push(await seconds(async () => readFileSync(path, 'latin1').split('\n').length))
		}
		const [all, found, lines] = [fastest(ours), fastest(grep), fastest(cut)]
		note(
			`ctscope parse of ${FILE_LINES} lines (${Math.round(text.length / 1e6)} MB): ${all.toFixed(2)} s, ${Math.round(FILE_LINES / all)} lines/s with groups and flows`,
		)
		note(
			`${(all / found).toFixed(1)} times grep -c nf_ct (${found.toFixed(2)} s), ${(all / lines).toFixed(1)} times reading and split (${lines.toFixed(2)} s)`,
		)
	} finally {
		rmSync(folder, { recursive: true })
	}
}

async function seconds(run: () => Promise<unknown>): Promise<number> {
	const start = performance.now()
	await run()
	return (performance.now() - start) / 1000
}
