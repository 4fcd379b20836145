import { describe, expect, test } from 'vitest'
import type { ConntrackCli } from '../../../src/host/conntrack/conntrack-cli.ts'
import { readHolders } from '../../../src/host/conntrack/holders.ts'
import { fail, ok } from '../../../src/words/failure.ts'
import { FakeClock } from '../../harness/fake/clock.ts'
import { NOT_PERMITTED } from '../../harness/samples/samples.ts'

const four = (at: number) =>
	`tcp      6 117 SYN_SENT src=10.0.${at % 4 === 0 ? at % 250 : 9}.1 dst=10.0.3.7 sport=${at % 60_000} dport=443 [UNREPLIED] src=10.0.3.7 dst=10.0.9.1 sport=443 dport=${at % 60_000} mark=0 use=1\n`
const six =
	'udp      17 27 src=fd77::9 dst=fd77::2 sport=53000 dport=53 src=fd77::2 dst=fd77::9 sport=53 dport=53000 mark=0 use=1\n'

/** A table of `size` IPv4 entries that is listed in pieces until nobody wants more of it. */
function listing(size: number, version = 'v1.4.7') {
	const asked: (readonly string[])[] = []
	let listed = 0
	const cli: ConntrackCli = {
		count: async () => ok(size),
		cpuStat: async () => fail(NOT_PERMITTED),
		version: async () => version,
		async list(args, onChunk, signal) {
			asked.push(args)
			if (args.includes('ipv6')) onChunk(Buffer.from(six))
			else
				for (let at = 0; at < size && signal?.aborted !== true; at += 100) {
					const piece = Array.from({ length: Math.min(100, size - at) }, (_, more) => four(at + more)).join(
						'',
					)
					listed += Math.min(100, size - at)
					onChunk(Buffer.from(piece))
				}
			return signal?.aborted === true
				? fail({ kind: 'tool-failed', command: ['conntrack'], exitCode: undefined, stderr: 'killed' })
				: ok(undefined)
		},
	}
	return { cli, asked, listed: () => listed }
}

describe('who has the entries', () => {
	test('of a short table all are looked at', async () => {
		const read = await readHolders(listing(40).cli, new FakeClock())
		expect(read.ok && read.value).toMatchObject({ looked: 40, unreplied: 40 })
	})

	test('of a long one the beginning, and then the listing is ended', async () => {
		const { cli, listed } = listing(1_000_000)
		const read = await readHolders(cli, new FakeClock())
		if (!read.ok) throw new Error('not read')
		expect(read.value.looked).toBe(5_000)
		expect(listed()).toBe(5_000)
		expect(read.value.sources[0]).toMatchObject({ name: '10.0.9.1' })
		expect((read.value.sources[0]?.count ?? 0) / 5_000).toBeCloseTo(0.75, 1)
	})

	test('a conntrack that lists one family alone is asked for both', async () => {
		const { cli, asked } = listing(40, 'v1.4.6')
		const read = await readHolders(cli, new FakeClock())
		expect(asked).toEqual([
			['-f', 'ipv4'],
			['-f', 'ipv6'],
		])
		expect(read.ok && read.value.looked).toBe(41)
	})

	test('a listing that is refused says why', async () => {
		const cli = { ...listing(1).cli, list: async () => fail(NOT_PERMITTED) }
		expect(await readHolders(cli, new FakeClock())).toEqual(fail(NOT_PERMITTED))
	})
})
