import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../harness/folders.ts'
import { createLab, type Lab, skipWithoutLab } from '../../harness/kernel/lab.ts'
import { whileSpoiled } from '../../harness/kernel/while-spoiled.ts'
import { ctscope } from '../../harness/program/program.ts'
import { freshStateDir } from '../../harness/program/session.ts'
import { pause } from '../../harness/until.ts'

const ALL_NETNS = '/proc/sys/net/netfilter/nf_log_all_netns'
const LOG_INVALID = 'net/netfilter/nf_conntrack_log_invalid'

/** What an admin saves before and after, by the files' names. */
const COUNTED = ['sh', '-c', 'date -Is; conntrack -S'] as const
const LISTINGS: Readonly<Record<string, readonly [string, ...string[]]>> = {
	'nft_list_ruleset.txt': ['nft', 'list', 'ruleset'],
	'iptables-save.txt': ['iptables-save', '-c'],
	'ip6tables-save.txt': ['ip6tables-save', '-c'],
	'conntrack-L.txt': ['conntrack', '-L'],
	'sysctl-a.txt': ['sh', '-c', 'sysctl -a 2>/dev/null | grep -E "netfilter|nf_conntrack"'],
	'ss.txt': ['ss', '-tuanp'],
	'ip-address.txt': ['ip', 'address'],
	'uname.txt': ['uname', '-a'],
}

/** The kernel log from a line of ours on, as `dmesg --time-format iso` prints it. */
async function logDuring(lab: Lab, does: () => Promise<void>): Promise<string> {
	const mark = `cts-saved-${process.pid}-${process.hrtime.bigint()}`
	writeFileSync('/dev/kmsg', mark)
	await does()
	const all = await lab.inside('dmesg', '--time-format', 'iso')
	return all.slice(all.indexOf('\n', all.indexOf(mark)) + 1)
}

test.skipIf(skipWithoutLab())('saved outputs of a host have the causes that it has live', async () => {
	const lab = await createLab('saved')
	const folder = tempFolder('saved')
	const before = await lab.snapshot()
	const allNetns = readFileSync(ALL_NETNS, 'utf8')
	const save = async (name: string, [program, ...args]: readonly [string, ...string[]]) =>
		writeFileSync(join(folder, name), await lab.inside(program, ...args))
	try {
		await lab.inside('iptables', '-A', 'INPUT', '-m', 'conntrack', '--ctstate', 'INVALID', '-j', 'DROP')
		const asked = ['investigate', '--json', '--for', '8s', '--netns', lab.netns]
		const live = await whileSpoiled(lab, () => ctscope([...asked, '--state-dir', freshStateDir()]))
		writeFileSync(ALL_NETNS, '1')
		await lab.write(LOG_INVALID, '255')
		const log = await logDuring(lab, () =>
			whileSpoiled(lab, async () => {
				await save('counters', COUNTED)
				// Counters and lines are held against each other by the second.
				await pause(4_000)
				await save('counters.later', COUNTED)
			}),
		)
		writeFileSync(join(folder, 'dmesg.txt'), log)
		for (const [name, command] of Object.entries(LISTINGS)) await save(name, command)
		const saved = await ctscope(['read', '--json', folder])
		expect(saved.exitCode, saved.stderr).toBe(7)
		const ids = ({ stdout }: typeof live): readonly string[] =>
			JSON.parse(stdout).causes.map(({ id }: { id: string }) => id)
		expect(ids(live)).toEqual(['checksum'])
		expect(ids(saved)).toEqual(ids(live))
		const { account, read } = JSON.parse(saved.stdout)
		expect(account.explained).toBeGreaterThan(20)
		// A table without entries is empty.
		const names = read.map(({ name }: { name: string }) => basename(name))
		for (const name of ['counters', 'counters.later', 'dmesg.txt', 'iptables-save.txt', 'sysctl-a.txt'])
			expect(names).toContain(name)
	} finally {
		writeFileSync(ALL_NETNS, allNetns)
		await lab.write(LOG_INVALID, '0')
		expect(await lab.snapshot()).toEqual(before)
		await lab.dispose()
	}
})
