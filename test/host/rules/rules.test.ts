import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createRuleReader } from '../../../src/host/rules/rules.ts'
import { FakeClock } from '../../harness/fake/clock.ts'
import { tempFolder } from '../../harness/folders.ts'

const SAVED = `*filter
:INPUT ACCEPT [7:70]
[3:30] -A INPUT -m conntrack --ctstate INVALID -j DROP
COMMIT`
const EMPTY = "# Table `x' is incompatible, use 'nft' tool."

/** A host that has these programs alone, each a shell script. */
function readerOf(name: string, programs: Readonly<Record<string, string>>) {
	const folder = join(tempFolder('rules'), name)
	mkdirSync(folder, { recursive: true })
	for (const [program, script] of Object.entries(programs))
		writeFileSync(join(folder, program), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
	const find = (program: string) => (program in programs ? join(folder, program) : undefined)
	const tools = { find, env: { PATH: '/usr/bin:/bin' } } as Parameters<typeof createRuleReader>[0]
	return createRuleReader(tools, async () => false, new FakeClock())
}

test('without nft the rules of iptables in nf_tables are read, and it is said that nft is missing', async () => {
	const read = await readerOf('iptables', {
		'iptables-nft-save': `cat <<'E'\n${SAVED}\nE`,
		'ip6tables-nft-save': `echo "${EMPTY.replaceAll('`', '\\`')}"`,
	})()
	expect(read).toMatchObject({
		ok: true,
		value: {
			backends: ['iptables-nft'],
			ruleset: { total: 1, rules: [{ table: 'filter', chain: 'INPUT', counter: { packets: 3, bytes: 30 } }] },
			failures: [{ kind: 'missing-tool', tool: 'nft' }],
		},
	})
})

test('also where only the plain name is there, and it is the one for nf_tables', async () => {
	const save = `[ "$1" = --version ] && { echo 'iptables-save v1.8.9 (nf_tables)'; exit; }\ncat <<'E'\n${SAVED}\nE`
	const read = await readerOf('plain', { 'iptables-save': save })()
	expect(read).toMatchObject({ ok: true, value: { backends: ['iptables-nft'], ruleset: { total: 1 } } })
})

test('where iptables has nothing to tell, no rules is not what is said', async () => {
	const read = await readerOf('nothing', { 'iptables-nft-save': 'true', 'ip6tables-nft-save': 'true' })()
	expect(read).toMatchObject({ ok: false, failure: { kind: 'missing-tool', tool: 'nft' } })
})

test('an nft that may not look is not taken for one that is missing', async () => {
	const read = await readerOf('refused', {
		nft: 'echo "Operation not permitted (you must be root)" >&2; exit 1',
		'iptables-nft-save': `cat <<'E'\n${SAVED}\nE`,
	})()
	expect(read).toMatchObject({ ok: false, failure: { kind: 'not-permitted' } })
})
