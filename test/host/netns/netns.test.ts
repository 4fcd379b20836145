import { statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { currentNetns, resolveNetns } from '../../../src/host/netns/netns.ts'
import { entranceTo, hasCapability } from '../../../src/host/netns/netns-enter.ts'
import { createToolPath } from '../../../src/host/tools/tool-path.ts'

const own = statSync('/proc/self/ns/net').ino

describe('what was asked for', () => {
	test.each([
		['a pid', `${process.pid}`],
		['a path', '/proc/self/ns/net'],
	])('%s', (_name, asked) => {
		expect(resolveNetns(asked)).toMatchObject({ ok: true, value: { inode: own, name: asked } })
		expect(currentNetns(asked)).toMatchObject({ inode: own, name: asked })
		expect(entranceTo(asked, createToolPath())).toEqual({ ok: true, value: { inside: true } })
	})

	test.each([
		['no such name', 'no-such-namespace-here', /there is no network namespace no-such/],
		['no such pid', '4194305', /there is no network namespace/],
		['another file', '/etc/passwd', /not a network namespace/],
		['a namespace of another kind', '/proc/self/ns/mnt', /not a network namespace/],
		['nothing', '', /empty/],
		['a path that does not exist', '/run/netns/../x', /there is no/],
		['escape sequences', '\x1b[2J', /no network namespace \\x1b/],
	])('%s is refused, with the names that exist', (_name, asked, message) => {
		const result = resolveNetns(asked)
		expect(result).toMatchObject({ ok: false, failure: { kind: 'usage' } })
		if (result.ok || result.failure.kind !== 'usage') return
		expect(result.failure.message).toMatch(message)
		expect(result.failure.next).toMatch(/names here/)
	})
})

test('without a name it is init or a number', () => {
	expect(currentNetns().name).toMatch(/^init$|^net:\[\d+\]$|./)
	expect(currentNetns().inode).toBe(own)
})

test('a name of another namespace is not believed', () => {
	expect(currentNetns('no-such-namespace-here').name).not.toBe('no-such-namespace-here')
})

test('capabilities', () => {
	expect(hasCapability(12)).toBe(process.getuid?.() === 0)
	expect(hasCapability(63)).toBe(false)
})
