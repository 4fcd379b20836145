import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLogLine } from '../../../src/kernel/log/log-line.ts'
import { recordLine } from '../../../src/kernel/log/record-line.ts'
import { parsePacketLine } from '../../../src/kernel/packet/packet-line.ts'
import { record, seenState, stepped } from '../../harness/samples/states.ts'

const PACKET =
	'IN=eth0 OUT= MAC=02:00:00:00:00:01:02:00:00:00:00:02:08:00 SRC=192.0.2.1 DST=192.0.2.2 LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=TCP SPT=1 DPT=2 SEQ=1 ACK=1 WINDOW=1 RES=0x00 ACK URGP=0 '

/** A program may be called so, by anybody: 15 bytes. */
const NAMES = [
	'nf_ct_proto_6: ',
	'nf_ct_proto_1: ',
	'nf_ct_proto_17:',
	'nf_ct_proto_6:',
	'nf_ct_tcp: ',
	'helper ftp ',
]
/** A file too, with 255 bytes. */
const FILE = `x ${PACKET.trimEnd()}`

/** What the kernel prints behind the name of a process (arch/x86/mm/fault.c, mm/oom_kill.c, kernel/signal.c and others). */
const SAYINGS = [
	'[1234]: segfault at 0 ip 0000000000401106 sp 00007ffd error 6 in a.out[401000+1000] likely on CPU 1 (core 1, socket 0)',
	`[1234]: segfault at 0 ip 0000000000401106 sp 00007ffd error 6 in ${FILE}[401000+1000]`,
	`[1234]: segfault at 0 ip 0000000000401106 sp 00007ffd error 6 in ${PACKET}`,
	'[1234] bad frame in rt_sigreturn frame:00000000deadbeef ip:401106 sp:7ffd orax:ffffffffffffffff',
	`[1234] vsyscall attempted with vsyscall=none ip:401106 cs:33 in ${FILE}[401000+1000]`,
	': page allocation failure: order:0, mode:0x40cc0(GFP_KERNEL|__GFP_COMP), nodemask=(null),cpuset=/,mems_allowed=0',
	' invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, oom_score_adj=0',
	' (1234): drop_caches: 3',
	' (1234): /proc/1/oom_adj is deprecated, please use /proc/1/oom_score_adj instead.',
	'/1234: potentially unexpected fatal signal 11.',
	' uses obsolete (PF_INET,SOCK_PACKET)',
]

/** Names that stand further behind. */
const OTHERS = [
	`traps: nf_ct_proto_6: [1234] general protection fault ip:401106 sp:7ffd error:0 in ${FILE}[401000+1000]`,
	'Out of memory: Killed process 1234 (nf_ct_proto_6: ) total-vm:1kB, anon-rss:1kB, file-rss:0kB',
	'[   1234]     0  1234   100   10  45056        0             0 nf_ct_proto_6: ',
	`audit: type=1701 audit(1:1): auid=0 uid=0 pid=1 comm="nf_ct_proto_6: " exe="/tmp/nf_ct_proto_6: invalid rst" sig=11`,
	'usb 1-1: Product: nf_ct_proto_6: invalid rst',
	'CPU: 1 PID: 1234 Comm: nf_ct_proto_6:  Not tainted 6.18.0 #1',
	"process '/tmp/nf_ct_proto_6: invalid rst' started with executable stack",
	'device nf_ct_proto_6 entered promiscuous mode',
]

const STRANGE = [...NAMES.flatMap((name) => SAYINGS.map((saying) => `${name}${saying}`)), ...OTHERS]

