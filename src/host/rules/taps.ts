import { TABLES } from '../../changes/kinds/table.ts'
import { inetTables, parseTapListing, type TapsReading } from '../../changes/tap/tap-listing.ts'
import type { Clock } from '../../model/clock.ts'
import { fail, ok, type Result } from '../../words/failure.ts'
import type { WouldLoad } from '../modules/would-load.ts'
import { toolAnswer } from '../tools/tool-answer.ts'
import type { ToolPath } from '../tools/tool-path.ts'

const LIMITS = { timeoutMs: 5_000, maxBuffer: 4 * 1024 * 1024 }
/** What answers nft(8): asking would load it. */
const NFTABLES = 'nf_tables'

/** Tables of ours and what their rules have counted. Asks about no table of others, whose rules may be many. */
export function createTapReader(tools: ToolPath, wouldLoad: WouldLoad, clock: Clock) {
	return async (): Promise<Result<TapsReading>> => {
		const at = clock.monotonic()
		const nothing: TapsReading = { at, tables: [], taps: [] }
		if (await wouldLoad(NFTABLES)) return ok(nothing)
		const nft = tools.find('nft')
		if (nft === undefined) return fail({ kind: 'missing-tool', tool: 'nft', debianPackage: 'nftables' })
		const listed = await toolAnswer(tools, nft, ['list', 'tables'], LIMITS)
		if (listed.failed)
			return fail({
				kind: 'tool-failed',
				command: ['nft', 'list', 'tables'],
				exitCode: listed.exitCode,
				stderr: listed.stderr,
			})
		const tables = inetTables(listed.stdout)
		const taps = await Promise.all(
			tables
				.filter((table) => TABLES.includes(table))
				.map(async (table) => {
					const { stdout } = await toolAnswer(tools, nft, ['list', 'table', 'inet', table], LIMITS)
					// One that has gone meanwhile, or is not ours, is no tap.
					return parseTapListing(table, stdout) ?? []
				}),
		)
		return ok({ at, tables, taps: taps.flat() })
	}
}
