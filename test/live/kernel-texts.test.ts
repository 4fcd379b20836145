import { closeSync, constants, openSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseKmsgRecord } from '../../src/kernel/log/kmsg-record.ts'
import { type PacketLine, parsePacketLine, shortAddress } from '../../src/kernel/packet/packet-line.ts'
import { classify, type Reason } from '../../src/reasons/classify.ts'
import { type BadPacket, createLab, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { pause } from '../harness/until.ts'

const ALL_NETNS = '/proc/sys/net/netfilter/nf_log_all_netns'

describe.skipIf(skipWithoutLab())('what this kernel prints is understood', () => {
	let lab: Lab
	let log: number
	let allNetns: string

	beforeAll(async () => {
		lab = await createLab('text')
		log = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK)
		allNetns = readFileSync(ALL_NETNS, 'utf8')
		writeFileSync(ALL_NETNS, '1\n')
		await lab.write('net/netfilter/nf_log/2', 'nf_log_ipv4')
		await lab.write('net/netfilter/nf_log/10', 'nf_log_ipv6')
		await lab.write('net/netfilter/nf_conntrack_log_invalid', '255')
	})

	afterAll(async () => {
		writeFileSync(ALL_NETNS, allNetns)
		closeSync(log)
		await lab.dispose()
	})

	test.each<[BadPacket, string, string]>([
		['syn-fin', 'tcp-flags', 'TCP'],
		['rst', 'tcp-new', 'TCP'],
		['fin', 'tcp-new', 'TCP'],
		['udp-checksum', 'udp-csum', 'UDP'],
		['icmp-type', 'icmp-type', 'ICMP'],
		['syn-fin-6', 'tcp-flags', 'TCP'],
		['redirect-6', 'icmp6-redir-src', 'ICMPv6'],
	])('%s', async (kind, id, protocol) => {
		const found: { line: PacketLine; reason: Reason }[] = []
		// Another test may have set nf_log_all_netns back in between.
		for (let attempt = 0; attempt < 5 && found.length === 0; attempt++) {
			writeFileSync(ALL_NETNS, '1\n')
			drain(log)
			await lab.sendBad({ kind, count: 3 })
			await pause(200)
			for (const text of drain(log)) {
				const line = parsePacketLine(text)
				if (line?.packet.src === null || line === undefined) continue
				if (![lab.peerAddress, lab.peerAddress6].includes(shortAddress(line.packet.src))) continue
				found.push({ line, reason: classify(line) })
			}
		}
		expect(found.length).toBeGreaterThan(0)
		for (const { line, reason } of found) {
			expect(reason).toMatchObject({ id, protocol, verdict: 'invalid' })
			expect(line.packet.rest).toEqual([])
			expect(line.packet.in).toBe('veth0')
		}
	})
})

/** Texts of all records that wait. */
function drain(log: number): string[] {
	const texts: string[] = []
	const buffer = Buffer.alloc(8192)
	for (;;) {
		try {
			const length = readSync(log, buffer)
			const record = parseKmsgRecord(buffer.subarray(0, length))
			if (record !== undefined) texts.push(record.text)
		} catch (error) {
			// EPIPE: the ring went past us; the next read is the oldest record.
			if ((error as NodeJS.ErrnoException).code !== 'EPIPE') return texts
		}
	}
}
