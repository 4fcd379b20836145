import { execFileSync } from 'node:child_process'
import {
	chmodSync,
	chownSync,
	existsSync,
	linkSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createRecorder } from '../../../src/host/files/capture-file.ts'
import { type MakingFile, makeFile } from '../../../src/host/files/made-file.ts'
import { createRecordingFile } from '../../../src/host/files/recording-file.ts'
import { openReport } from '../../../src/host/files/report-file.ts'
import { describe as words } from '../../../src/words/failure.ts'

const NOBODY = 65_534
const isRoot = process.getuid?.() === 0

let folder: string
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'ctscope-made-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = (name: string) => join(folder, name)

/** What was said, or `made`. */
const answer = async (path: string, making: MakingFile = {}): Promise<string> => {
	const made = await makeFile(path, making)
	if (!made.ok) return words(made.failure).detail.replaceAll(folder, '')
	await made.value.handle.writeFile('ours')
	await made.value.handle.close()
	return 'made'
}

/** Every kind of thing that may lie there, and what --force says to it. */
const THERE: readonly (readonly [what: string, put: (path: string) => void, forced: string])[] = [
	['a file of ours', (path) => writeFileSync(path, 'dear to me', { mode: 0o644 }), 'made'],
	[
		'a FIFO',
		(path) => execFileSync('mknod', [path, 'p']),
		'/x is not a regular file, so it is not overwritten',
	],
	['a folder', (path) => mkdirSync(path), '/x is not a regular file, so it is not overwritten'],
	[
		'a link to nothing',
		(path) => symlinkSync('/nowhere', path),
		'/x is a symbolic link, so it is not overwritten',
	],
	[
		'a file with two names',
		(path) => {
			writeFileSync(at('other'), 'dear to me')
			linkSync(at('other'), path)
		},
		'/x has 2 names (hard links), so it is not overwritten',
	],
	...(isRoot
		? ([
				[
					'a file of someone else',
					(path) => {
						writeFileSync(path, 'dear to them')
						chownSync(path, NOBODY, NOBODY)
					},
					'/x belongs to uid 65534, so it is not overwritten',
				],
				[
					'a device',
					(path) => execFileSync('mknod', [path, 'c', '1', '3']),
					'/x is not a regular file, so it is not overwritten',
				],
			] satisfies [string, (path: string) => void, string][])
		: []),
]

describe('what is there already', () => {
	test.each(THERE)('%s', async (_what, put, forced) => {
		put(at('x'))
		const before = statSync(at('x'), { throwIfNoEntry: false })
		expect(await answer(at('x'))).toBe('/x already exists, and is not overwritten')
		expect(statSync(at('x'), { throwIfNoEntry: false })).toMatchObject(
			before === undefined ? {} : { size: before.size, mode: before.mode, ino: before.ino },
		)
		expect(await answer(at('x'), { force: true })).toBe(forced)
		if (forced !== 'made') return
		expect(readFileSync(at('x'), 'utf8')).toBe('ours')
		expect(statSync(at('x')).mode & 0o777).toBe(0o600)
	})

	test('every command that writes files refuses it and names its option', async () => {
		writeFileSync(at('x'), 'dear to me')
		const refused = [
			await openReport(at('x'), { option: '--json' }),
			await createRecorder().open(at('x'), { option: '--capture' }),
			await createRecordingFile(at('x')),
			await createRecorder().saveText(at('x'), ''),
			await createRecorder().save(at('x'), []),
		].map((result) => (result.ok ? 'made' : words(result.failure).next))
		expect(refused).toEqual([
			'give another file with --json, or write over it with --force',
			'give another file with --capture, or write over it with --force',
			'give another file with --record, or write over it with --force',
			'give another file',
			'give another file',
		])
		expect(readFileSync(at('x'), 'utf8')).toBe('dear to me')
	})
})

describe('links on the way', () => {
	const way = (mode: number, owner: number) => {
		mkdirSync(at('shared'))
		mkdirSync(at('target'))
		symlinkSync('../target', at('shared/link'))
		execFileSync('chown', ['-h', String(owner), at('shared/link')])
		chmodSync(at('shared'), mode)
		return answer(at('shared/link/x'))
	}
	const refused = '/shared/link is a link that others could have put there, and is not followed'

	test('ours, in a folder of ours', async () => {
		expect(await way(0o755, process.getuid?.() ?? 0)).toBe('made')
		expect(existsSync(at('target/x'))).toBe(true)
	})
	test('ours, in a sticky folder where nobody else can replace it', async () => {
		expect(await way(0o1777, process.getuid?.() ?? 0)).toBe('made')
	})
	test('in a folder where others can replace it', async () => {
		expect(await way(0o777, process.getuid?.() ?? 0)).toBe(refused)
		expect(existsSync(at('target/x'))).toBe(false)
	})
	test.skipIf(!isRoot)('of someone else, in a sticky folder and in ours', async () => {
		expect(await way(0o1777, NOBODY)).toBe(refused)
		chmodSync(at('shared'), 0o755)
		expect(await answer(at('shared/link/x'))).toBe(refused)
		expect(existsSync(at('target/x'))).toBe(false)
	})
	test('in a circle', async () => {
		symlinkSync('b', at('a'))
		symlinkSync('a', at('b'))
		expect(await answer(at('a/x'))).toBe('/a/x'.replace('/x', ' leads through too many links'))
	})
	test('from the root', async () => {
		mkdirSync(at('target'))
		symlinkSync(at('target'), at('link'))
		expect(await answer(at('link/x'))).toBe('made')
		expect(readFileSync(at('target/x'), 'utf8')).toBe('ours')
	})
})

describe('a file that is removed meanwhile', () => {
	test('what replaces it is neither written nor removed', async () => {
		const made = await makeFile(at('x'))
		if (!made.ok) throw new Error('not made')
		renameSync(at('x'), at('moved'))
		writeFileSync(at('x'), 'of someone else')
		await made.value.handle.writeFile('ours')
		await made.value.remove()
		await made.value.handle.close()
		expect(readFileSync(at('x'), 'utf8')).toBe('of someone else')
		expect(readFileSync(at('moved'), 'utf8')).toBe('ours')
	})

	test('a report goes where it was opened, and a link in its place leads nowhere', async () => {
		const file = await openReport(at('x'), {})
		if (!file.ok) throw new Error('not made')
		renameSync(at('x'), at('moved'))
		writeFileSync(at('target'), 'dear to me')
		symlinkSync(at('target'), at('x'))
		expect((await file.value.write('ours')).ok).toBe(true)
		expect(readFileSync(at('target'), 'utf8')).toBe('dear to me')
		expect(readFileSync(at('moved'), 'utf8')).toBe('ours')
		expect(statSync(at('moved')).mode & 0o777).toBe(0o600)
	})
})
