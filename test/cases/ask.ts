import { tempFolder } from '../harness/folders.ts'
import { ctscope } from '../harness/program/program.ts'

export type NamedCause = {
	readonly id: string
	readonly title: string
	readonly confidence: 'high' | 'medium' | 'low'
	readonly share: number
	readonly sentence: string
	readonly evidence: readonly string[]
	readonly excluded: readonly string[]
	readonly remedies: readonly string[]
	readonly flows: readonly string[]
}

/** What `ctscope investigate --json` says, and how it ended. */
export type Answer = {
	readonly causes: readonly NamedCause[]
	readonly notChecked: readonly string[]
	readonly changes: readonly unknown[]
	readonly account: { readonly counted: number; readonly sentence: string } | null
	readonly exitCode: number | null
	readonly stderr: string
}

const NO_ANSWER = { causes: [], notChecked: [], changes: [], account: null }

/** Lets ctscope investigate the namespace of a process. Sessions beside each other have nothing in common. */
export async function askCtscope(pid: number, seconds: number): Promise<Answer> {
	const { exitCode, stdout, stderr } = await ctscope(
		[
			...['investigate', '--json', '--for', `${seconds}s`, '--netns', `${pid}`],
			...['--state-dir', tempFolder('case')],
		],
		{ timeoutMs: seconds * 1_000 + 60_000 },
	)
	try {
		return { ...NO_ANSWER, ...JSON.parse(stdout), exitCode, stderr }
	} catch {
		return { ...NO_ANSWER, exitCode, stderr: stderr || stdout }
	}
}
