import { parseModinfo } from '../../kernel/proc/modinfo.ts'
import { visible } from '../../words/visible.ts'
import { toolAnswer } from '../tools/tool-answer.ts'
import type { ToolPath } from '../tools/tool-path.ts'

const TIMEOUT_MS = 3_000
/** Some 4 kB each, most of it the signature. */
const LIMIT = 1 << 20

/** Safe to print. */
export type ModuleText = { readonly description: string | null; readonly aliases: readonly string[] }

export type ReadModinfo = (names: readonly string[]) => Promise<ReadonlyMap<string, ModuleText>>

/** What modinfo(8) says of modules on disk; it reads their files and loads nothing. Asked again only about other names. */
export function createModinfo(tools: ToolPath): ReadModinfo {
	let asked: { readonly names: string; readonly answer: Promise<ReadonlyMap<string, ModuleText>> } | undefined
	const ask = async (names: readonly string[]) => {
		const modinfo = tools.find('modinfo')
		if (modinfo === undefined || names.length === 0) return new Map<string, ModuleText>()
		// It goes on after a name that it does not find.
		const { stdout } = await toolAnswer(tools, modinfo, ['-0', ...names], {
			timeoutMs: TIMEOUT_MS,
			maxBuffer: LIMIT,
		})
		return new Map(
			parseModinfo(stdout).map(({ name, description, aliases }) => [
				name,
				{
					description: description === null ? null : visible(description),
					aliases: aliases.map((alias) => visible(alias)),
				},
			]),
		)
	}
	return (names) => {
		const key = names.join()
		if (asked?.names !== key) asked = { names: key, answer: ask(names) }
		return asked.answer
	}
}
