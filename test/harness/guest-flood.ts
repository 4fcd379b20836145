import { spawn } from 'node:child_process'
import {
	flagsOf,
	notes,
	otherProgram,
	plan,
	program,
	read,
	rows,
	sh,
	sites,
	sleep,
	told,
	until,
} from './guest-scene.ts'

const LOG_INVALID = '/proc/sys/net/netfilter/nf_conntrack_log_invalid'
const ACCT = '/proc/sys/net/netfilter/nf_conntrack_acct'

/** Floods the kernel log of a real kernel and answers what the breaker did. */
export async function runFlood(): Promise<unknown> {
	sh(`modprobe -a nf_conntrack nf_log_syslog
		ip netns add other; ip netns add peer
		ip link add veth0 type veth peer name veth1 netns peer
		ip addr add 10.77.0.2/24 dev veth0; ip link set veth0 up
		ip -n peer addr add 10.77.0.1/24 dev veth1; ip -n peer link set veth1 up
		nft 'add table ip t; add chain ip t c { type filter hook input priority 0; }; add rule ip t c ct state invalid drop'
		dmesg -n 4`)
	const seen = notes()
	const before = rows().join('\n')
	const [loud = ''] = [...sites()]
		.filter(
			([, { module, format }]) => module === 'nf_conntrack' && /tcp_conntracks: |new packet for/.test(format),
		)
		.map(([id]) => id)
	seen.loud = loud

	const flood = (options: string) =>
		spawn('ip', ['netns', 'exec', 'peer', 'hping3', '-q', ...options.split(' '), '-p', '80', '10.77.0.2'], {
			stdio: 'ignore',
		})

	// A call site that prints for each packet; what treats packets differently is none of the breaker's business.
	const ctscope = program()
	await ctscope.apply(plan(['acct', '0', '1']))
	await ctscope.apply(plan([`printk:${loud}`, '_', 'p']))
	seen.on = flagsOf(loud)
	const packets = flood('-S -c 20000 -i u100')
	seen.msPrintk = await until(() => flagsOf(loud) === '')
	await sleep(300)
	seen.printk = told(ctscope.view())
	seen.acct = read(ACCT).trim()
	packets.kill('SIGKILL')
	const begun = performance.now()
	await ctscope.undo('all')
	seen.msAnswer = Math.round(performance.now() - begun)
	seen.asBefore = rows().join('\n') === before && read(ACCT).trim() === '0'

	// log_invalid, while the program stands still.
	const still = otherProgram(plan(['log_invalid', '0', '255']))
	await still.applied
	still.kill('SIGSTOP')
	const bad = flood('-S -F -c 20000 -i u100')
	seen.msLogInvalid = await until(() => read(LOG_INVALID).trim() === '0')
	bad.kill('SIGKILL')
	still.kill('SIGCONT')
	await until(() => still.last()?.phase === 'closed')
	seen.logInvalid = told(still.last())
	await still.end()

	// Few lines are no flood, however long; and who asks for more gets more.
	await ctscope.apply(plan(['log_invalid', '0', '6']))
	const few = flood('-S -F -c 500 -i u20000')
	await sleep(5_000)
	seen.fewStillOn = read(LOG_INVALID).trim()
	few.kill('SIGKILL')
	await ctscope.close()
	const never = program(0)
	await never.apply(plan(['log_invalid', '0', '6']))
	const more = flood('-S -F -c 20000 -i u500')
	await sleep(5_000)
	seen.neverStillOn = read(LOG_INVALID).trim()
	more.kill('SIGKILL')
	await never.close()
	seen.logInvalidAtLast = read(LOG_INVALID).trim()
	return seen
}
