import { type ChildProcess, spawn } from 'node:child_process'
import { msUntil } from '../../until.ts'
import { flagsOf, LOG_INVALID, notes, plan, program, read, rows, sh, sitesOf, told, wire } from './scene.ts'
import { sleepStory } from './sleep.ts'

const MAX_RATE = 20
const ACCT = '/proc/sys/net/netfilter/nf_conntrack_acct'

/** Floods the kernel log of a real kernel and answers what the breaker did: with a call site, and as a `whole` with log_invalid too. */
export async function runFlood({ whole }: { readonly whole: boolean }): Promise<unknown> {
	sh('modprobe -a nf_conntrack nf_log_syslog; ip netns add other; dmesg -n 4')
	wire()
	const seen = notes()
	const before = rows().join('\n')
	// It prints for each packet of its kind, on every kernel.
	const loud = sitesOf('nf_conntrack_icmp_packet')[0] ?? ''
	// Fewer than are usual: while others work on the machine, an emulated one sends slowly at first.
	const ctscope = program(MAX_RATE)
	// What treats packets differently is none of the breaker's business.
	seen.started = (await ctscope.apply(plan(['acct', '0', '1']))).ok
	const floodOf = async (knob: readonly [string, string, string], options: string, text: string) => {
		sh('dmesg -C')
		await ctscope.apply(plan(knob))
		const first = firstOf(text)
		const packets = spawn(
			'ip',
			['netns', 'exec', 'peer', 'hping3', '-q', '-c', '20000', '-i', 'u50', ...options.split(' ')],
			{ stdio: 'ignore' },
		)
		const isOver = () => ctscope.view()?.flood !== null && ctscope.view()?.phase !== 'undoing'
		const isNoticed = (await msUntil(isOver, 40_000, 20)) >= 0
		const begun = performance.now()
		const answer = await ctscope.extend()
		const msAnswer = Math.round(performance.now() - begun)
		const isStillSending = packets.exitCode === null
		await end(packets)
		const seconds = lastOf(text) - (await first)
		return {
			isNoticed,
			answer: answer.ok,
			msAnswer,
			isStillSending,
			seconds,
			flood: ctscope.view()?.flood,
			...told(ctscope.view()),
		}
	}
	seen.printk = await floodOf(
		[`printk:${loud}`, '_', 'p'],
		'-1 -C 0 -K 0 10.77.0.2',
		'create new conn with type 0',
	)
	seen.flags = flagsOf(loud)
	seen.acct = read(ACCT).trim()
	if (whole)
		seen.logInvalid = await floodOf(['log_invalid', '0', '255'], '-S -F -p 80 10.77.0.2', 'nf_ct_proto_6: ')
	seen.logInvalidAfter = read(LOG_INVALID).trim()
	await ctscope.undo('all')
	if (whole) seen.sleep = await sleepStory()
	seen.asBefore = rows().join('\n') === before && read(ACCT).trim() === '0'
	return seen
}

async function end(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null) return
	const ended = new Promise((resolve) => child.once('exit', resolve))
	child.kill('SIGKILL')
	await ended
}

/** Seconds since boot, as the kernel stamps its lines. */
const stampOf = (line: string): number => Number(/^\[ *([\d.]+)\]/.exec(line)?.[1])

/** The stamp of the next line with this text; it may be overwritten later. */
function firstOf(text: string): Promise<number> {
	const reader = spawn('bash', ['-c', `dmesg -W | grep -m1 '${text}'`], {
		stdio: ['ignore', 'pipe', 'ignore'],
	})
	return new Promise((resolve) => {
		reader.stdout.setEncoding('utf8').once('data', (line: string) => resolve(stampOf(line)))
	})
}

const lastOf = (text: string): number => stampOf(sh(`dmesg | grep '${text}' | tail -n 1`))
