import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const SCRIPT = `
import { asStarted, comeFirst, endFast } from ${JSON.stringify(join(import.meta.dirname, '../../../src/host/process/priority.ts'))}
import { readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
const asBefore = await endFast()
const during = getPriority()
const command = asStarted(['true']).map((word) => word.replace(/.*\\//, '')).join(' ')
asBefore()
const then = getPriority()
await comeFirst()
const stat = readFileSync('/proc/self/stat', 'utf8')
console.log(during, then, getPriority(), stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38], command)
`

/** Whatever the tests themselves were started with. */
const USUAL = 'renice -n 0 -p $$ >/dev/null; exec "$@"'

/**
 * Of a process that was started behind `before`: nice values while changes are in force, afterwards, and of a guard with its
 * scheduling policy; and how a command is started meanwhile.
 */
const after = (...before: readonly string[]) =>
	execFileSync(
		'sh',
		['-c', USUAL, 'sh', ...before, process.execPath, '--input-type=module-typescript', '-e', SCRIPT],
		{
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
		},
	).trim()

test.skipIf(process.getuid?.() !== 0)('P4 what its starter had of nice and chrt is not inherited', () => {
	expect(after('nice', '-n', '19')).toBe('0 19 -10 0 nice -n 19 true')
	expect(after('chrt', '--idle', '0')).toBe('0 0 -10 0 chrt --idle 0 true')
	expect(after('chrt', '--batch', '0', 'nice', '-n', '5')).toBe('0 5 -10 0 chrt --batch 0 nice -n 5 true')
	// What is idle gets its time from a busy machine late.
})
