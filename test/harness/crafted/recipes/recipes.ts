import type { Recipe } from '../recipe.ts'
import { HELPER_DROPS } from './helpers.ts'
import { ICMP_INVALID, ICMP_SILENT } from './icmp.ts'
import { SCTP_INVALID, SCTP_SILENT } from './sctp.ts'
import { TCP_INVALID } from './tcp.ts'
import { TCP_ACCEPTED, TCP_HIDDEN, TCP_SILENT } from './tcp-noted.ts'
import { IP_HIDDEN, IP_SILENT, UDP_INVALID } from './udp.ts'

/** Every packet that can be made in a network namespace, with what a current kernel says about it. */
export const RECIPES: readonly Recipe[] = [
	...TCP_INVALID,
	...TCP_ACCEPTED,
	...TCP_HIDDEN,
	...TCP_SILENT,
	...UDP_INVALID,
	...IP_HIDDEN,
	...IP_SILENT,
	...ICMP_INVALID,
	...ICMP_SILENT,
	...SCTP_INVALID,
	...SCTP_SILENT,
	...HELPER_DROPS,
]

/** Reasons of the catalogue that no recipe produces, and why. Those of kernels before 4.18 are not even in question. */
export const NOT_PRODUCED: readonly { readonly why: string; readonly ids: readonly string[] }[] = [
	{
		why: 'other kernels print them',
		ids: [
			...['tcp-short', 'tcp-state-old', 'tcp-ign-old', 'tcp-win-seq-over-old', 'tcp-win-ack-over-old'],
			...['tcp-win-seq-under-old', 'tcp-win-ack-under-old', 'tcp-win-bug', 'tcp-lower-timeout'],
		],
	},
	{
		why: 'DCCP is gone from the kernel',
		ids: [
			...['dccp-loose', 'dccp-state', 'dccp-ign', 'dccp-short', 'dccp-trunc', 'dccp-cov', 'dccp-csum'],
			...['dccp-type', 'dccp-48'],
		],
	},
	{
		why: 'only when memory is short or a packet cannot be rewritten',
		ids: [
			...['sctp-2', 'helper-amanda-alloc', 'helper-ftp-alloc', 'helper-irc-alloc', 'helper-sane-alloc'],
			...['helper-tftp-alloc', 'helper-sip-4'],
			...['helper-amanda-nat-mangle', 'helper-ftp-nat-mangle', 'helper-irc-nat-mangle', 'helper-snmp-1'],
			...['helper-sip-1', 'helper-sip-nat-3', 'helper-sip-nat-4', 'helper-sip-nat-5', 'helper-sip-nat-6'],
			...[
				'helper-sip-nat-7',
				'helper-sip-nat-8',
				'helper-sip-nat-9',
				'helper-sip-nat-10',
				'helper-sip-nat-11',
			],
		],
	},
	{ why: 'this kernel lets contacts pass that it cannot read', ids: ['helper-sip-9'] },
	{
		why: 'H.323 messages are not crafted',
		ids: ['helper-h323-h245', 'helper-h323-q931', 'helper-h323-ras'],
	},
]
