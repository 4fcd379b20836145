import type { Settings } from '../../model/settings.ts'
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
	const base = { id: 'log-invalid', question: 'Is the kernel asked to say why?' } as const
	const value = values.log_invalid
	const no = { ...base, ok: false, answer: 'no' } as const
	if (value === undefined) {
		return {
			...no,
			because: 'nf_conntrack_log_invalid does not exist here: nf_conntrack is not loaded, or not visible',
			next: 'modprobe nf_conntrack',
		}
	}
	if (value === '0') {
		return {
			...no,
			because: 'nf_conntrack_log_invalid is 0: packets are counted and nothing is said about them',
			next: 'switch log_invalid on: 255 for all protocols, 6 for TCP',
			fix: 'log-why',
		}
	}
	if (value === '255') {
		return {
			...base,
			ok: true,
			answer: 'yes',
			because: 'nf_conntrack_log_invalid is 255: every protocol',
			next: '',
		}
	}
	// The kernel's own document says 41 for ICMPv6; the code compares with the protocol number, which is 58.
	if (value === '41') {
		return {
			...no,
			because: 'nf_conntrack_log_invalid is 41, which stands for no protocol that is tracked: ICMPv6 is 58',
			next: 'write 58 for ICMPv6, or 255 for all',
			fix: 'log_invalid',
		}
	}
	const name = LOGGED[value]
	if (name === undefined) {
		return {
			...no,
			because: `nf_conntrack_log_invalid is ${value}: no kernel looked at prints a line for ${value === '47' ? 'GRE (47)' : `protocol ${value}`}`,
			next: 'write the number of a protocol that can log, such as 6 for TCP, or 255 for all',
			fix: 'log_invalid',
		}
	}
	// Many scripts write 1 and mean "on".
	const trap = value === '1' ? ' (1 is the number of ICMP, and does not stand for "on")' : ''
	return {
		...base,
		ok: true,
		answer: 'partly',
		because: `nf_conntrack_log_invalid is ${value}: only ${name} packets are explained${trap}`,
		next: 'write 255 to hear of all protocols',
		fix: 'log_invalid',
	}
}
