import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Lab } from '../../test/harness/kernel/lab.ts'
import { switchLogOn } from '../../test/harness/program/session.ts'
import type { Terminal } from '../../test/harness/program/terminal.ts'
import { figure, median, note, pause } from './figures.ts'
import { answersBetween } from './keys.ts'
import { residentMegabytes, watching } from './watching.ts'

const PER_SECOND = 50_000
const SECONDS = 10
const KEYS_MS = 150
/** More than when it was quiet. */
const MEMORY_MB = 30

/** TCP with SYN and FIN, a hundredth of a second's at a time; prints how many and how long it took. */
const FLOOD = [
	'import socket,struct,sys,time',
	's=socket.socket(socket.AF_INET,socket.SOCK_RAW,6)',
	's.connect((sys.argv[1],0))',
	's.setsockopt(socket.SOL_SOCKET,socket.SO_SNDBUF,1<<22)',
	'rate,seconds=int(sys.argv[2]),int(sys.argv[3])',
	'packets=[struct.pack("!HHIIBBHHH",1024+i%60000,80,i,0,0x50,3,512,0,0) for i in range(rate//100)]',
	'start=time.monotonic()',
	'sent=0',
	'while sent<rate*seconds:',
	' for packet in packets: s.send(packet)',
	' sent+=len(packets)',
	' time.sleep(max(0,start+sent/rate-time.monotonic()))',
	'print(sent,time.monotonic()-start)',
].join('\n')

/** Keys, memory and what is lost, while 50 000 INVALID packets a second come for ten seconds. */
export async function busy() {
	for (const source of ['nflog', 'kmsg'] as const)
		await watching((lab, terminal) => flooded(source, lab, terminal), source)
}

async function flooded(source: 'nflog' | 'kmsg', lab: Lab, terminal: Terminal): Promise<void> {
	await switchLogOn(terminal)
	await terminal.until(/counted 0/, 20_000)
	const before = residentMegabytes(terminal.pid)
	const other = source === 'kmsg' ? countByDmesg(lab) : undefined
	let most = 0
	const watch = setInterval(() => {
		most = Math.max(most, residentMegabytes(terminal.pid))
	}, 200)
	// The sender stands for another machine: what it computes is not to take time from the program.
	const sender = spawn(
		'nice',
		[
			...['-n', '19', 'ip', 'netns', 'exec', lab.peerNetns, 'python3', '-c', FLOOD],
			...[lab.address, `${PER_SECOND}`, `${SECONDS}`],
		],
		{ stdio: ['ignore', 'pipe', 'inherit'] },
	)
	let said = ''
	sender.stdout.setEncoding('utf8').on('data', (text: string) => {
		said += text
	})
	const sent = once(sender, 'close')
	await pause(1_000)
	const times = await answersBetween(terminal, ['3', '▸3'], ['1', '▸1'])
	const isThere = sender.exitCode === null
	await sent
	const [count = 0, took = 0] = said.split(' ').map(Number)
	// What is still on its way.
	await terminal.until(/now 0\/s/, 60_000)
	clearInterval(watch)
	const account = /counted [\d ]+ = .*/.exec(terminal.text())?.[0].trim()
	note(`${source}: ${count} packets in ${took.toFixed(1)} s, ${(count / took).toFixed(0)}/s`)
	figure(`${source}: the slowest answer to a key meanwhile`, Math.max(...times), 'ms', KEYS_MS)
	note(
		`median ${median(times).toFixed(0)} ms${isThere ? '' : '; the flood was over before the last of them'}`,
	)
	figure(`${source}: memory more than before`, most - before, 'MB', MEMORY_MB)
	note(`${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at most`)
	note(`the account: ${account}`)
	if (other !== undefined) {
		const seen = await other.end()
		note(`dmesg -w beside it: ${seen} lines, ${((1 - seen / count) * 100).toFixed(0)} % lost`)
	}
	terminal.type('q')
	await pause(500)
	terminal.type('\r')
	await terminal.ended
}

/** Lines that `dmesg -w` shows of what is sent. */
function countByDmesg({ address, peerAddress }: Lab) {
	const child = spawn('dmesg', ['-w'], { stdio: ['ignore', 'pipe', 'ignore'] })
	let seen = 0
	createInterface(child.stdout).on('line', (line) => {
		if (line.includes(`SRC=${peerAddress} DST=${address} `)) seen += 1
	})
	return {
		async end(): Promise<number> {
			child.kill()
			await once(child, 'close')
			return seen
		},
	}
}
