import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const src = join(import.meta.dirname, '../../src')
const VALUES = /^\s*(?:import|export)\b(?!\s+type\b)[^'"]*?from\s*['"](\.[^'"]+)['"]/gm

/** Files that are loaded with this one; what is loaded later, by import(), is not. */
function loadedWith(entry: string): ReadonlySet<string> {
	const seen = new Set([entry])
	for (const file of seen)
		for (const [, name = ''] of readFileSync(join(src, file), 'utf8').matchAll(VALUES))
			seen.add(join(dirname(file), name))
	return seen
}

test('the command line is read without the screen, the reasons and the parsers of packets', () => {
	const loaded = [...loadedWith('commands/command-line.ts')]
	expect(loaded).toContain('commands/status/command.ts')
	expect(loaded.filter((file) => /^(?:app|ui|reasons|investigation|guard|recording)\//.test(file))).toEqual(
		[],
	)
})
