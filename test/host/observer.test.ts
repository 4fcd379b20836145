import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hasNoLeases } from '../../src/host/files/no-leases.ts'
import { createObserver } from '../../src/host/observer.ts'
import { FakeClock } from '../harness/fake/clock.ts'

let folder: string
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'ctscope-tools-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** An observer whose tools are shell scripts of ours. */
function withTools(scripts: Record<string, string>) {
	const bin = mkdtempSync(join(folder, 'bin-'))
	for (const [name, script] of Object.entries(scripts)) {
		writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
		chmodSync(join(bin, name), 0o755)
	}
	return createObserver({ searchPath: `${bin}:/usr/bin:/bin` })
}

const GARBAGE =
	'printf "\\033]0;owned\\007\\377\\376\\n"; head -c 100000 /dev/zero | tr "\\0" A; printf "\\nnonsense \\033[2J\\n"'

test('conntrack prints garbage', async () => {
	const observer = withTools({ conntrack: GARBAGE })
	const facts = await observer.facts()
	expect(facts.tools.conntrack).toMatch(/^\\x1b\]0;owned\\x07/)
	const table = await observer.table()
	if (!table.ok) throw new Error('the walk failed')
	expect(table.value.ipv4).toMatchObject({ entries: 0, notUnderstood: 3 })
	const lists = await observer.lists()
	if (!lists.ok) throw new Error('the lists failed')
	expect(lists.value.dying.size).toBe(3)
	const counters = await observer.counters()
	expect(counters).toMatchObject({ ok: true, value: { cli: null } })
	expect(JSON.stringify([facts, table, lists, counters])).not.toMatch(/\\u00(?:1b|07)|\p{Cc}/u)
})

test('a tool is asked for its version again once it is another file', async () => {
	const bin = mkdtempSync(join(folder, 'bin-'))
	const asked = join(bin, 'asked')
	const put = (name: string, version: string) => {
		writeFileSync(join(bin, `${name}.new`), `#!/bin/sh\necho >>${asked}\necho ${version}\n`)
		chmodSync(join(bin, `${name}.new`), 0o755)
		renameSync(join(bin, `${name}.new`), join(bin, name))
	}
	const times = () => readFileSync(asked, 'utf8').length
	put('tcpdump', 'tcpdump version 4.99.3')
	const observer = createObserver({ searchPath: bin })
	expect((await observer.facts()).tools.tcpdump).toBe('tcpdump version 4.99.3')
	expect((await observer.facts()).tools.tcpdump).toBe('tcpdump version 4.99.3')
	expect(times()).toBe(1)
	put('tcpdump', 'tcpdump version 4.99.4')
	expect((await observer.facts()).tools.tcpdump).toBe('tcpdump version 4.99.4')
	rmSync(join(bin, 'tcpdump'))
	expect((await observer.facts()).tools.tcpdump).toBe(null)
	put('tcpdump', 'tcpdump version 4.99.4')
	expect((await observer.facts()).tools.tcpdump).toBe('tcpdump version 4.99.4')
	expect(times()).toBe(3)
})

test('tools are missing, silent or hang', async () => {
	const observer = withTools({ nft: 'exit 1', iptables: 'exec sleep 30', tcpdump: 'sleep 7' })
	const began = performance.now()
	const facts = await observer.facts()
	expect(performance.now() - began).toBeLessThan(5_000)
	expect(facts.tools).toMatchObject({
		conntrack: null,
		nft: 'installed',
		iptables: 'installed',
		// Its child keeps its output open after it was killed.
		tcpdump: 'installed',
	})
	expect(facts.missing.map(({ what }) => what)).toContain('the entries of the table')
	expect(await observer.table()).toMatchObject({ ok: false, failure: { kind: 'missing-tool' } })
	expect(await observer.lists()).toMatchObject({ ok: false, failure: { kind: 'missing-tool' } })
	expect((await observer.counters()).ok).toBe(true)
})

test('a listing that ends in an error is a failure, not a short table', async () => {
	const observer = withTools({
		conntrack: 'echo "tcp      6 10 CLOSE src=1.1.1.1 dst=2.2.2.2 sport=1 dport=2"; echo broken >&2; exit 1',
	})
	expect(await observer.table()).toMatchObject({
		ok: false,
		failure: { kind: 'tool-failed', stderr: 'broken' },
	})
})

test('a tool installed later is used at once', async () => {
	const bin = mkdtempSync(join(folder, 'bin-'))
	const observer = createObserver({ searchPath: `${bin}:/usr/bin:/bin`, clock: new FakeClock() })
	const without = await observer.counters()
	expect(without.ok && without.value.cli).toBe(null)
	writeFileSync(join(bin, 'conntrack'), '#!/bin/sh\necho "cpu=0 found=1 invalid=2 insert=0"\n')
	chmodSync(join(bin, 'conntrack'), 0o755)
	const withIt = await observer.counters()
	expect(withIt.ok && withIt.value.cli?.columns).toContain('invalid')
})

test('settings of this host', async () => {
	const settings = await createObserver().settings()
	if (!settings.ok) throw new Error('no settings')
	expect(settings.value.values.printk).toMatch(/^\d+ \d+ \d+ \d+$/)
	for (const value of Object.values(settings.value.values)) expect(value).toMatch(/^[\w. -]+$/)
})

test.each([
	['not there', () => join(folder, 'nowhere'), true],
	['a file in the place of it', () => '/etc/passwd', false],
])('leases in a state directory that is %s', (_name, path, none) => {
	expect(hasNoLeases(path())).toBe(none)
})