describe('words of strangers in a record of the kernel', () => {
	test.each(STRANGE)('%j is no line of conntrack, counts for none and has no reason', (text) => {
		const kind = recordLine({ facility: 0, text })?.kind
		expect(kind === undefined || kind === 'rule').toBe(true)
		const before = seenState({ log_invalid: '255' })
		const state = stepped(before, 5, { type: 'log', events: [record(1, text)] })
		expect(state.reasons).toEqual([])
		expect(state.log.packetLines).toBe(0)
	})

	test.each(STRANGE)('%j is none in a log file either', (text) => {
		for (const stamp of ['', '[   12.345678] ', 'Dec 25 14:12:22 gizmo kernel: [12.5] ', '6,12,99,-;'])
			expect(['rule', 'printk', 'other', 'neighbour']).toContain(parseLogLine(`${stamp}${text}`).kind)
	})

	test('a line that another line hides: each record is one', () => {
		const text = `usb 1-1: Product: x\nnf_ct_proto_6: invalid rst ${PACKET}`
		expect(recordLine({ facility: 0, text })?.kind).toBe('rule')
	})

	test('a program that writes to /dev/kmsg is not the kernel', () => {
		expect(recordLine({ facility: 1, text: `nf_ct_proto_6: invalid rst ${PACKET}` })).toBeUndefined()
	})

	test('P15 a process named like conntrack has no reason, whatever the kernel says of it', () => {
		fc.assert(
			fc.property(
				fc.constantFrom(...NAMES),
				fc.integer({ min: 1, max: 4_194_304 }),
				fc.string(),
				fc.constantFrom('', PACKET, `${PACKET}[4000+1000]`),
				(name, pid, words, tail) => {
					const found = recordLine({ facility: 0, text: `${name}[${pid}]: ${words} ${tail}` })
					expect(found === undefined || found.kind === 'rule').toBe(true)
				},
			),
		)
	})
})

describe('lines of conntrack', () => {
	test.each([
		`nf_ct_proto_6: words of a kernel to come ${PACKET}`,
		`nf_ct_proto_6: 12 bytes more than expected ${PACKET}`,
		`nf_ct_proto_6: bad checksum  ${PACKET}`,
		`nf_ct_proto_6: invalid rst ${PACKET}NEWER=1 AE `,
		'nf_ct_proto_17: short packet IN=eth0 OUT= MAC= TRUNCATED',
		'nf_ct_proto_6: invalid rst IN= OUT=tun0 SRC=192.0.2.1 DST=192.0.2.2 LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=TCP INCOMPLETE [5 bytes] ',
		`nf_ct_proto_1: outer daddr 192.0.2.1 != inner 192.0.2.2 IN=eth0 OUT= SRC=192.0.2.1 DST=192.0.2.2 LEN=96 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=ICMP TYPE=3 CODE=1 [SRC=192.0.2.2 DST=192.0.2.9 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=2 PROTO=UDP SPT=1 DPT=2 LEN=40 ] `,
		`nf_ct_tcp: invalid packet ignored ${PACKET}`,
		`nf_ct_ftp: dropping packet: cannot add expectation ${PACKET}`,
		`helper sip dropping packet: cannot parse SDP message ${PACKET}`,
	])('%j is one', (text) => {
		const found = recordLine({ facility: 0, text })
		expect(found).toEqual(parsePacketLine(text))
		expect(['conntrack', 'helper']).toContain(found?.kind)
	})

	test('those of real kernels are', () => {
		const { pathname } = new URL('../../fixtures/log-lines.json', import.meta.url)
		const lines = JSON.parse(readFileSync(pathname, 'utf8')) as { line: string; kind: string }[]
		let whole = 0
		for (const { line } of lines) {
			const found = parseLogLine(line)
			if (!('line' in found) || found.kind === 'rule') continue
			const text = found.raw.slice(found.raw.indexOf(found.line.prefix))
			// People shorten the lines that they show.
			if (!/ IN=\S* OUT=.* SRC=\d.* PROTO=\S+ .*(?:URGP=|TYPE=|LEN=)\d/.test(text)) continue
			whole++
			expect(recordLine({ facility: 0, text })?.kind, text).toBe(found.kind)
		}
		expect(whole).toBeGreaterThan(10)
	})
})
