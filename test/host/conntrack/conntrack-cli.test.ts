import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createConntrackCli } from '../../../src/host/conntrack/conntrack-cli.ts'
import type { WouldLoad } from '../../../src/host/modules/would-load.ts'
import { createToolPath } from '../../../src/host/tools/tool-path.ts'
import { createListCounter } from '../../../src/kernel/conntrack/conntrack-list.ts'

let folder: string
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'ctscope-fake-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A conntrack that is a shell script of ours. */
function fake(script: string, wouldLoad: WouldLoad = async () => false) {
	const bin = mkdtempSync(join(folder, 'bin-'))
	writeFileSync(join(bin, 'conntrack'), `#!/bin/sh\n${script}\n`)
	chmodSync(join(bin, 'conntrack'), 0o755)
	return createConntrackCli(createToolPath(`${bin}:/usr/bin:/bin`), wouldLoad)
}

test('not installed', async () => {
	const cli = createConntrackCli(createToolPath(join(folder, 'nowhere')), async () => false)
	expect(await cli.cpuStat()).toMatchObject({ failure: { kind: 'missing-tool', tool: 'conntrack' } })
	expect(await cli.list([], () => {})).toMatchObject({ failure: { kind: 'missing-tool' } })
	expect(await cli.version()).toBeUndefined()
})

test('conntrack is not run where that would load a module', async () => {
	const missing = new Set(['nfnetlink', 'nf_conntrack_netlink'])
	const ran = join(folder, 'ran')
	const cli = fake(`touch ${ran}; echo conntrack v1.4.7`, async (module) => missing.has(module))
	const failure = { kind: 'unsupported', why: expect.stringContaining('is not loaded') }
	expect(await cli.cpuStat()).toMatchObject({ ok: false, failure })
	expect(await cli.list([], () => {})).toMatchObject({ ok: false, failure })
	expect(await cli.version()).toBeUndefined()
	expect(existsSync(ran)).toBe(false)
	missing.delete('nfnetlink')
	expect(await cli.version()).toBe('v1.4.7')
	expect(await cli.cpuStat()).toMatchObject({ ok: false, failure })
})

test.each<[string, string, object]>([
	[
		'no right',
		'echo "conntrack v1.4.7 (conntrack-tools): Operation failed: sorry, you must be root or get CAP_NET_ADMIN capability to do this" >&2; exit 1',
		{ kind: 'not-permitted', what: 'conntrack -L -f ipv4' },
	],
	['an error', 'echo boom >&2; exit 2', { kind: 'tool-failed', exitCode: 2, stderr: 'boom' }],
	['killed', 'kill -9 $$', { kind: 'tool-failed', exitCode: undefined }],
	['escape sequences in its complaint', 'printf "\\033]0;x\\007" >&2; exit 1', { kind: 'tool-failed' }],
])('listing: %s', async (_name, script, failure) => {
	const result = await fake(script).list(['-f', 'ipv4'], () => {})
	expect(result).toMatchObject({ ok: false, failure })
	expect(JSON.stringify(result)).not.toMatch(/\\u001b/)
})

test('garbage is counted as not understood and never passed on raw', async () => {
	const counter = createListCounter()
	const script =
		'printf "\\033[2J\\377\\376\\n"; head -c 100000 /dev/zero | tr "\\0" A; printf "\\n"; echo "tcp      6 10 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 [ASSURED] mark=0 use=1"; echo "conntrack v1 (conntrack-tools): 3 flow entries have been shown." >&2'
	expect(await fake(script).list([], (chunk) => counter.push(chunk))).toEqual({ ok: true, value: undefined })
	const composition = counter.end()
	expect(composition).toMatchObject({ entries: 1, notUnderstood: 2, byState: { ESTABLISHED: 1 } })
	expect(composition.samples.join('')).not.toMatch(/\p{Cc}/u)
})

test('statistics that are not understood are a failure that quotes them', async () => {
	const result = await fake('printf "\\033[31mhello"').cpuStat()
	expect(result).toMatchObject({ ok: false, failure: { kind: 'tool-failed', exitCode: 0 } })
})

test('an endless listing is stopped when nobody reads it', async () => {
	const stop = new AbortController()
	let bytes = 0
	const result = await fake('while :; do echo "tcp 6 1 src=1"; done').list(
		[],
		(chunk) => {
			bytes += chunk.length
			stop.abort()
		},
		stop.signal,
	)
	expect(result.ok).toBe(false)
	expect(bytes).toBeGreaterThan(0)
})

test('the environment is not passed on, and output is in English', async () => {
	process.env.CTSCOPE_TEST_LEAK = 'yes'
	const chunks: string[] = []
	await fake('env').list([], (chunk) => chunks.push(Buffer.from(chunk).toString()))
	delete process.env.CTSCOPE_TEST_LEAK
	expect(chunks.join('')).toContain('LC_ALL=C')
	expect(chunks.join('')).not.toContain('CTSCOPE_TEST_LEAK')
})

test.each([
	['conntrack v1.4.5 (conntrack-tools)', 'v1.4.5'],
	['conntrack v1.4.9-rc1 (conntrack-tools)', 'v1.4.9-rc1'],
	['no idea', undefined],
])('version of %s', async (says, version) => {
	expect(await fake(`echo "${says}"`).version()).toBe(version)
})
