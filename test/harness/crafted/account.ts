import type { AccountingInput } from '../../../src/investigation/accounting/accounting.ts'
import type { SaidLine } from './run.ts'

/** The lines of a pass as the accounting wants them. */
export function accountingLines(said: readonly SaidLine[]): AccountingInput['lines'] {
	const lines = {
		...{ invalid: 0, accepted: 0, dropped: 0, 'second-line': 0, depends: 0, unknown: 0 },
		...{ icmp: 0, answers: 0, again: 0 },
	}
	for (const { line, reason, answer } of said) {
		lines[reason.verdict] += 1
		if (reason.verdict === 'invalid' && (line.l4proto === 1 || line.l4proto === 58)) lines.icmp += 1
		if (answer) lines.answers += 1
	}
	return lines
}
