import type { CommandEnd } from '../../host/tools/command.ts'
import { describe, type Failure } from '../../words/failure.ts'
import type { RunOptions } from '../common/options.ts'
import { JSON_VERSION } from '../common/version.ts'
import type { Judged } from './expect.ts'
import type { RunReport } from './types.ts'

export type Ran = {
	readonly command: readonly string[]
	readonly end: CommandEnd
	readonly seconds: number
}

export function runJson(
	report: RunReport,
	{ command, end, seconds }: Ran,
	asked: RunOptions['source'],
	judged: readonly Judged[] = [],
) {
	const { undo, source, ...rest } = report
	return {
		v: JSON_VERSION,
		...rest,
		source: { asked, ...source },
		expected: judged,
		undo: ({ 0: 'clean', 3: 'conflict', 4: 'failed', 7: 'late' } as const)[undo],
		command: { argv: command, exitCode: end.exitCode, signal: end.signal, error: end.error, seconds },
	}
}

/** Instead of the report when there is none: why. Nothing is in force then, or the guard is about to undo it. */
export function runFailureJson(failure: Failure, command: readonly string[]) {
	return {
		v: JSON_VERSION,
		failure: { kind: failure.kind, ...describe(failure) },
		command: { argv: command, exitCode: null, signal: null, error: null, seconds: 0 },
	}
}
