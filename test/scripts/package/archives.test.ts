import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { program, text } from '../../../scripts/package/files.ts'
import { ar, filesInTar, PRIVATE, tar } from '../../../scripts/package/tar.ts'
import { tempFolder } from '../../harness/folders.ts'

const LONG = `${'folder/'.repeat(20)}file`
const FILES = new Map([
	['b/run', program('#!/bin/sh\n')],
	['a', text('x'.repeat(513))],
	[LONG, text('far away')],
])

/** What tar of this machine finds in it. */
function listed(archive: Buffer): string {
	const path = join(tempFolder('tar'), 'archive.tar')
	writeFileSync(path, archive)
	const { stdout, stderr } = spawnSync('tar', ['--utc', '--full-time', '-tvf', path], { encoding: 'utf8' })
	return `${stdout}${stderr}`
}

test('tar reads what was written: owner, modes, time, folders before their files', () => {
	const lines = listed(tar(FILES, { epoch: 1_000_000_000, prefix: './' })).split('\n')
	expect(lines[0]).toMatch(/^drwxr-xr-x root\/root +0 2001-09-09 01:46:40 \.\/$/)
	expect(lines[1]).toMatch(/^-rw-r--r-- root\/root +513 2001-09-09 01:46:40 \.\/a$/)
	expect(lines.slice(2, 4)).toEqual([
		expect.stringMatching(/^drwx.* \.\/b\/$/),
		expect.stringMatching(/^-rwxr-xr-x .* \.\/b\/run$/),
	])
	expect(lines.at(-2)).toContain(`./${LONG}`)
})

test('the order in which files were given makes no difference, and what was read is what was written', () => {
	const archive = tar(FILES, { epoch: 1, modes: PRIVATE })
	expect(tar(new Map([...FILES].reverse()), { epoch: 1, modes: PRIVATE })).toEqual(archive)
	expect(
		filesInTar(archive, (path) => path === LONG)
			.get(LONG)
			?.toString(),
	).toBe('far away')
	expect(archive.length % 10_240).toBe(0)
	expect(listed(archive)).toMatch(/^-rw-------.*\n-*drwx------/)
})

test('members of ar begin at even places', () => {
	const archive = ar(
		[
			['odd', Buffer.from('1')],
			['even', Buffer.from('22')],
		],
		5,
	).toString()
	expect(archive).toBe(
		`!<arch>\nodd             5           0     0     100644  1         \`\n1\neven            5           0     0     100644  2         \`\n22`,
	)
})
