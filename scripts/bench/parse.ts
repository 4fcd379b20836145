import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runParse } from '../../src/commands/parse/parse.ts'
import { parseLogLine } from '../../src/kernel/log/log-line.ts'
import { classify } from '../../src/reasons/classify.ts'
import { atLeast, figure, note } from './figures.ts'

const LINES = 100_000
const FILE_LINES = 400_000
const ROUNDS = 25
const FILE_ROUNDS = 9

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
	await file('without a stamp, one reason', content('', ['invalid rst'], FILE_LINES))
	await file('mixed', mixed(FILE_LINES))
	await large()
}

/** Heads of several kinds, IPv4 and IPv6, reasons and rules, and a flow for nearly every line. */
function mixed(count: number): string {
	const heads = [...Object.values(STAMPS), '[Sat Apr  1 05:33:20 2023] ', 'Apr 02 10:31:53 gw kernel: ']
	const messages = [
		...REASONS.map((reason) => `nf_ct_proto_6: ${reason} `),
		...['[UFW BLOCK] ', 'FW-DROP: ', 'INVALID: ', 'nft drop: '],
	]
	const flags = ['ACK', 'RST', 'ACK FIN', 'SYN', 'ACK PSH']
	const lines: string[] = []
	for (let n = 0; n < count; n++) {
		// Neither goes around with the other.
		const at = (n * 2_654_435_761) % 4_294_967_296
		const isSix = at % 5 === 0
		const address = (last: number) =>
			isSix
				? `2001:0db8:0000:0000:0000:0000:0000:${(last % 300).toString(16).padStart(4, '0')}`
				: `10.0.${last % 20}.${last % 250}`
		const ip = isSix ? 'TC=0 HOPLIMIT=64 FLOWLBL=7 ' : `TOS=0x00 PREC=0x00 TTL=64 ID=${at % 65_536} DF `
		lines.push(
			`${heads[at % heads.length]}${messages[(at >>> 3) % messages.length]}IN=eth0 OUT= MAC=0e:6c:20:4d:61:0a:0e:ff:68:7e:1b:a6:08:00 SRC=${address(at >>> 5)} DST=${address(at >>> 7)} LEN=${40 + (at % 1400)} ${ip}PROTO=TCP SPT=${1024 + (at % 60_000)} DPT=443 SEQ=${at} ACK=${n} WINDOW=${at % 65_536} RES=0x00 ${flags[(at >>> 4) % flags.length]} URGP=0 `,
		)
	}
	return `${lines.join('\n')}\n`
}

const LEAST_LINES = 600_000
const MOST_TIMES_GREP_COUNT = 12

/** The whole command on a file, against grep. */
async function file(name: string, text: string) {
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
		atLeast(
			`ctscope parse of ${FILE_LINES} lines, ${name} (${Math.round(text.length / 1e6)} MB, ${all.toFixed(2)} s), with groups and flows`,
			FILE_LINES / all,
			'lines/s',
			LEAST_LINES,
		)
		figure(`against grep -c nf_ct (${found.toFixed(3)} s)`, all / found, 'times', MOST_TIMES_GREP_COUNT)
		note(`${(all / lines).toFixed(1)} times reading and split (${lines.toFixed(2)} s)`)
	} finally {
		rmSync(folder, { recursive: true })
	}
}

/** What a log of a host consists of: one line in twenty is of a packet, the others are of programs and of the kernel. */
const ORDINARY = [
	(n: number) =>
		`Apr  2 10:31:53 web-07 sshd[${n}]: Accepted publickey for root from 10.0.0.${n % 250} port ${1024 + (n % 60_000)} ssh2: RSA SHA256:0123456789abcdefghijklmnopqrstuvwxyz`,
	(n: number) => `Apr  2 10:31:53 web-07 systemd[1]: Started Session ${n} of user root.`,
	(n: number) =>
		`Apr  2 10:31:53 web-07 kernel: [${n}.645068] usb 1-${n % 9}: new high-speed USB device number ${n % 99} using xhci_hcd`,
	(n: number) =>
		`Apr  2 10:31:53 web-07 CRON[${n}]: (root) CMD (command -v debian-sa1 > /dev/null && debian-sa1 1 1)`,
]
const PACKETS = 20
const LARGE = 200_000_000
/** All that parse must find: messages of conntrack, packets of rules, what is around them, and what a logger has counted. */
const KEPT = 'nf_ct_|ip_ct_|ip_conntrack|nf_conntrack|IN=[^ ]* OUT=|suppressed|message repeated'
const MOST_TIMES_GREP = 9
const MOST_GROWTH = 120

function writeLarge(path: string): void {
	const packets = content('Apr  2 10:31:53 web-07 kernel: [16690.645068] ', REASONS, 1000).split('\n')
	const lines: string[] = []
	for (let n = 0; lines.length < 50_000; n++)
		lines.push(n % PACKETS === 0 ? (packets[n % 1000] ?? '') : (ORDINARY[n % ORDINARY.length]?.(n) ?? ''))
	const block = `${lines.join('\n')}\n`
	const times = Math.ceil(LARGE / block.length)
	writeFileSync(path, '')
	for (let time = 0; time < times; time++) appendFileSync(path, block)
}

/** A log of 200 MB: time against grep, and memory. */
async function large() {
	const folder = mkdtempSync(join(tmpdir(), 'ctscope-bench-'))
	const path = join(folder, 'log')
	try {
		writeLarge(path)
		const sink = { write: () => true, once() {}, off() {} } as unknown as NodeJS.WritableStream
		const ours: number[] = []
		const kept: number[] = []
		const word: number[] = []
		const before = process.memoryUsage.rss()
		let most = before
		const watch = setInterval(() => {
			most = Math.max(most, process.memoryUsage.rss())
		}, 20)
		for (let round = 0; round < FILE_ROUNDS; round++) {
			ours.push(await seconds(() => runParse({ file: path, json: false, columns: 80 }, sink)))
			kept.push(await seconds(async () => spawnSync('grep', ['-cE', KEPT, path])))
			word.push(await seconds(async () => spawnSync('grep', ['-c', 'nf_ct', path])))
		}
		clearInterval(watch)
		const [all, found, one] = [fastest(ours), fastest(kept), fastest(word)]
		note(
			`a log of 200 MB, one line in ${PACKETS} of a packet: ${all.toFixed(2)} s, ${Math.round(200 / all)} MB/s`,
		)
		figure(
			`against grep -cE of all that it must keep (${found.toFixed(2)} s)`,
			all / found,
			'times',
			MOST_TIMES_GREP,
		)
		note(`${(all / one).toFixed(1)} times grep -c of one word (${one.toFixed(2)} s)`)
		figure('memory beside what was there before, at most', (most - before) / 1e6, 'MB', MOST_GROWTH)
	} finally {
		rmSync(folder, { recursive: true })
	}
}

async function seconds(run: () => Promise<unknown>): Promise<number> {
	const start = performance.now()
	await run()
	return (performance.now() - start) / 1000
}
