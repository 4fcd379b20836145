import { describe, expect, test } from 'vitest'
import { readJson } from '../../../src/commands/read/json.ts'
import { readMarkdown } from '../../../src/commands/read/markdown.ts'
import { readText } from '../../../src/commands/read/text.ts'
import { visible } from '../../../src/words/visible.ts'
import { answered, gathered, KERNEL_LINE, SAVE, STAT } from './given.ts'

const ENTRY =
	'tcp      6 431999 ESTABLISHED src=198.51.100.2 dst=203.0.113.5 sport=51514 dport=80 src=10.0.0.7 dst=198.51.100.2 sport=8080 dport=51514 [ASSURED] mark=0 use=1'
const PROC_STAT = `entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart
00000012  00000000 00000005 00000000 0000000a 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000  00000000 00000000 00000000 00000000
00000012  00000000 00000005 00000000 00000002 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000  00000000 00000000 00000000 00000000`

test.each([
	['iptables-save', SAVE, 'rules'],
	['iptables -S', '-P INPUT ACCEPT\n-A INPUT -m conntrack --ctstate INVALID -j DROP\n', 'rules'],
	[
		'iptables -nvL',
		'Chain INPUT (policy ACCEPT 5 packets, 300 bytes)\n pkts bytes target     prot opt in     out     source               destination\n    3   180 DROP       all  --  *      *       0.0.0.0/0            0.0.0.0/0            ctstate INVALID\n',
		'rules',
	],
	[
		'nft',
		'table inet f {\n\tchain i {\n\t\ttype filter hook input priority 0; policy accept;\n\t\tct state invalid counter packets 7 bytes 420 drop\n\t}\n}\n',
		'rules',
	],
	[
		'nft -j',
		'{"nftables": [{"metainfo": {"version": "1.0.6", "json_schema_version": 1}}, {"table": {"family": "inet", "name": "f", "handle": 1}}, {"chain": {"family": "inet", "table": "f", "name": "i", "handle": 1, "type": "filter", "hook": "input", "prio": 0, "policy": "accept"}}, {"rule": {"family": "inet", "table": "f", "chain": "i", "handle": 2, "expr": [{"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": "invalid"}}, {"drop": null}]}}]}\n',
		'rules',
	],
	['a kernel log', `${KERNEL_LINE(1)}\n`, 'log'],
	['conntrack -L', `${ENTRY}\n`, 'entry'],
	['/proc/net/nf_conntrack', `ipv4     2 ${ENTRY}\n`, 'entry'],
	[
		'conntrack -E',
		`[1795946400.123456]\t[DESTROY] tcp      6 src=198.51.100.2 dst=203.0.113.5 sport=1 dport=80 src=203.0.113.5 dst=198.51.100.2 sport=80 dport=1 [USERSPACE] portid=4242 progname=conntrack\n`,
		'event',
	],
	['conntrack -S', STAT(10), 'stat'],
	['/proc/net/stat/nf_conntrack', `${PROC_STAT}\n`, 'proc-stat'],
	['sysctl -a', 'kernel.printk = 4 4 1 7\nnet.netfilter.nf_conntrack_tcp_loose = 0\n', 'sysctl'],
	[
		'/proc/net/netfilter/nf_log',
		' 0 NONE ()\n 2 nf_log_ipv4 (nf_log_ipv4,nfnetlink_log)\n10 nfnetlink_log (nfnetlink_log)\n',
		'logger',
	],
	[
		'nft monitor trace',
		'trace id a95ea7ef ip filter input rule ct state invalid counter drop (verdict drop)\n',
		'nft-trace',
	],
	[
		'dynamic_debug/control',
		'# filename:lineno [module]function flags format\nnet/netfilter/nf_conntrack_proto_tcp.c:889 [nf_conntrack]tcp_new =_ "tcp_new: invalid new deleting.\\n"\n',
		'dyndbg',
	],
	[
		'ulogd, JSON',
		'{"timestamp": "2026-11-29T10:00:00.000000+0000", "dvc": "Netfilter", "oob.prefix": "INV ", "oob.in": "eth0", "src_ip": "198.51.100.2", "dest_ip": "203.0.113.5", "src_port": 1, "dest_port": 80, "ip.protocol": 6, "tcp.syn": 1}\n',
		'ulogd',
	],
	[
		'ulogd, OPRINT',
		'===>PACKET BOUNDARY\noob.prefix=INV \noob.in=eth0\nip.saddr=2.100.51.198\nip.daddr=5.113.0.203\nip.protocol=6\ntcp.sport=1\ntcp.dport=80\ntcp.syn=1\n',
		'ulogd',
	],
] as const)('%s is known for what it is', async (_, text, kind) => {
	for (const size of [undefined, 7]) {
		const { things } = await gathered(text, size === undefined ? {} : { size })
		expect(Object.keys(things[0]?.counts ?? {})).toContain(kind)
	}
})

