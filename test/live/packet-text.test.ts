import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClock } from '../../src/host/clock.ts'
import { followKmsg } from '../../src/host/log/kmsg-follower.ts'
import { openKmsg } from '../../src/host/log/kmsg-source.ts'
import { parsePacketLine } from '../../src/kernel/packet/packet-line.ts'
import type { LogFollower } from '../../src/ports/observer.ts'
import { PACKET_FORMS } from '../harness/crafted/packet-forms.ts'
import { ethernet, icmp } from '../harness/crafted/packets.ts'
import { createLab, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { type LineChild, startLineChild } from '../harness/kernel/line-child.ts'
import { CHILD, stateDirForReaders } from '../harness/kernel/nflog-scene.ts'
import { pause } from '../harness/until.ts'

const SENDER = join(import.meta.dirname, '../harness/crafted/sender.py')
const ALL_NETNS = '/proc/sys/net/netfilter/nf_log_all_netns'
const NOBODY = 60_000

/** Both are told of the same packet by the same rule table, before anything in the kernel has an opinion of it. */
const rules = (chain: string, prefix: string) => `
*raw
-A ${chain} -j LOG --log-prefix "${prefix}" --log-level notice --log-tcp-sequence --log-tcp-options --log-ip-options --log-uid
-A ${chain} -j NFLOG --nflog-group 0 --nflog-threshold 1 --nflog-prefix "${prefix}"
COMMIT
`

stateDirForReaders()

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
		reader = startLineChild([...enter(lab.netns), process.execPath, CHILD])
		sender = startLineChild([...enter(lab.peerNetns), ...(['/usr/bin/python3', SENDER, 'veth0'] as const)])
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

	/** Runs `work` and answers the lines of both, of the packets that `mine` takes. Again when someone has set nf_log_all_netns back. */
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
	const parts = Array.from({ length: Math.ceil(PACKET_FORMS.length / AT_ONCE) }, (_, part) =>
		PACKET_FORMS.slice(part * AT_ONCE, (part + 1) * AT_ONCE),
	).map((packets) => [packets[0]?.[0] ?? '', packets] as const)

	test.each(parts)('every form of packet, in order, from %s on', async (_name, packets) => {
		const seen = await both(() => send(packets.map(([, packet]) => packet)), MINE)
		expect(seen.texts).toEqual(seen.lines)
		// Some are dropped before any rule sees them: a wrong header length, for one.
		expect(seen.texts.length).toBeGreaterThan(packets.length * 0.9)
		for (const text of seen.texts) expect(parsePacketLine(text), text).toBeDefined()
	})

	test('outgoing packets have owner and mark', async () => {
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

	test('packets over loopback', async () => {
		const seen = await both(
			() => lab.inside('ping', '-c', '1', '-W', '1', '127.0.0.1').catch(() => ''),
			/SRC=127\.0\.0\.1 /,
		)
		expect(seen.texts).toEqual(seen.lines)
	})
})
