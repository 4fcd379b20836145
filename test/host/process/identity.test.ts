import { expect, test } from 'vitest'
import {
	isAlive,
	isOwnNetns,
	netnsInode,
	ownerOfThisProcess,
	ownNetns,
	parseProcessStat,
	processStart,
	terminalName,
} from '../../../src/host/process/identity.ts'

test.each([
	[
		'4711 (node) S 1 4711 4711 34819 4711 4194560 1 2 3 4 5 6 7 8 20 0 11 0 98765 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 17 1 0 5 0',
		{ state: 'S', parent: 1, session: 4711, tty: 34819, policy: 5, start: '98765' },
	],
	[
		'4711 (a) b) (c) R 1 4711 4711 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 11 0 98765 1 2',
		{ state: 'R', parent: 1, session: 4711, tty: 0, policy: 0, start: '98765' },
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

test('a process is identified by PID and start time', () => {
	const start = processStart(process.pid) ?? ''
	expect(isAlive(process.pid, start)).toBe(true)
	expect(isAlive(process.pid, `${start}0`)).toBe(false)
	expect(isAlive(0, '')).toBe(false)
	expect(ownerOfThisProcess()).toMatchObject({ pid: process.pid, pidStart: start })
})

test('this network namespace differs from any other', () => {
	const own = ownNetns() ?? { inode: 0, rtnl: 0 }
	expect(own).toEqual({ inode: netnsInode(), rtnl: expect.any(Number) })
	const name = { ...own, initial: false }
	expect(isOwnNetns(name)).toBe(true)
	expect(isOwnNetns({ ...name, rtnl: own.rtnl + 1 })).toBe(false)
	expect(isOwnNetns({ ...name, inode: own.inode + 1 })).toBe(false)
})

test('the initial one, and one where someone of the lease still lives, is known without the list of sockets', () => {
	const later = { inode: netnsInode() ?? 0, rtnl: 1, initial: false }
	expect(isOwnNetns({ ...later, initial: true })).toBe(true)
	const self = { pid: process.pid, pidStart: processStart(process.pid) ?? '' }
	expect(isOwnNetns(later, [self])).toBe(true)
	expect(isOwnNetns(later, [{ ...self, pidStart: '1' }])).toBe(false)
})

test('only a namespace has the inode of one', () => {
	expect(netnsInode()).toBeGreaterThan(0)
	expect(netnsInode('/proc/self/stat')).toBeUndefined()
	expect(netnsInode('/nowhere')).toBeUndefined()
})
