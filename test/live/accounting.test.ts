import { closeSync, constants, openSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AccountingInput, account } from '../../src/investigation/accounting/accounting.ts'
import { parseConntrackStat, totals } from '../../src/kernel/conntrack/conntrack-stat.ts'
import { parseKmsgRecord } from '../../src/kernel/log/kmsg-record.ts'
import { parsePacketLine, shortAddress } from '../../src/kernel/packet/packet-line.ts'
import { classify } from '../../src/reasons/classify.ts'
import { createLab, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { msUntil } from '../harness/until.ts'

const ALL_NETNS = '/proc/sys/net/netfilter/nf_log_all_netns'
const LONGEST_WAIT_MS = 5_000

describe.skipIf(skipWithoutLab())('the accounting of a real kernel', () => {
	let lab: Lab
	let log: number
	let allNetns: string

	beforeAll(async () => {
		lab = await createLab('acct')
		log = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK)
		allNetns = readFileSync(ALL_NETNS, 'utf8')
		await lab.write('net/netfilter/nf_log/2', 'nf_log_ipv4')
		await lab.write('net/netfilter/nf_log/10', 'nf_log_ipv6')
		await lab.write('net/netfilter/nf_conntrack_tcp_loose', '0')
		await lab.write('net/netfilter/nf_conntrack_log_invalid', '255')
	})

	afterAll(async () => {
		writeFileSync(ALL_NETNS, allNetns)
		closeSync(log)
		await lab.dispose()
	})

	const counters = async () => {
		const table = parseConntrackStat(await lab.inside('cat', '/proc/net/stat/nf_conntrack'))
		if (table === undefined) throw new Error('no counters')
		const { invalid = 0, error = 0, drop = 0 } = totals(table)
		return { invalid, error, drop }
	}

	/** Nothing of the trackers prints a word about it when tcp_loose is 0. */
	const midStream = (count: number) =>
		lab
			.beside('hping3', '-q', '-A', '-p', '80', '-c', `${count}`, '-i', 'u500', lab.address)
			.catch((error: { code?: unknown }) => {
				if (error.code !== 1) throw error
			})

	/** Lines of this lab by verdict, until as many came as are awaited. */
	const linesOf = async (awaited: number): Promise<AccountingInput['lines']> => {
		const lines = {
			...{ invalid: 0, accepted: 0, dropped: 0, 'second-line': 0, depends: 0, unknown: 0 },
			...{ icmp: 0, answers: 0, again: 0 },
		}
		let looks = 0
		const haveCome = () => {
			looks++
			for (const text of drain(log)) {
				const line = parsePacketLine(text)
				const src = line?.packet.src ?? null
				if (line === undefined || src === null) continue
				if (![lab.peerAddress, lab.peerAddress6].includes(shortAddress(src))) continue
				const { verdict } = classify(line)
				lines[verdict] += 1
				if (verdict === 'invalid' && (line.l4proto === 1 || line.l4proto === 58)) lines.icmp += 1
			}
			// Where no line is awaited, one would have come by then.
			return lines.invalid >= awaited && looks > 2
		}
		await msUntil(haveCome, LONGEST_WAIT_MS, 50)
		return lines
	}

	const measured = async (send: () => Promise<void>, awaited: number) => {
		// Another test may have set nf_log_all_netns back in between: then the lines of that time are lost.
		for (let attempt = 1; ; attempt++) {
			writeFileSync(ALL_NETNS, '1\n')
			drain(log)
			const before = await counters()
			await send()
			const lines = await linesOf(awaited)
			const after = await counters()
			if (lines.invalid < awaited && attempt < 5) continue
			return account({
				counted: {
					invalid: after.invalid - before.invalid,
					error: after.error - before.error,
					drop: after.drop - before.drop,
				},
				lines,
				lost: { ring: 0, socket: 0 },
				source: 'kmsg',
				asked: '255',
				shared: false,
			})
		}
	}

	test.each<[string, () => Promise<unknown>, number, object]>([
		[
			'flags that no TCP has: explained',
			() => lab.sendBad({ kind: 'syn-fin', count: 20 }),
			20,
			{ counted: 20, explained: 20, silent: 0 },
		],
		[
			'echo replies nobody asked for: silent',
			() => lab.sendBad({ kind: 'icmp-reply', count: 15 }),
			0,
			{ counted: 15, explained: 0, silent: 15, unexplained: { invalid: 15, error: 0 } },
		],
		[
			'connections that tcp_loose=0 does not join: silent',
			() => midStream(12),
			0,
			{ counted: 12, explained: 0, silent: 12, unexplained: { invalid: 12, error: 0 } },
		],
		[
			'an ICMP check: moves error, and is explained',
			() => lab.sendBad({ kind: 'icmp-type', count: 10 }),
			10,
			{ counted: 10, explained: 10, silent: 0 },
		],
		[
			'an ICMPv6 check and bad flags over IPv6',
			async () => {
				await lab.sendBad({ kind: 'redirect-6', count: 7 })
				await lab.sendBad({ kind: 'syn-fin-6', count: 8 })
			},
			15,
			{ counted: 15, explained: 15, silent: 0 },
		],
		[
			'all together',
			async () => {
				await lab.sendBad({ kind: 'syn-fin', count: 20 })
				await lab.sendBad({ kind: 'icmp-reply', count: 15 })
				await lab.sendBad({ kind: 'udp-checksum', count: 5 })
				await midStream(12)
				await lab.sendBad({ kind: 'icmp-type', count: 10 })
			},
			35,
			{ counted: 62, explained: 35, silent: 27, lost: 0, unexplained: { invalid: 27, error: 0 } },
		],
	])('%s', async (_, send, awaited, expected) => {
		const found = await measured(async () => void (await send()), awaited)
		expect(found).toMatchObject(expected)
		expect(found.explained + found.silent + found.lost).toBe(found.counted)
		expect(found.aside).toEqual({
			accepted: 0,
			secondLines: 0,
			droppedByHelper: 0,
			answers: 0,
			again: 0,
			foreign: 0,
			ahead: 0,
		})
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
