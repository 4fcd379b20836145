import type { Readable } from 'node:stream'
import { createCollector, createLines } from '../../kernel/rules/collect.ts'
import { mergeRulesets, withHandles, withoutTables } from '../../kernel/rules/merge.ts'
import { createNftReader, managedTables, type NftRuleset } from '../../kernel/rules/read/nft-reader.ts'
import { createSaveReader } from '../../kernel/rules/read/save-reader.ts'
import type { RuleCounter, Ruleset } from '../../kernel/rules/rule.ts'
import type { Clock } from '../../model/clock.ts'
import type { RulesReading } from '../../model/rules-reading.ts'
import * as english from '../../words/english/host/host.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { visible } from '../../words/visible.ts'
import type { WouldLoad } from '../modules/would-load.ts'
import { exists, readText } from '../tools/proc-fs.ts'
import { toolAnswer } from '../tools/tool-answer.ts'
import type { ToolPath } from '../tools/tool-path.ts'

const NFTABLES = 'nf_tables'
const NFACCT = 'nfnetlink_acct'
const LEGACY_TABLES = { ip: '/proc/net/ip_tables_names', ip6: '/proc/net/ip6_tables_names' } as const
const COMMANDS = { ip: 'iptables', ip6: 'ip6tables' } as const
const NFACCT_LINE = /^\{ pkts = (\d+), bytes = (\d+)[^}]*\} = (\S+);/

/** A ruleset may be long: it is read while it comes. */
const streamed = (push: (text: string) => void) => ({
	timeoutMs: 30_000,
	maxBuffer: 65_536,
	onStdout: (stdout: Readable) => stdout.setEncoding('utf8').on('data', push),
})

type Family = 'ip' | 'ip6'
const BOTH: readonly Family[] = ['ip', 'ip6']

/**
 * Reads the rules of this network namespace with the tools that are there, as they print them. No tool is asked that would
 * load a module: nft only where nf_tables is in the kernel, the legacy tools only for tables that exist here.
 */
