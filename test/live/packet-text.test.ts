import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createClock } from '../../src/host/clock.ts'
import { followKmsg } from '../../src/host/kmsg-follower.ts'
import { openKmsg } from '../../src/host/kmsg-source.ts'
import type { LogFollower } from '../../src/host/ports.ts'
import { parsePacketLine } from '../../src/kernel/packet-line.ts'
import { ethernet, icmp, ip, tcp, udp, udplite } from '../harness/crafted-packets.ts'
import { createLab, type Lab, skipWithoutLab } from '../harness/lab.ts'
import { type LineChild, startLineChild } from '../harness/line-child.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 })

const HARNESS = join(import.meta.dirname, '../harness')
const ALL_NETNS = '/proc/sys/net/netfilter/nf_log_all_netns'
const A = '10.9.8.7'
const B = '10.9.8.6'
const A6 = 'fd09::7'
const B6 = 'fd09::6'
const NOBODY = 60_000

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Changes bytes of a packet; the checksum of the IP header is made right again, or the kernel drops it unseen. */
function changed(packet: Buffer, change: (bytes: Buffer) => void): Buffer {
	const bytes = Buffer.from(packet)
	change(bytes)
	if ((bytes[0] ?? 0) >> 4 !== 4) return bytes
	const length = ((bytes[0] ?? 0) & 15) * 4
	bytes.writeUInt16BE(0, 10)
	let sum = 0
	for (let at = 0; at < length && at < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
	while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
	bytes.writeUInt16BE(~sum & 0xffff, 10)
	return bytes
}

/** With `options` behind the header. */
function ip4WithOptions(packet: Buffer, options: number[]): Buffer {
	const bytes = Buffer.concat([packet.subarray(0, 20), Buffer.from(options), packet.subarray(20)])
	return changed(bytes, (all) => {
		all[0] = 0x40 | (5 + options.length / 4)
		all.writeUInt16BE(all.length, 2)
	})
}

function fragment(packet: Buffer, offset: number): Buffer {
	return changed(packet, (bytes) => bytes.writeUInt16BE(offset, 6))
}

function tcpWithOptions(options: number[]): Buffer {
	const segment = tcp(A, B, 1, 2, { flags: 'SA', offset: 5 + options.length / 4 }).subarray(20)
	return ip(A, B, 6, Buffer.concat([segment, Buffer.from(options)]))
}

const extension = (type: number, bytes: number[], next: number, payload: Uint8Array) =>
	ip(A6, B6, next, payload, { extension: { type, bytes: Buffer.from(bytes) } })

const inner = (count: number) => tcp(B, A, 5, 6, { flags: 'A', text: 'inside' }).subarray(0, count)
const inner6 = (count: number) => tcp(B6, A6, 5, 6, { flags: 'A', text: 'inside' }).subarray(0, count)
const error4 = (type: number, code: number, rest: number, body: Uint8Array) =>
	icmp(A, B, type, { code, rest, body })
const error6 = (type: number, code: number, rest: number, body: Uint8Array) =>
	icmp(A6, B6, type, { code, rest, body })

const flagSets = ['', 'F', 'S', 'R', 'P', 'A', 'U', 'E', 'C', 'FSRPAUEC', 'SF', 'RA']

/** Every branch of nf_log_syslog.c that a packet can take. */
const PACKETS: readonly (readonly [string, Buffer])[] = [
	...flagSets.map((flags) => [`TCP ${flags}`, tcp(A, B, 1, 65535, { flags, seq: 2 ** 32 - 1 })] as const),
	['TCP with options', tcpWithOptions([2, 4, 5, 180, 1, 3, 3, 7])],
	['TCP with more options than bytes', tcp(A, B, 1, 2, { flags: 'S', offset: 15 })],
	['TCP with a header length of 0', tcp(A, B, 1, 2, { flags: 'S', offset: 0 })],
	['TCP with reserved bits', changed(tcp(A, B, 1, 2, { flags: 'S' }), (bytes) => bytes.writeUInt8(0x5f, 32))],
	...[0, 1, 19].map((count) => [`TCP of ${count} bytes`, ip(A, B, 6, Buffer.alloc(count))] as const),
	['UDP', udp(A, B, 53, 1)],
	['UDP of 5 bytes', ip(A, B, 17, Buffer.alloc(5))],
	['UDP-Lite', udplite(A, B, 53, 1)],
	['UDP-Lite of 3 bytes', ip(A, B, 136, Buffer.alloc(3))],
	...[2, 4, 33, 41, 47, 132, 255].map(
		(protocol) => [`protocol ${protocol}`, ip(A, B, protocol, Buffer.alloc(40))] as const,
	),
	['AH', ip(A, B, 51, Buffer.from('06040000deadbeef0000000100000000', 'hex'))],
	['AH of 4 bytes', ip(A, B, 51, Buffer.alloc(4))],
	['ESP', ip(A, B, 50, Buffer.from('0badcafe00000001', 'hex'))],
	['ESP of 4 bytes', ip(A, B, 50, Buffer.alloc(4))],
	['SPI of 0', ip(A, B, 50, Buffer.alloc(8))],
	['TOS and precedence', changed(udp(A, B, 1, 2), (bytes) => bytes.writeUInt8(0xff, 1))],
	['DF', fragment(udp(A, B, 1, 2), 0x4000)],
	['CE, DF, MF', fragment(udp(A, B, 1, 2), 0xe000)],
	...[6, 17, 136, 1, 51, 50, 132].flatMap((protocol) => [
		[`later fragment of ${protocol}`, fragment(ip(A, B, protocol, Buffer.alloc(32)), 185)] as const,
		[`first fragment of ${protocol}`, fragment(ip(A, B, protocol, Buffer.alloc(32)), 0x2000)] as const,
	]),
	['IP options', ip4WithOptions(udp(A, B, 1, 2), [1, 1, 1, 0])],
	['IP options in plenty', ip4WithOptions(udp(A, B, 1, 2), Array(40).fill(1))],
	...Array.from(
		{ length: 20 },
		(_, type) => [`ICMP ${type}`, error4(type, 1, 0x01020304, inner(40))] as const,
	),
	...Array.from({ length: 19 }, (_, type) => [`short ICMP ${type}`, icmp(A, B, type)] as const),
	...[0, 4, 7].map((count) => [`ICMP of ${count} bytes`, ip(A, B, 1, Buffer.alloc(count, 8))] as const),
	['fragmentation needed', error4(3, 4, 1400, inner(28))],
	['fragmentation needed, short quote', error4(3, 4, 1400, inner(20))],
	['unreachable, no quote', error4(3, 3, 0, Buffer.alloc(0))],
	['unreachable, quote of 23 bytes', error4(3, 3, 0, inner(23))],
	['unreachable, quote of a quote', error4(3, 3, 0, error4(3, 3, 0, inner(28)))],
	['unreachable, quote of rubbish', error4(3, 3, 0, Buffer.alloc(32, 0xff))],
	['unreachable, quote with a header length of 0', error4(3, 3, 0, Buffer.alloc(32))],
	[
		'unreachable, quote with options',
		error4(3, 3, 0, ip4WithOptions(tcp(B, A, 1, 2, { flags: 'S' }), [1, 1, 1, 0])),
	],
	['unreachable, quoted fragment', error4(3, 3, 0, fragment(udp(B, A, 1, 2), 100))],
	['unreachable, quoted AH', error4(11, 0, 0, ip(B, A, 51, Buffer.alloc(12, 1)))],
	['parameter problem', error4(12, 0, 0x14000000, inner(28))],

	...flagSets.map((flags) => [`TCP ${flags} over IPv6`, tcp(A6, B6, 1, 2, { flags })] as const),
	['UDP over IPv6', udp(A6, B6, 1, 2)],
	['UDP-Lite over IPv6', udplite(A6, B6, 1, 2)],
	['UDP of 5 bytes over IPv6', ip(A6, B6, 17, Buffer.alloc(5))],
	['TCP of 5 bytes over IPv6', ip(A6, B6, 6, Buffer.alloc(5))],
	...[4, 41, 47, 59, 132, 135, 255].map(
		(next) => [`next header ${next}`, ip(A6, B6, next, Buffer.alloc(24))] as const,
	),
	['class and flow label', changed(udp(A6, B6, 1, 2), (bytes) => bytes.writeUInt32BE(0x6abcdef1, 0))],
	...Array.from(
		{ length: 16 },
		(_, index) => [`ICMPv6 ${index}`, error6(index, 2, 0x01020304, inner6(60))] as const,
	),
	...[128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 143, 255].map(
		(type) => [`ICMPv6 ${type}`, error6(type, 0, 0x01020304, Buffer.alloc(32))] as const,
	),
	...[0, 4, 7].map((count) => [`ICMPv6 of ${count} bytes`, ip(A6, B6, 58, Buffer.alloc(count, 1))] as const),
	['ICMPv6 error, no quote', error6(1, 0, 0, Buffer.alloc(0))],
	['ICMPv6 error, short quote', error6(2, 0, 1280, inner6(44))],
	['ICMPv6 error, quote of a quote', error6(3, 0, 0, error6(1, 0, 0, inner6(60)))],
	['ICMPv6 error, rubbish', error6(1, 0, 0, Buffer.alloc(48, 0xff))],
	['destination options', extension(60, [17, 0, 1, 4, 0, 0, 0, 0], 17, udp(A6, B6, 1, 2).subarray(40))],
	['hop by hop', extension(0, [17, 0, 1, 4, 0, 0, 0, 0], 17, udp(A6, B6, 1, 2).subarray(40))],
	['routing', extension(43, [17, 0, 4, 0, 0, 0, 0, 0], 17, udp(A6, B6, 1, 2).subarray(40))],
	['two extensions', extension(60, [60, 0, 1, 4, 0, 0, 0, 0, 17, 0, 1, 4, 0, 0, 0, 0], 17, Buffer.alloc(8))],
	['extension without a packet', extension(60, [6, 0, 1, 4, 0, 0, 0, 0], 6, Buffer.alloc(0))],
	['cut extension', ip(A6, B6, 60, Buffer.from([6]))],
	['extension over the end', ip(A6, B6, 60, Buffer.from([6, 9, 1, 4, 0, 0, 0, 0]))],
	['first fragment over IPv6', extension(44, [17, 0, 0, 1, 1, 2, 3, 4], 17, Buffer.alloc(16))],
	['later fragment over IPv6', extension(44, [17, 0, 0, 0xb9, 0xff, 2, 3, 4], 17, Buffer.alloc(16))],
	['last fragment of ICMPv6', extension(44, [58, 0, 0, 0xb8, 0xff, 2, 3, 4], 58, Buffer.alloc(16))],
	['cut fragment header', ip(A6, B6, 44, Buffer.from([17, 0, 0, 1]))],
	[
		'fragment of options',
		extension(44, [60, 0, 0, 0xb8, 0, 0, 0, 1, 17, 0, 1, 4, 0, 0, 0, 0], 17, Buffer.alloc(8)),
	],
	['fragment of AH', extension(44, [51, 0, 0, 0xb8, 0, 0, 0, 1], 51, Buffer.alloc(24))],
	['fragment of ESP', extension(44, [50, 0, 0, 0xb8, 0, 0, 0, 1], 50, Buffer.alloc(24))],
	['AH over IPv6', extension(51, [6, 1, 0, 0, 0xde, 0xad, 0xbe, 0xef, 0, 0, 0, 1], 6, Buffer.alloc(20, 5))],
	['AH of 8 bytes over IPv6', ip(A6, B6, 51, Buffer.from([6, 1, 0, 0, 1, 2, 3, 4]))],
	['ESP over IPv6', ip(A6, B6, 50, Buffer.from('0badcafe00000001', 'hex'))],
	['ESP of 4 bytes over IPv6', ip(A6, B6, 50, Buffer.alloc(4))],
	...rubbish(200),
]

/** The same every time: what goes wrong must go wrong again. */
function rubbish(count: number): (readonly [string, Buffer])[] {
	let state = 0x2545f491
	const random = (below: number) => {
		state ^= state << 13
		state ^= state >>> 17
		state ^= state << 5
		return (state >>> 0) % below
	}
	return Array.from({ length: count }, (_, index) => {
		const six = index % 2 === 1
		const protocols = six ? [0, 6, 17, 43, 44, 50, 51, 58, 60, 136] : [1, 6, 17, 50, 51, 136]
		const bytes = Buffer.from(Array.from({ length: random(90) }, () => random(4) * random(100)))
		const protocol = protocols[random(protocols.length)] ?? 6
		return [`rubbish ${index}`, ip(six ? A6 : A, six ? B6 : B, protocol, bytes)] as const
	})
}

/** Both are told of the same packet by the same rule table, before anything in the kernel has an opinion of it. */
const rules = (chain: string, prefix: string) => `
*raw
-A ${chain} -j LOG --log-prefix "${prefix}" --log-level notice --log-tcp-sequence --log-tcp-options --log-ip-options --log-uid
-A ${chain} -j NFLOG --nflog-group 0 --nflog-threshold 1 --nflog-prefix "${prefix}"
COMMIT
`

describe.skipIf(skipWithoutLab())('the text of a packet is the one that the kernel prints', () => {
	let lab: Lab
	let reader: LineChild
	let sender: LineChild
	let follower: LogFollower
	let printed: string[] = []
	const prefix = `cts-text-${process.pid} `
	const before = readFileSync(ALL_NETNS, 'utf8')
	let macs: { here: string; there: string }

	beforeAll(async () => {
		lab = await createLab('text')
		// Without a rule of conntrack nobody puts fragments together before the rules see them.
		for (const tool of ['iptables', 'ip6tables']) {
			await lab.inside(tool, '-w', '-F')
			for (const chain of ['PREROUTING', 'OUTPUT'])
				await lab.inside('sh', '-c', `${tool}-restore -w --noflush <<'E'\n${rules(chain, prefix)}\nE`)
		}
		await lab.write('net/netfilter/nf_log/2', 'nfnetlink_log')
		await lab.write('net/netfilter/nf_log/10', 'nfnetlink_log')
		macs = {
			here: (await lab.inside('cat', '/sys/class/net/veth0/address')).trim(),
			there: (await lab.beside('cat', '/sys/class/net/veth0/address')).trim(),
		}
		const enter = (netns: string) => ['ip', 'netns', 'exec', netns] as const
		reader = startLineChild([...enter(lab.netns), process.execPath, join(HARNESS, 'nflog-child.ts')])
		sender = startLineChild([
			...enter(lab.peerNetns),
			...(['/usr/bin/python3', join(HARNESS, 'crafted-sender.py'), 'veth0'] as const),
		])
		const source = openKmsg()
		if (!source.ok) throw new Error('no /dev/kmsg')
		follower = await followKmsg(source.value, createClock(), (events) => {
			for (const event of events) {
				if (event.kind === 'record' && event.record.text.startsWith(prefix)) printed.push(event.record.text)
			}
		})
		expect(JSON.parse(await reader.ask('follow'))).toEqual({ following: true })
	})
	afterAll(async () => {
		writeFileSync(ALL_NETNS, before)
		await follower?.stop()
		await Promise.all([reader?.end(), sender?.end()])
		await lab?.dispose()
	})

	const told = async (): Promise<string[]> => {
		const { texts, ended } = JSON.parse(await reader.ask('told'))
		expect(ended).toBeUndefined()
		return texts
	}

	/** Nothing has come from either for a while. */
	const quiet = async () => {
		let last = ''
		for (let same = 0; same < 3; ) {
			await pause(150)
			const now = `${(await told()).length} ${printed.length}`
			same = now === last ? same + 1 : 0
			last = now
		}
	}

	/** Runs `work` and answers the lines of both, of the packets that `mine` takes. Again when somebody has set nf_log_all_netns back. */
	const both = async (work: () => Promise<unknown>, mine: RegExp) => {
		for (let attempt = 1; ; attempt++) {
			writeFileSync(ALL_NETNS, '1\n')
			await quiet()
			const from = (await told()).length
			printed = []
			await work()
			await quiet()
			const texts = (await told()).slice(from).filter((text) => mine.test(text))
			const lines = printed.filter((text) => mine.test(text))
			// A blank at the end of a line does not reach the log.
			const outcome = { texts: texts.map((text) => text.trimEnd()), lines: lines.map((l) => l.trimEnd()) }
			if (outcome.lines.length === outcome.texts.length || attempt === 4) return outcome
		}
	}

	const send = async (packets: readonly Buffer[]) => {
		const echo = icmp(lab.peerAddress, lab.address, 8, { rest: NOBODY })
		const frames = [...packets, echo].map((packet) => ethernet(macs.there, macs.here, packet).toString('hex'))
		expect(await sender.ask(JSON.stringify(frames))).toBe('ok')
	}

	const MINE = /SRC=(?:10\.9\.8\.7|fd09:0000:0000:0000:0000:0000:0000:0007) /

	/** The smallest ring buffer in use holds some 400 lines. */
	const AT_ONCE = 100
	const parts = Array.from({ length: Math.ceil(PACKETS.length / AT_ONCE) }, (_, part) =>
		PACKETS.slice(part * AT_ONCE, (part + 1) * AT_ONCE),
	).map((packets) => [packets[0]?.[0] ?? '', packets] as const)

	test.each(parts)('of every form of packet, in their order, from %s on', async (_name, packets) => {
		const seen = await both(() => send(packets.map(([, packet]) => packet)), MINE)
		expect(seen.texts).toEqual(seen.lines)
		// Some are dropped before any rule sees them: a wrong header length, for one.
		expect(seen.texts.length).toBeGreaterThan(packets.length * 0.9)
		for (const text of seen.texts) expect(parsePacketLine(text), text).toBeDefined()
	})

	test('of packets that leave: owner and mark', async () => {
		const program = [
			'import socket,os,sys',
			'for uid,gid,mark,family,dst in ((0,0,0,2,sys.argv[1]),(1234,4321,0xbeef,2,sys.argv[1]),(33,44,0x80000001,10,sys.argv[2])):',
			' s=socket.socket(family,socket.SOCK_DGRAM)',
			' mark and s.setsockopt(socket.SOL_SOCKET,36,mark & 0xffffffff if mark < 2**31 else mark - 2**32)',
			' pid=os.fork()',
			' if pid==0:',
			'  os.setgid(gid);os.setuid(uid)',
			'  t=socket.socket(family,socket.SOCK_DGRAM)',
			'  t.sendto(b"x",(dst,9));s.sendto(b"y",(dst,9));os._exit(0)',
			' os.waitpid(pid,0)',
		].join('\n')
		const run = () => lab.inside('/usr/bin/python3', '-c', program, lab.peerAddress, lab.peerAddress6)
		const seen = await both(run, /OUT=veth0 .*DPT=9 /)
		expect(seen.texts).toEqual(seen.lines)
		expect(seen.texts).toHaveLength(6)
		expect(seen.texts.join('\n')).toMatch(/UID=1234 GID=4321/)
		expect(seen.texts.join('\n')).toMatch(/MARK=0xbeef/)
		expect(seen.texts.join('\n')).toMatch(/MARK=0x80000001/)
	})

	test('over loopback', async () => {
		const seen = await both(
			() => lab.inside('ping', '-c', '1', '-W', '1', '127.0.0.1').catch(() => ''),
			/SRC=127\.0\.0\.1 /,
		)
		expect(seen.texts).toEqual(seen.lines)
	})
})
