import { describe, expect, test } from 'vitest'
import { matchesInvalid } from '../../../src/kernel/rules/matching.ts'
import { ownerOf } from '../../../src/kernel/rules/owner.ts'
import { readPasted } from '../../../src/kernel/rules/read/pasted.ts'

/** Pieces of what people paste when they ask for help, each as its tool printed it. */
const PASTED: readonly (readonly [name: string, text: string, invalid: readonly string[]])[] = [
	[
		'iptables -nvL',
		`Chain INPUT (policy ACCEPT 211 packets, 40848 bytes)
 pkts bytes target     prot opt in     out     source               destination
    0     0 DROP       all  --  *      *       0.0.0.0/0            172.17.0.0/16        ctstate INVALID
    9   700 ACCEPT     all  --  *      *       0.0.0.0/0            0.0.0.0/0            ctstate RELATED,ESTABLISHED`,
		['INPUT 1 drop 0'],
	],
	[
		'no chain line, rounded numbers, a chain as target',
		`pkts bytes target        prot opt in     out     source               destination
327K  489M LOG_AND_DROP  all  --  *      *       0.0.0.0/0            0.0.0.0/0            ctstate INVALID`,
		[' 1 LOG_AND_DROP 327000'],
	],
	[
		'iptables-save -c of calico',
		`[235934:9493268] -A cali-fw-cali9b66e62ea5a -m comment --comment "cali:GO5eoLd8UfBNJnN4" -m conntrack --ctstate INVALID -j DROP
[549303159:40938536026] -A cali-fw-cali9b66e62ea5a -m comment --comment "cali:QDhKnLPfL9-IId8u" -j MARK --set-xmark 0x0/0x10000`,
		['cali-fw-cali9b66e62ea5a 1 drop 235934 (calico)'],
	],
	[
		'line numbers, and a warning of the other backend',
		`# iptables -vnL DOCKER-USER --line-numbers
# Warning: iptables-legacy tables present, use iptables-legacy to see them
Chain DOCKER-USER (1 references)
num   pkts bytes target     prot opt in     out     source               destination
1     141K   82M ufw-user-forward  all  --  *      *       0.0.0.0/0            0.0.0.0/0
2     108K   63M RETURN     all  --  *      *       0.0.0.0/0            0.0.0.0/0            ctstate RELATED,ESTABLISHED
3       71  4260 DROP       all  --  *      *       0.0.0.0/0            0.0.0.0/0            ctstate INVALID`,
		['DOCKER-USER 3 drop 71 (docker)'],
	],
	[
		'no counters, names resolved',
		`Chain felix-FORWARD (1 references)
num  target     prot opt source               destination
1    DROP       all  --  anywhere             anywhere             ctstate INVALID
2    ACCEPT     all  --  anywhere             anywhere             ctstate RELATED,ESTABLISHED`,
		['felix-FORWARD 1 drop - (calico)'],
	],
	[
		'shorewall, `!icmp`, a prefix in ticks, a state list',
		`Chain FORWARD (policy DROP 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination
 6428 1417K dynamic    all  --  *      *       0.0.0.0/0            0.0.0.0/0           state INVALID,NEW
    0     0 DROP      !icmp --  *      *       0.0.0.0/0            0.0.0.0/0          state INVALID
    0     0 LOG        all  --  *      *       0.0.0.0/0            0.0.0.0/0          LOG flags 0 level 6 prefix \`Shorewall:FORWARD:REJECT:'`,
		['FORWARD 1 dynamic 6428', 'FORWARD 2 drop 0'],
	],
	[
		'a line of nft without bytes',
		'ct state invalid counter packets 0 drop\nudp dport 12345 counter packets 1 accept',
		[' 1 drop 0'],
	],
	[
		'exact numbers, numeric protocols',
		`Chain ufw-before-input (1 references)
    pkts      bytes target     prot opt in     out     source               destination
  639828 1072980298 ACCEPT     0    --  *      *       0.0.0.0/0            0.0.0.0/0            ctstate RELATED,ESTABLISHED
       1       40 ufw-logging-deny  0    --  *      *       0.0.0.0/0            0.0.0.0/0            ctstate INVALID
       1       40 DROP       0    --  *      *       0.0.0.0/0            0.0.0.0/0            ctstate INVALID`,
		['ufw-before-input 2 ufw-logging-deny 1 (ufw)', 'ufw-before-input 3 drop 1 (ufw)'],
	],
	[
		'a shell prompt in front',
		`[root@localhost ~]# iptables -vnL
Chain INPUT (policy ACCEPT 0 packets, 0 bytes)
 pkts bytes target     prot opt in     out     source               destination
 8602 4830K INPUT_ZONES  all  --  *      *       0.0.0.0/0            0.0.0.0/0
    2    80 DROP       all  --  *      *       0.0.0.0/0            0.0.0.0/0            ctstate INVALID`,
		['INPUT 2 drop 2'],
	],
	[
		'nft with handles',
		`	chain ufw-before-input { # handle 4
		iifname "lo" counter packets 17514 bytes 6486200 accept # handle 95
		ct state invalid counter packets 0 bytes 0 jump ufw-logging-deny # handle 100
		ct state invalid counter packets 0 bytes 0 drop # handle 101`,
		['ufw-before-input 2 ufw-logging-deny 0 (ufw)', 'ufw-before-input 3 drop 0 (ufw)'],
	],
	[
		'nft of a table of mangle',
		`    chain PREROUTING {
        type filter hook prerouting priority mangle; policy accept;
        ct state invalid counter packets 1868 bytes 179156 drop
        tcp flags != syn / fin,syn,rst,ack ct state new counter packets 358 bytes 39754 drop
    }`,
		['PREROUTING 1 drop 1868'],
	],
]

describe('rules that match INVALID in pasted text', () => {
	test.each(PASTED)('%s', (_name, text, expected) => {
		const { ruleset } = readPasted(text)
		const found = ruleset.rules.filter(matchesInvalid).map((rule) => {
			const { verdict, counter, chain, number } = rule
			const word = 'chain' in verdict ? verdict.chain : verdict.word
			const owner = ownerOf(rule)
			return `${chain} ${number} ${word} ${counter?.packets ?? '-'}${owner === null ? '' : ` (${owner})`}`
		})
		expect(found).toEqual(expected)
		expect(ruleset.unread).toEqual([])
	})

	test('named counters of nfacct and of kube-proxy', () => {
		const { ruleset, format } = readPasted(
			'root@kind-worker:/# nfacct list\n{ pkts = 00000000000000000012, bytes = 00000000000000000480 } = ct_state_invalid_dropped_pkts;\nkubeproxy_iptables_ct_state_invalid_dropped_packets_total 7\n',
		)
		expect(ruleset.named).toEqual({
			ct_state_invalid_dropped_pkts: { packets: 12, bytes: 480 },
			kubeproxy_iptables_ct_state_invalid_dropped_packets_total: { packets: 7, bytes: 0 },
		})
		expect(format).toBe('nfacct, metrics')
	})
})
