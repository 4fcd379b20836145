import { describe, type Failure } from '../failure.ts'
import type { Netns, Settings } from '../host/ports.ts'
import { activeRung, consoleRung, hiddenRungs, lostRung, oldKernelRung, type Seen } from './ladder-doubts.ts'

/**
 * One condition on the way of a reason line from conntrack to our eyes.
 * `partly`: some lines pass. `unknown`: it cannot be read from here, or nothing has happened yet that would tell.
 */
type RungAnswer = 'yes' | 'partly' | 'no' | 'unknown'

export type RungId =
	| 'kernel-log'
	| 'tracking'
	| 'log-invalid'
	| 'logger-ipv4'
	| 'logger-ipv6'
	| 'all-netns'
	| 'window-reasons'
	| 'mid-stream'
	| 'checksum'
	| 'offload'
	| 'lost'
	| 'console'
	| 'old-kernel'

export type Rung = {
	readonly id: RungId
	readonly question: string
	/** False only when this rung stops every line that would pass it. */
	readonly ok: boolean
	readonly answer: RungAnswer
	/** One sentence: what was read, and what that means. */
	readonly because: string
	/** What to do about it; empty when nothing is to be done. */
	readonly next: string
}

export type LadderInput = {
	/** uname -r */
	readonly kernel: string
	readonly netns: Netns
	/** Undefined before the first reading. */
	readonly settings: Settings | undefined
	/** Why /dev/kmsg cannot be read; undefined when it can, or was not tried yet. */
	readonly logFailure: Failure | undefined
	/** Records that the kernel overwrote before we read them, and lines of conntrack seen, since start. */
	readonly lost: number
	readonly packetLines: number
	/** Sums of /proc/net/stat/nf_conntrack since the namespace was made; undefined before the first reading. */
	readonly totals: Readonly<Record<string, number>> | undefined
	/** Offloaded entries in the table; undefined when it was not walked yet. */
	readonly offloaded?: number | undefined
}

/**
 * Will a reason line reach us, and if not, why? The conditions in the order in which a line meets them, from the packet
 * to the reader (net/netfilter/nf_conntrack_proto.c, nf_log.c, nf_log_syslog.c), then those that hide single reasons.
 * Rungs that say nothing worth reading on this host are left out, except the first six.
 */
export function ladder(input: LadderInput): readonly Rung[] {
	const { settings } = input
	const rungs: (Rung | undefined)[] = [kernelLogRung(input.logFailure)]
	if (settings !== undefined) {
		const seen: Seen = { ...input, settings }
		rungs.push(
			activeRung(seen),
			logInvalidRung(settings),
			loggerRung(settings, 2),
			loggerRung(settings, 10),
			allNetnsRung(input.netns, settings),
			...hiddenRungs(seen),
			lostRung(input.lost),
			consoleRung(settings),
			oldKernelRung(seen),
		)
	}
	return rungs.filter((one) => one !== undefined)
}

/** The ladder in one sentence: will lines reach us as things stand? */
export function ladderSays(rungs: readonly Rung[]): { readonly reaches: boolean; readonly sentence: string } {
	const logger4 = rungs.find((one) => one.id === 'logger-ipv4')
	const logger6 = rungs.find((one) => one.id === 'logger-ipv6')
	const oneFamily = (logger4?.ok ?? true) !== (logger6?.ok ?? true)
	const stops = rungs.filter((one) => !one.ok && !(oneFamily && one.id.startsWith('logger')))
	if (stops.length > 0) {
		const because = stops.map((one) => one.because).join('; besides, ')
		return { reaches: false, sentence: `No reason line will reach us: ${because}` }
	}
	if (oneFamily) {
		const shut = logger4?.ok === false ? logger4 : logger6
		return { reaches: true, sentence: `Only half of the reason lines will reach us: ${shut?.because ?? ''}` }
	}
	const partly = rungs.find((one) => one.answer === 'partly')
	if (partly !== undefined) {
		return { reaches: true, sentence: `Reason lines will reach us, but not all: ${partly.because}` }
	}
	const doubt = rungs.find((one) => one.answer === 'unknown')
	if (doubt !== undefined) {
		return { reaches: true, sentence: `Nothing seen stops the reason lines; not certain: ${doubt.because}` }
	}
	return { reaches: true, sentence: 'Reason lines will reach us.' }
}

function kernelLogRung(failure: Failure | undefined): Rung {
	const question = 'Can the kernel log be read?'
	if (failure === undefined) {
		return {
			id: 'kernel-log',
			question,
			ok: true,
			answer: 'yes',
			because: '/dev/kmsg can be read',
			next: '',
		}
	}
	const { detail, next } = describe(failure)
	return { id: 'kernel-log', question, ok: false, answer: 'no', because: detail, next }
}

