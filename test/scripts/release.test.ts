import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { maintainer } from '../../scripts/package/maintainer.ts'
import { type Facts, notInStep, versionOfManual } from '../../scripts/release/in-step.ts'
import { VERSION } from '../../src/commands/common/version.ts'

const root = join(import.meta.dirname, '../..')

const GOOD: Facts = {
	dirty: [],
	tags: ['v1.2.2'],
	package: '1.2.3',
	lock: ['1.2.3', '1.2.3'],
	program: '1.2.3',
	manual: '1.2.3',
	changelog: '# Changelog\n\n## 1.2.3 (2027-01-31)\n\n- this\n\n## 1.2.2 (2026-12-01)\n',
	maintainer: 'A <a@b.example>',
}

test('where all is in step nothing is said', () => {
	expect(notInStep(GOOD)).toEqual([])
})

test.each<[string, Partial<Facts>, RegExp]>([
	['a file is not committed', { dirty: [' M src/a.ts', '?? b'] }, /^not committed: M src\/a.ts, \?\? b$/],
	['the lockfile is older', { lock: ['1.2.2', '1.2.3'] }, /^package-lock.json says 1.2.2/],
	['its root package is older', { lock: ['1.2.3', ''] }, /^the root package of .* says no version/],
	['the program says another one', { program: '1.2.2' }, /version.ts\) says 1.2.2/],
	['the man page was not written anew', { manual: '1.2.2' }, /^the man page .* says 1.2.2/],
	[
		'the changelog has only a later one',
		{ changelog: '## 1.2.30 (2027-01-31)\n' },
		/has no section "## 1.2.3"/,
	],
	['the changelog has no date', { changelog: '## 1.2.3 (unreleased)\n' }, /calls 1.2.3 unreleased/],
	['it was released already', { tags: ['v1.2.3'] }, /tag v1.2.3 already/],
	['nobody looks after it', { maintainer: undefined }, /set CTSCOPE_MAINTAINER/],
])('%s: one sentence says it', (_, fact, sentence) => {
	const said = notInStep({ ...GOOD, ...fact })
	expect(said).toHaveLength(1)
	expect(said[0]).toMatch(sentence)
})

test('the man page of this checkout tells its version', () => {
	expect(versionOfManual(readFileSync(join(root, 'share/man/ctscope.8'), 'utf8'))).toBe(VERSION)
})

test('the maintainer is the one of the variable, else the author, else nobody', () => {
	expect(maintainer('A B <a@b.example>', '{"author":"C <c@d.example>"}')).toBe('A B <a@b.example>')
	expect(maintainer('', '{"author":"C <c@d.example>"}')).toBe('C <c@d.example>')
	expect(maintainer('', '{"author":{"name":"C","email":"c@d.example"}}')).toBe('C <c@d.example>')
	expect(maintainer('', '{}')).toBeUndefined()
})

test.each(['only a name', 'A <a@b.example>\nDepends: other', 'A <a b@c>'])('%j is refused', (given) => {
	expect(() => maintainer(given, '{}')).toThrow(/CTSCOPE_MAINTAINER has to be NAME <ADDRESS>/)
})
