// Tools of the machine, run one after the other; each has a time limit.
import { spawnSync } from 'node:child_process'

const env = { ...process.env, LC_ALL: 'C', PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin` }

/** Output of a tool, as text unless `encoding` is null. Throws one sentence when the tool fails. */
export function answerOf(command, args, options = {}) {
	const { status, stdout, stderr, error } = tried(command, args, options)
	if (status === 0) return stdout
	const why = error?.message ?? `${stderr}`.trim().split('\n').at(-1)
	throw new Error(`${command} ${args.slice(0, 3).join(' ')} failed: ${why}`)
}

/** The same without throwing. */
export const tried = (command, args, options = {}) =>
	spawnSync(command, args, { encoding: 'utf8', env, timeout: 120_000, maxBuffer: 1 << 28, ...options })
