import type { Settings } from '../../model/settings.ts'
import * as english from '../../words/english/investigation/ladder.ts'
import type { Rung } from './rung.ts'

/**
 * Numbers that nf_conntrack_log_invalid is compared with, and whose trackers print lines: the protocol field of the IP
 * header (net/netfilter/nf_conntrack_proto.c, nf_ct_l4proto_log_invalid). 255 is all.
 */
const LOGGED: Readonly<Record<string, string>> = {
	1: 'ICMP',
	6: 'TCP',
	17: 'UDP',
	33: 'DCCP',
	58: 'ICMPv6',
	132: 'SCTP',
	136: 'UDPLITE',
}

export function logInvalidRung({ values }: Settings): Rung {
	const base = { id: 'log-invalid', question: english.isTheKernelAskedTo } as const
	const value = values.log_invalid
	const no = { ...base, ok: false, answer: 'no' } as const
	if (value === undefined) {
		return {
			...no,
			because: english.nfConntrackLogInvalidDoes,
			next: english.modprobeNfConntrack,
		}
	}
	if (value === '0') {
		return {
			...no,
			because: english.nfConntrackLogInvalidIs,
			next: english.switchLogInvalidOn255,
			fix: 'log-why',
		}
	}
	if (value === '255') {
		return {
			...base,
			ok: true,
			answer: 'yes',
			because: english.nfConntrackLogInvalidIs255,
			next: '',
		}
	}
	// The kernel's own document says 41 for ICMPv6; the code compares with the protocol number, which is 58.
	if (value === '41') {
		return {
			...no,
			because: english.nfConntrackLogInvalidIs41,
			next: english.write58ForIcmpv6Or,
			fix: 'log_invalid',
		}
	}
	const name = LOGGED[value]
	if (name === undefined) {
		return {
			...no,
			because: english.nfConntrackLogInvalidIsNo(
				value,
				value === '47' ? 'GRE (47)' : english.protocol(value),
			),
			next: english.writeTheNumberOfA,
			fix: 'log_invalid',
		}
	}
	// Many scripts write 1 and mean "on".
	const trap = value === '1' ? english.n1IsTheNumberOf : ''
	return {
		...base,
		ok: true,
		answer: 'partly',
		because: english.nfConntrackLogInvalidIsOnly(value, name, trap),
		next: english.write255ToHearOf,
		fix: 'log_invalid',
	}
}
