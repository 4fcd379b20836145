import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { nameOf } from '../../../src/host/network/names.ts'
import { createToolPath } from '../../../src/host/tools/tool-path.ts'
import { parseHostsAnswer } from '../../../src/kernel/network/getent-hosts.ts'
import { tempFolder } from '../../harness/folders.ts'

/** A host whose getent is this script. */
function host(script: string | undefined) {
	const folder = tempFolder('names')
	const getent = join(folder, 'getent')
	if (script !== undefined) {
		writeFileSync(getent, `#!/bin/sh\n${script}\n`)
		chmodSync(getent, 0o755)
	}
	return { tools: createToolPath(folder), folder }
}

describe('the name of an address', () => {
	test('is the first one that getent prints', async () => {
		const { tools } = host('echo "$2        web.example www.example"')
		expect(await nameOf(tools, '10.0.3.7')).toEqual({ kind: 'named', name: 'web.example' })
		expect(await nameOf(tools, '2001:db8::7')).toEqual({ kind: 'named', name: 'web.example' })
	})

	test('no name is not the same as no answer', async () => {
		expect(await nameOf(host('exit 2').tools, '10.0.3.7')).toEqual({ kind: 'none' })
		expect(await nameOf(host('echo no such database >&2; exit 3').tools, '10.0.3.7')).toEqual({
			kind: 'failed',
			why: 'no such database',
		})
		expect(await nameOf(host(undefined).tools, '10.0.3.7')).toMatchObject({ kind: 'failed' })
	})

	test('a name service that hangs is left after three seconds', async () => {
		expect(await nameOf(host('while :; do :; done').tools, '10.0.3.7')).toEqual({ kind: 'late', seconds: 3 })
	})

	test('what is no address is not asked for', async () => {
		const { tools, folder } = host('echo > "$0.ran"')
		for (const text of ['10.x.x.x', '-h', '--help', '10.0.3.7; reboot', ''])
			expect(await nameOf(tools, text)).toMatchObject({ kind: 'failed' })
		expect(existsSync(join(folder, 'getent.ran'))).toBe(false)
	})

	test.each([
		['10.0.3.7        web.example\n', 'web.example'],
		['::1             localhost ip6-localhost\n', 'localhost'],
		['', undefined],
		['10.0.3.7\n', undefined],
		['web.example 10.0.3.7\n', undefined],
		[`10.0.3.7 ${'a'.repeat(300)}\n`, undefined],
	])('%j', (text, name) => {
		expect(parseHostsAnswer(text)).toBe(name)
	})
})
