import { describe, expect, test } from 'vitest'
import { readPasted } from '../../../src/kernel/rules/read/pasted.ts'

const INVALID = '-m conntrack --ctstate INVALID -j DROP'

const read = (...lines: readonly string[]) => {
	const { ruleset } = readPasted(`${lines.join('\n')}\n`)
	return {
		rules: ruleset.rules.map(
			({ chain, number, verdict }) => `${chain} ${number} ${'word' in verdict ? verdict.word : ''}`,
		),
		total: ruleset.total,
		unread: ruleset.unreadCount,
	}
}

describe('what a later line takes away', () => {
	test.each<[string, readonly string[], readonly string[], number]>([
		['by its words', [`iptables -A INPUT ${INVALID}`, `iptables -D INPUT ${INVALID}`], [], 0],
		['with more blanks', [`iptables -A INPUT  ${INVALID}`, `iptables --delete INPUT   ${INVALID}`], [], 0],
		['what was put in at a place', [`iptables -I INPUT 2 ${INVALID}`, `iptables -D INPUT ${INVALID}`], [], 0],
		[
			'the first of two',
			[`-A INPUT ${INVALID}`, '-A INPUT -j ACCEPT', `-A INPUT ${INVALID}`, `-D INPUT ${INVALID}`],
			['INPUT 2 drop'],
			0,
		],
		['of another chain: nothing', [`-A INPUT ${INVALID}`, `-D FORWARD ${INVALID}`], ['INPUT 1 drop'], 0],
		[
			'of another family: nothing',
			[`iptables -A INPUT ${INVALID}`, `ip6tables -D INPUT ${INVALID}`],
			['INPUT 1 drop'],
			0,
		],
		['before it is added: nothing', [`-D INPUT ${INVALID}`, `-A INPUT ${INVALID}`], ['INPUT 1 drop'], 0],
		['by its number is not followed', [`-A INPUT ${INVALID}`, '-D INPUT 1'], ['INPUT 1 drop'], 1],
		['by another one in its place', [`-A INPUT ${INVALID}`, '-R INPUT 1 -j ACCEPT'], ['INPUT 1 drop'], 1],
		[
			'of a chain that is emptied',
			[`iptables -A INPUT ${INVALID}`, `iptables -A FORWARD ${INVALID}`, 'iptables -F INPUT'],
			['FORWARD 1 drop'],
			0,
		],
		[
			'of all chains',
			[`iptables -A INPUT ${INVALID}`, `iptables -A FORWARD ${INVALID}`, 'iptables -F'],
			[],
			0,
		],
		['emptied at the beginning', ['iptables -F', `iptables -A INPUT ${INVALID}`], ['INPUT 1 drop'], 0],
		[
			'behind the rules of another table',
			[
				`iptables -A INPUT ${INVALID}`,
				'iptables -t nat -A POSTROUTING -j MASQUERADE',
				`iptables -D INPUT ${INVALID}`,
			],
			['INPUT 1 drop'],
			1,
		],
		[
			'emptied behind the rules of another table',
			[`iptables -A INPUT ${INVALID}`, 'iptables -t nat -A POSTROUTING -j MASQUERADE', 'iptables -F'],
			['INPUT 1 drop'],
			1,
		],
		[
			'of nft, by its handle',
			['nft add rule inet f i ct state invalid drop', 'nft delete rule inet f i handle 4'],
			['i 1 drop'],
			1,
		],
		[
			'of nft, emptied',
			['nft add rule inet f i ct state invalid drop', 'nft flush chain inet f i'],
			['i 1 drop'],
			1,
		],
		['of nft, all', ['nft add rule inet f i ct state invalid drop', 'nft flush ruleset'], ['i 1 drop'], 1],
		[
			'of nft, emptied before',
			['flush ruleset', 'add table inet f', 'add rule inet f i ct state invalid drop'],
			['i 1 drop'],
			0,
		],
		[
			'of nft, another chain',
			['nft add rule inet f i ct state invalid drop', 'nft flush chain inet f o'],
			['i 1 drop'],
			0,
		],
	])('%s', (_, lines, rules, unread) => {
		expect(read(...lines)).toMatchObject({ rules, unread })
	})
})
