import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLeaseStore, openLeaseStore } from '../../../src/host/files/lease-store.ts'
import { hasNoLeases } from '../../../src/host/files/no-leases.ts'
import { leaseDirs, makeStateDir, readJournal } from '../../../src/host/files/state-dir.ts'
import { openKmsg } from '../../../src/host/log/kmsg-source.ts'

let folder: string
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'ctscope-state-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function stateDir() {
	const state = makeStateDir(join(folder, 'state'))
	if (!state.ok) throw new Error('no state directory')
	return state.value
}

test('a FIFO as journal blocks nobody', () => {
	const state = stateDir()
	mkdirSync(join(state.leases, 'FIFO1'), { mode: 0o700 })
	execFileSync('/usr/bin/mkfifo', ['-m', '600', join(state.leases, 'FIFO1', 'journal.jsonl')])
	const [dir] = leaseDirs(state)
	expect(dir === undefined ? undefined : readJournal(dir)).toEqual({
		ok: false,
		problem: 'its journal is not a file',
	})
})

test('repeated undos of a lease leave no journal open', () => {
	const state = stateDir()
	const made = createLeaseStore(state, 'AAAAA')
	if (!made.ok) throw new Error('no lease')
	const before = readdirSync('/proc/self/fd').length
	for (let round = 0; round < 10; round++) {
		const again = openLeaseStore(state, 'AAAAA')
		if (!again.ok) throw new Error('no lease')
		again.value?.release()
		expect(again.value?.append('late')).toBe('EBADF')
	}
	expect(readdirSync('/proc/self/fd')).toHaveLength(before)
	made.value.release()
})

test('a lease ends although its claims folder was removed', () => {
	const state = stateDir()
	const made = createLeaseStore(state, 'AAAAA')
	if (!made.ok) throw new Error('no lease')
	rmSync(state.knobs, { recursive: true })
	expect(made.value.close(false)).toBe(true)
	expect(readdirSync(state.leases)).toEqual([])
	made.value.release()
})

test('a lease that cannot be recorded leaves nothing behind', () => {
	const state = stateDir()
	// So deep that LEASE/claim is the longest path that the kernel takes (PATH_MAX), and LEASE/journal.jsonl is too long.
	let leases = state.leases
	while (leases.length < 4079) leases = join(leases, 'd'.repeat(Math.min(200, 4079 - leases.length - 1)))
	mkdirSync(leases, { recursive: true })
	expect(createLeaseStore({ ...state, leases }, 'AAAAA')).toMatchObject({
		ok: false,
		failure: { kind: 'unsupported', why: 'ENAMETOOLONG' },
	})
	expect(readdirSync(leases)).toEqual([])
})

test('only our own directory can prove that there is no lease', () => {
	expect(hasNoLeases(join(folder, 'not-there'))).toBe(true)
	const { path } = stateDir()
	expect(hasNoLeases(path)).toBe(true)
	symlinkSync(path, join(folder, 'link'))
	expect(hasNoLeases(join(folder, 'link'))).toBe(false)
	writeFileSync(join(folder, 'file'), '')
	expect(hasNoLeases(join(folder, 'file'))).toBe(false)
})

test.each([
	['/dev/null', /another device here \(1:3, not 1:11\)/],
	['/etc/passwd', /not a device here/],
	['/no/such', /does not exist/],
])('%s is not taken for the kernel log', (path, why) => {
	const opened = openKmsg(path)
	expect(opened).toMatchObject({
		ok: false,
		failure: { kind: 'unsupported', why: expect.stringMatching(why) },
	})
})