export function createRuleReader(tools: ToolPath, wouldLoad: WouldLoad, clock: Clock) {
	/** The program of one backend; the plain name stands for one or the other, which its version says. */
	const saveTool = async (family: Family, backend: 'nft' | 'legacy'): Promise<string | undefined> => {
		const own = tools.find(`${COMMANDS[family]}-${backend}-save`)
		if (own !== undefined) return own
		const plain = tools.find(`${COMMANDS[family]}-save`)
		if (plain === undefined) return undefined
		const { stdout } = await toolAnswer(tools, plain, ['--version'], { timeoutMs: 3_000, maxBuffer: 65_536 })
		return stdout.includes(backend === 'nft' ? 'nf_tables' : 'legacy') ||
			(backend === 'legacy' && !stdout.includes('nf_tables'))
			? plain
			: undefined
	}

	const nft = async (failures: Failure[]): Promise<NftRuleset | undefined> => {
		if (await wouldLoad(NFTABLES)) return undefined
		const program = tools.find('nft')
		if (program === undefined) {
			failures.push({ kind: 'missing-tool', tool: 'nft', debianPackage: 'nftables' })
			return undefined
		}
		const reader = createNftReader()
		const args = ['-a', 'list', 'ruleset']
		const done = await toolAnswer(tools, program, args, streamed(reader.push))
		if (done.failed) {
			failures.push(toolFailure('nft', args, done))
			return undefined
		}
		const ruleset = reader.end()
		return { ...ruleset, managed: [...new Set([...ruleset.managed, ...managedTables(done.stderr)])] }
	}

	const save = async (
		family: Family,
		backend: 'nft' | 'legacy',
		failures: Failure[],
	): Promise<Ruleset | undefined> => {
		const program = await saveTool(family, backend)
		if (program === undefined) {
			const tool = `${COMMANDS[family]}-${backend}-save`
			failures.push({ kind: 'missing-tool', tool, debianPackage: 'iptables' })
			return undefined
		}
		const reader = createSaveReader(`iptables-${backend}`, family)
		const done = await toolAnswer(tools, program, ['-c'], streamed(reader.push))
		if (!done.failed) return reader.end()
		failures.push(toolFailure(program, ['-c'], done))
		return undefined
	}

	/** Tables of iptables in nf_tables, as its own tool prints them. */
	const besideNft = async (native: NftRuleset, kept: readonly string[], failures: Failure[]) => {
		const found: Ruleset[] = []
		for (const family of BOTH.filter((one) => kept.some((table) => table.startsWith(`${one} `)))) {
			const saved = await save(family, 'nft', failures)
			if (saved !== undefined) found.push(withHandles(saved, native))
		}
		return found
	}

	/** Where nft is not installed its rules cannot be read; those of iptables in nf_tables can, by asking iptables. */
	const withoutNft = async (failures: Failure[]) => {
		const found: Ruleset[] = []
		if (!failures.some(({ kind }) => kind === 'missing-tool')) return found
		for (const family of BOTH) {
			if ((await saveTool(family, 'nft')) === undefined) continue
			const saved = await save(family, 'nft', failures)
			if (saved !== undefined && saved.chains.length > 0) found.push(saved)
		}
		return found
	}

	const accounting = async (): Promise<Readonly<Record<string, RuleCounter>>> => {
		const program = tools.find('nfacct')
		if (program === undefined || !exists(`/sys/module/${NFACCT}`) || (await wouldLoad(NFACCT))) return {}
		const collector = createCollector()
		const lines = createLines((line) => {
			const [, packets, bytes, name] = NFACCT_LINE.exec(line) ?? []
			if (name !== undefined) collector.named(name, { packets: Number(packets), bytes: Number(bytes) })
		})
		await toolAnswer(tools, program, ['list'], streamed(lines.push))
		lines.end()
		return collector.end().named
	}

	return async (): Promise<Result<RulesReading>> => {
		const at = clock.monotonic()
		const failures: Failure[] = []
		const native = await nft(failures)
		const legacyFamilies = BOTH.filter((family) => hasLegacyTables(family))
		const kept = keptByIptables(native)
		const xtables =
			native === undefined ? await withoutNft(failures) : await besideNft(native, kept, failures)
		const legacy: Ruleset[] = []
		for (const family of legacyFamilies) {
			const saved = await save(family, 'legacy', failures)
			if (saved !== undefined) legacy.push(saved)
		}
		if (native === undefined && xtables.length + legacy.length === 0 && failures[0] !== undefined)
			return fail(failures[0])
		// A table that its own tool could not print is shown as nft prints it: that is less, and not nothing.
		const printed = new Set(
			xtables.flatMap(({ chains }) => chains.map(({ family, table }) => `${family} ${table}`)),
		)
		const rest =
			native === undefined
				? []
				: [
						withoutTables(
							native,
							kept.filter((table) => printed.has(table)),
						),
					]
		const ruleset = mergeRulesets([...rest, ...xtables, ...legacy], await accounting())
		return ok({
			at,
			tookMs: clock.monotonic() - at,
			ruleset,
			backends: backendsOf(ruleset),
			failures,
		})
	}
}

/** Tables that nft says iptables-nft keeps; an nft that says nothing of it keeps them in tables of these names. */
function keptByIptables(native: NftRuleset | undefined): readonly string[] {
	if (native === undefined) return []
	if (native.managed.length > 0) return native.managed
	const names = ['filter', 'nat', 'mangle', 'raw', 'security']
	return [
		...new Set(
			native.chains
				.filter(
					({ family, table, name }) =>
						(family === 'ip' || family === 'ip6') && names.includes(table) && name === name.toUpperCase(),
				)
				.map(({ family, table }) => `${family} ${table}`),
		),
	]
}

/** The file is there with the module, and names the tables that this network namespace has. */
function hasLegacyTables(family: Family): boolean {
	const text = readText(LEGACY_TABLES[family])
	return text.ok && text.value.trim() !== ''
}

function backendsOf({ chains }: Ruleset): RulesReading['backends'] {
	const all = ['nft', 'iptables-nft', 'iptables-legacy'] as const
	return all.filter((backend) => chains.some((chain) => chain.backend === backend))
}

function toolFailure(
	program: string,
	args: readonly string[],
	{ exitCode, stderr }: { readonly exitCode: number | undefined; readonly stderr: string },
): Failure {
	const tool = program.split('/').at(-1) ?? program
	if (/Operation not permitted|Permission denied|must be root/.test(stderr))
		return { kind: 'not-permitted', what: `${tool} ${args.join(' ')}`, need: english.rootCapNetAdmin }
	return {
		kind: 'tool-failed',
		command: [tool, ...args],
		exitCode,
		stderr: visible(stderr.trim().split('\n')[0] ?? '').slice(0, 300),
	}
}