test('what comes of each is the same when all is pasted after each other', async () => {
	const one = [
		'Sun Nov 29 09:59:59 UTC 2026',
		STAT(10).trimEnd(),
		KERNEL_LINE(1),
		KERNEL_LINE(2),
		SAVE.trimEnd(),
		ENTRY,
		'net.netfilter.nf_conntrack_log_invalid = 255',
		'Linux gw 6.1.0-18-amd64 #1 SMP x86_64 GNU/Linux',
		'Sun Nov 29 10:00:09 UTC 2026',
		STAT(12).trimEnd(),
	].join('\n')
	const answer = await answered(one)
	expect(answer.things[0]?.counts).toEqual({
		date: 2,
		stat: 2,
		log: 2,
		rules: 11,
		entry: 1,
		sysctl: 1,
		uname: 1,
	})
	expect(answer.all.release).toBe('6.1.0-18-amd64')
	expect(answer.account).toMatchObject({ counted: 2, explained: 2, silent: 0, lost: 0 })
	expect(answer.counters?.rises?.invalid).toBe(2)
	expect(answer.evidence.rules?.acting).toEqual([
		{ hook: 'forward', place: 'ip filter FORWARD rule 1', action: 'drop' },
	])
	expect(answer.notChecked.join()).not.toContain('sysctl -a')
})

test.each([
	['UTC', 'Sun Nov 29 09:59:59 UTC 2026', 'Sun Nov 29 10:00:09 UTC 2026', 'Nov 29 10:00:0'],
	['another zone', '2026-11-29T11:59:59+02:00', '2026-11-29T12:00:09+02:00', 'Nov 29 12:00:0'],
])('a log without years is placed by what date says on that host, in %s', async (_, from, to, stamp) => {
	const log = [1, 2, 3].map((at) => KERNEL_LINE(at).replace(/^\S+:0\d\+00:00/, `${stamp}${at}`)).join('\n')
	const early = KERNEL_LINE(4).replace(/^\S+/, 'Nov 28 10:00:01')
	const answer = await answered(
		`${from}\n${STAT(10)}net.netfilter.nf_conntrack_log_invalid = 255\n${early}\n${log}\n${to}\n${STAT(13)}`,
	)
	expect(answer.account).toMatchObject({ counted: 3, explained: 3, silent: 0 })
})

describe('nothing is concluded that was not earned', () => {
	test('one reading of the counters has totals only', async () => {
		const answer = await answered(`${STAT(10)}\n${KERNEL_LINE(1)}\n`)
		expect(answer.account).toBeNull()
		expect(answer.counters).toMatchObject({ rises: null, totals: { invalid: 10 } })
		expect(answer.evidence.counts).toBeUndefined()
		expect(answer.notChecked.join()).toContain('one reading of the counters has only totals')
	})

	test('two readings without a time are a difference, which explains no line', async () => {
		const answer = await answered(`${STAT(10)}\n${STAT(17)}\n${KERNEL_LINE(1)}\n`)
		expect(answer.counters?.rises?.invalid).toBe(7)
		expect(answer.account).toMatchObject({ counted: 7, explained: null, silent: null })
		expect(answer.notChecked.join()).toContain('put date over each')
	})

	test('a reading that was saved later has the larger counters, whatever its name', async () => {
		const answer = await answered(`${STAT(17)}\n${STAT(10)}\n`)
		expect(answer.counters?.rises?.invalid).toBe(7)
	})

	test('lines before or after both readings are not explained by them', async () => {
		const answer = await answered(
			`Sun Nov 29 11:00:00 UTC 2026\n${STAT(10)}net.netfilter.nf_conntrack_log_invalid = 255\nSun Nov 29 11:00:10 UTC 2026\n${STAT(17)}${KERNEL_LINE(1)}\n`,
		)
		expect(answer.account).toMatchObject({ counted: 7, explained: null, silent: null })
		expect(answer.notChecked.join()).toContain('no line of the logs is of that time')
	})

	test('where the kernel was not asked, packets without a log line are not counted as silent', async () => {
		const answer = await answered(
			`Sun Nov 29 10:00:00 UTC 2026\n${STAT(10)}Sun Nov 29 10:00:10 UTC 2026\n${STAT(17)}${KERNEL_LINE(1)}\n`,
		)
		expect(answer.account).toMatchObject({ counted: 7, explained: null, silent: null })
		expect(answer.notChecked.join()).toContain('nf_conntrack_log_invalid was not given')
	})

	test('that no rule matches INVALID is not said over a part of the rules', async () => {
		const answer = await answered('*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j ACCEPT\nCOMMIT\n')
		expect(readText(answer, 80)).not.toContain('no rule here matches INVALID')
		expect(answer.evidence.rules?.isPart).toBe(true)
		expect(answer.notChecked).toContain('rules (nft list ruleset): not among what was given')
	})

	test('an entry that is not in the listing is not said to be gone', async () => {
		const lines = Array.from({ length: 30 }, (_, index) => KERNEL_LINE(2_000 + index)).join('\n')
		const answer = await answered(`${lines}\n${ENTRY}\n`)
		expect(answer.evidence.sampled.length).toBeGreaterThan(0)
		for (const { facts } of answer.evidence.sampled) expect(facts.entries).toBeUndefined()
	})
})