/** Numbers that nf_conntrack_log_invalid is compared with: the protocol field of the IP header, or 255 for all. */
const LOGGED: Readonly<Record<string, string>> = {
	1: 'ICMP',
	6: 'TCP',
	17: 'UDP',
	47: 'GRE',
	58: 'ICMPv6',
	132: 'SCTP',
	136: 'UDPLITE',
}

function logInvalidRung({ values }: Settings): Rung {
	const id = 'log-invalid'
	const question = 'Is the kernel asked to say why?'
	const value = values.log_invalid
	if (value === undefined) {
		return {
			id,
			question,
			ok: false,
			answer: 'no',
			because: 'nf_conntrack_log_invalid does not exist here: nf_conntrack is not loaded, or not visible',
			next: 'modprobe nf_conntrack',
		}
	}
	if (value === '0') {
		return {
			id,
			question,
			ok: false,
			answer: 'no',
			because: 'nf_conntrack_log_invalid is 0: packets are counted and nothing is said about them',
			next: 'switch log_invalid on: 255 for all protocols, 6 for TCP',
		}
	}
	if (value === '255') {
		return {
			id,
			question,
			ok: true,
			answer: 'yes',
			because: 'nf_conntrack_log_invalid is 255: every protocol',
			next: '',
		}
	}
	// The kernel's own document says 41 for ICMPv6; the code compares with the protocol number, which is 58.
	if (value === '41') {
		return {
			id,
			question,
			ok: false,
			answer: 'no',
			because: 'nf_conntrack_log_invalid is 41, which stands for no protocol that is tracked: ICMPv6 is 58',
			next: 'write 58 for ICMPv6, or 255 for all',
		}
	}
	const name = LOGGED[value]
	return {
		id,
		question,
		ok: true,
		answer: 'partly',
		because: `nf_conntrack_log_invalid is ${value}: only ${name ?? `protocol ${value}`} packets are explained`,
		next: 'write 255 to hear of all protocols',
	}
}

function loggerRung({ values, loggers }: Settings, family: 2 | 10): Rung {
	const name = family === 2 ? 'IPv4' : 'IPv6'
	const id = family === 2 ? 'logger-ipv4' : 'logger-ipv6'
	const question = `Is a logger bound for ${name}?`
	const syslog = family === 2 ? 'nf_log_ipv4' : 'nf_log_ipv6'
	const row = loggers.find((one) => one.family === family)
	const bound = values[`nf_log.${family}`] ?? row?.bound ?? undefined
	if (bound === syslog) {
		return {
			id,
			question,
			ok: true,
			answer: 'yes',
			because: `nf_log/${family} is ${bound}: lines go to the kernel log`,
			next: '',
		}
	}
	if (bound === 'nfnetlink_log') {
		return {
			id,
			question,
			ok: false,
			answer: 'no',
			because: `nf_log/${family} is nfnetlink_log: ${name} lines go to netlink group 0 (ulogd), not to the kernel log`,
			next: `read them there, or bind ${syslog} for a while`,
		}
	}
	if (bound !== undefined && bound !== 'NONE') {
		return {
			id,
			question,
			ok: true,
			answer: 'unknown',
			because: `nf_log/${family} is ${bound}, which is not a logger known here`,
			next: '',
		}
	}
	if (bound === undefined && row === undefined) {
		return {
			id,
			question,
			ok: true,
			answer: 'unknown',
			because: `nf_log/${family} cannot be read here`,
			next: '',
		}
	}
	const canBind = row?.available.includes(syslog) === true
	return {
		id,
		question,
		ok: false,
		answer: 'no',
		because: canBind
			? `nf_log/${family} is NONE: ${name} lines are thrown away, though ${syslog} could be bound`
			: `nf_log/${family} is NONE and ${syslog} is not loaded: ${name} lines are thrown away`,
		next: canBind ? `bind ${syslog}` : 'modprobe nf_log_syslog (before Linux 5.13: modprobe nf_log_ipv4)',
	}
}

function allNetnsRung(netns: Netns, { values }: Settings): Rung {
	const id = 'all-netns'
	const question = 'Do lines of this network namespace get through?'
	if (netns.initial) {
		return {
			id,
			question,
			ok: true,
			answer: 'yes',
			because: 'this is the initial network namespace',
			next: '',
		}
	}
	const value = values.nf_log_all_netns
	if (value === undefined) {
		return {
			id,
			question,
			ok: true,
			answer: 'unknown',
			because:
				'this is not the initial network namespace, and nf_log_all_netns of the initial one cannot be read',
			next: 'look there: sysctl net.netfilter.nf_log_all_netns must be 1',
		}
	}
	const on = value !== '0'
	return {
		id,
		question,
		ok: on,
		answer: on ? 'yes' : 'no',
		because: on
			? 'nf_log_all_netns is 1 in the initial network namespace'
			: 'nf_log_all_netns is 0: the kernel throws away lines of every network namespace but the initial one',
		next: on ? '' : 'write 1 to nf_log_all_netns in the initial network namespace',
	}
}
