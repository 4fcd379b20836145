import { toolAnswer } from '../tools/tool-answer.ts'
import type { ToolPath } from '../tools/tool-path.ts'

const TIMEOUT_MS = 5_000

/**
 * Which of these functions are in the kernel itself, not in a module of it (kernel/kallsyms.c, s_show: names are
 * readable without rights, only the addresses are not). The file has some 5 MB and takes about 70 ms of CPU, so another
 * process reads it; empty when it cannot.
 */
export async function builtInFunctions(
	tools: ToolPath,
	names: readonly string[],
	file = '/proc/kallsyms',
): Promise<ReadonlySet<string>> {
	const grep = tools.find('grep')
	if (grep === undefined) return new Set()
	// A compiler adds .isra.0 and the like; a tab and the module's name follow when it is of a module.
	const args = ['-E', ` (${names.join('|')})(\\.[a-z0-9._]+)?$`, file]
	const found = await toolAnswer(tools, grep, args, { timeoutMs: TIMEOUT_MS, maxBuffer: 100_000 })
	const lines = found.stdout.split('\n').map((line) => line.split(' ')[2]?.replace(/\..*$/, '') ?? '')
	return new Set(names.filter((name) => lines.includes(name)))
}