test('a trace of iptables is a story: rule by rule, what NAT changed, what decided', async () => {
	const line = (at: string, prefix: string, out: string, target: string, port: number) =>
		`[  ${at}] TRACE: ${prefix} IN=eth0 OUT=${out} SRC=198.51.100.2 DST=${target} LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=4711 DF PROTO=TCP SPT=51514 DPT=${port} SEQ=1 ACK=0 WINDOW=64240 RES=0x00 SYN URGP=0 `
	const trace = [
		line('100.000001', 'raw:PREROUTING:policy:2', '', '203.0.113.5', 80),
		line('100.000002', 'nat:PREROUTING:rule:1', '', '203.0.113.5', 80),
		line('100.000003', 'filter:FORWARD:rule:1', 'eth1', '10.0.0.7', 8080),
	].join('\n')
	const { stories } = await answered(`${SAVE}\n${trace}\n`)
	expect(stories).toMatchObject([
		{
			id: '1',
			flow: 'TCP 198.51.100.2:51514 > 203.0.113.5:80 SYN',
			steps: [
				'   in eth0, out eth1, IP id 4711',
				'   prerouting -300  ip raw PREROUTING: policy accept',
				'   conntrack: INVALID (a rule that it matched checks for this state)',
				'   prerouting -100  ip nat PREROUTING',
				'     DNAT: -i eth0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.7:8080 (rule 1)',
				'   NAT: 198.51.100.2:51514 > 203.0.113.5:80 became 198.51.100.2:51514 > 10.0.0.7:8080 (by the rule above)',
				'   forward 0  ip filter FORWARD',
				'=>   drop: -m conntrack --ctstate INVALID -j DROP (rule 1)',
			],
			decision: 'drop by rule 1 of ip filter FORWARD: -m conntrack --ctstate INVALID -j DROP',
			state: 'invalid',
			reason: null,
			path: { verdict: 'drop', ending: 'decided', chains: [{}, {}, { changed: { by: 'rule' } }] },
		},
	])
	const [alone] = (await answered(`${trace}\n`)).stories
	expect(alone?.decision).toContain('last seen in ip filter FORWARD, rule 1:')
})

test('a trace of nft is a story, with the reason of the same packet', async () => {
	const { stories } = await answered(`${KERNEL_LINE(51599)}
trace id a95ea7ef inet f fwd packet: iif "eth0" ip saddr 198.51.100.2 ip daddr 203.0.113.5 ip ttl 63 ip id 51599 ip protocol tcp tcp sport 51599 tcp dport 80 tcp flags == fin|ack
trace id a95ea7ef inet f fwd rule ct state invalid counter packets 3 bytes 156 drop (verdict drop)
`)
	expect(stories[0]).toMatchObject({
		decision: 'drop by inet f fwd: ct state invalid counter drop',
		state: 'invalid',
		reason: 'invalid new',
	})
})

test('nothing that a terminal could obey comes out, in no form', async () => {
	const evil = `${KERNEL_LINE(1).replace('invalid new', 'invalid new\x1b[2J\x9b31m\u202e')}\n-A INPUT -m comment --comment "\x1b]0;x\x07" -m conntrack --ctstate INVALID -j DROP\ntrace id 1 ip f i rule \x1b[31m (verdict drop)\n`
	const answer = await answered(evil)
	for (const text of [readText(answer, 80), readMarkdown(answer), JSON.stringify(readJson(answer))])
		expect(text.split('\n').every((line) => visible(line) === line)).toBe(true)
})

test('a line that stands in two files counts once, and one that comes twice in one file counts twice', async () => {
	const { tarOf } = await import('./given.ts')
	const both = tarOf([
		{ name: 'messages', text: `${KERNEL_LINE(1)}\n${KERNEL_LINE(1)}\n${KERNEL_LINE(2)}\n` },
		{
			name: 'dmesg',
			text: `[ 1.0] ${KERNEL_LINE(1).slice(KERNEL_LINE(1).indexOf('nf_ct'))}\n${KERNEL_LINE(3)}\n`,
		},
	])
	const answer = await answered(both)
	expect(answer.lines).toBe(4)
	expect(answer.all.logs.doubled).toBe(1)
})
