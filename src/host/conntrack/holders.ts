import { createListGroups } from '../../kernel/conntrack/list-groups.ts'
import type { Clock } from '../../model/clock.ts'
import type { HoldersReading } from '../../model/table-readings.ts'
import { ok, type Result } from '../../words/failure.ts'
import { createLineSplitter } from '../log/line-splitter.ts'
import type { ConntrackCli } from './conntrack-cli.ts'

/**
 * Entries that are looked at. A listing comes in the order of the hash of its entries, which is as good as chance, so its
 * beginning has the shares of the whole, to about a hundredth, and is there at once however long the table is.
 */
const LOOKED_AT = 5_000

/** conntrack before 1.4.7 lists IPv4 alone unless it is asked for the other family. */
const ONE_FAMILY = /^v1\.(?:[0-3]\.|4\.[0-6]$)/

/** Who has the entries of the table: the beginning of a listing, which is then ended. */
export async function readHolders(cli: ConntrackCli, clock: Clock): Promise<Result<HoldersReading>> {
	const groups = createListGroups()
	const version = (await cli.version()) ?? ''
	const listings = ONE_FAMILY.test(version)
		? [
				['-f', 'ipv4'],
				['-f', 'ipv6'],
			]
		: [[]]
	let failed: Result<void> = ok(undefined)
	for (const args of listings) {
		const enough = new AbortController()
		let left = Math.ceil(LOOKED_AT / listings.length)
		const lines = createLineSplitter((line) => {
			if (left <= 0) return
			groups.take(line)
			left -= 1
			if (left === 0) enough.abort()
		})
		const done = await cli.list(args, lines.push, enough.signal)
		lines.end()
		if (!done.ok && !enough.signal.aborted) failed = done
	}
	return failed.ok ? ok({ ...groups.end(), at: clock.monotonic() }) : failed
}
