import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { endStartingReaders, forgetReader, recordReader } from '../../../src/host/nflog/starting-readers.ts'
import { isAlive, processStart } from '../../../src/host/process/identity.ts'

const WORDS = 'tcpdump -n -Z root -B 32768 --immediate-mode -U -i nflog:0 -w -'

let stateDir: string
let children: ChildProcess[]

beforeEach(() => {
	stateDir = mkdtempSync(join(tmpdir(), 'ctscope-state-'))
	children = []
})
afterEach(() => {
	for (const child of children) child.kill('SIGKILL')
	rmSync(stateDir, { recursive: true })
})

/** A process in a session of its own, as a reader is, that waits. */
function waiting(argv0 = 'waiting'): number {
	const child = spawn('sleep', ['60'], { argv0, detached: true, stdio: 'ignore' })
	children.push(child)
	return child.pid ?? 0
}
const lives = (pid: number) => isAlive(pid, processStart(pid) ?? '')
const onRecord = () => readdirSync(join(stateDir, 'readers'))

describe('readers that begin', () => {
	test('a recorded reader that does not listen yet is killed', () => {
		const pid = waiting()
		expect(recordReader(stateDir, pid)).toBeUndefined()
		expect(endStartingReaders(stateDir)).toBe(1)
		expect(lives(pid)).toBe(false)
		expect(endStartingReaders(stateDir)).toBe(0)
		expect(onRecord()).toEqual([])
	})

	test('a listening reader is off the record and left alone', () => {
		const pid = waiting()
		recordReader(stateDir, pid)
		forgetReader(stateDir, pid)
		expect(endStartingReaders(stateDir)).toBe(0)
		expect(lives(pid)).toBe(true)
	})

	test('P10 a process with the name of a reader is none', () => {
		const pid = waiting(WORDS)
		expect(endStartingReaders(stateDir)).toBe(0)
		expect(lives(pid)).toBe(true)
	})

	test('a process that reuses a recorded PID is another one', () => {
		const pid = waiting()
		recordReader(stateDir, pid)
		const [name = ''] = onRecord()
		rmSync(join(stateDir, 'readers', name))
		writeFileSync(join(stateDir, 'readers', `${pid}-1`), '')
		expect(endStartingReaders(stateDir)).toBe(0)
		expect(lives(pid)).toBe(true)
	})

	test('names that are none, and a state directory that is not there, are passed over', () => {
		recordReader(stateDir, waiting())
		for (const name of ['-1-1', '1', 'x-1', '1-x', '99999999999-1', '1-1.swp'])
			writeFileSync(join(stateDir, 'readers', name), '')
		expect(endStartingReaders(stateDir)).toBe(1)
		expect(endStartingReaders(join(stateDir, 'nowhere'))).toBe(0)
	})

	test('one that has ended cannot be put on record, nor one in a folder of someone else', () => {
		expect(recordReader(stateDir, 0)).toBe('ESRCH')
		expect(recordReader(join(stateDir, 'a', 'b'), waiting())).toBe('ENOTDIR')
	})
})
