import { expect, test } from 'vitest'
import {
	isAlive,
	netnsInode,
	ownerOfThisProcess,
	parseProcessStat,
	processStart,
	terminalName,
} from '../../src/host/identity.ts'
import { errnoOf } from '../../src/host/write.ts'

test.each([
	[
		'4711 (node) S 1 4711 4711 34819 4711 4194560 1 2 3 4 5 6 7 8 20 0 11 0 98765 1 2',
		{ state: 'S', tty: 34819, start: '98765' },
	],
	[
		'4711 (a) b) (c) R 1 4711 4711 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 11 0 98765 1 2',
		{ state: 'R', tty: 0, start: '98765' },
	],
	['', undefined],
	['4711 (node) S 1', undefined],
])('%j', (text, expected) => expect(parseProcessStat(text)).toEqual(expected))

test.each([
	[0, null],
	[0x8803, 'pts/3'],
	[0x8903, 'pts/259'],
	[0x0401, 'tty1'],
	[0x0440, 'ttyS0'],
	[0x0501, null],
])('terminal %i is %s', (device, name) => expect(terminalName(device)).toBe(name))

test('a process is that very process', () => {
	const start = processStart(process.pid) ?? ''
	expect(isAlive(process.pid, start)).toBe(true)
	expect(isAlive(process.pid, `${start}0`)).toBe(false)
	expect(isAlive(0, '')).toBe(false)
	expect(ownerOfThisProcess()).toMatchObject({ pid: process.pid, pidStart: start })
})

test('only a namespace has the inode of one', () => {
	expect(netnsInode()).toBeGreaterThan(0)
	expect(netnsInode('/proc/self/stat')).toBeUndefined()
	expect(netnsInode('/nowhere')).toBeUndefined()
})

test.each([
	["dd: error writing '/proc/sys/x': Invalid argument", 'EINVAL'],
	["dd: failed to open '/proc/sys/x': No such file or directory", 'ENOENT'],
	['nsenter: cannot open /proc/1/ns/net: Permission denied', 'EACCES'],
	['nsenter: reassociate to namespace failed: Operation not permitted', 'EPERM'],
	['something new', 'EIO'],
])('%s is %s', (stderr, code) => expect(errnoOf(stderr)).toBe(code))
