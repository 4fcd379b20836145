import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { tapOf } from '../../../src/changes/tap/tap.ts'
import { tapText } from '../../../src/changes/tap/tap-text.ts'
import { netnsInode } from '../../../src/host/process/identity.ts'
import type { Plan } from '../../../src/model/change.ts'
import { createNobody, fuseMissing, isUnreadable, type Nobody } from '../../harness/guard/nobody.ts'
import { createScene, LOG_INVALID, type Scene, skipWithoutKernel } from '../../harness/guard/scene.ts'
import { PROMISED_MS, undone } from '../../harness/guard/undone.ts'
import { startLineChild } from '../../harness/kernel/line-child.ts'
import { msUntil, pause } from '../../harness/until.ts'

const invalid = tapText(tapOf({ kind: 'tap', hooks: ['input'], states: ['invalid'] }))
const LOGGER = '/proc/sys/net/netfilter/nf_log/2'

/** Every kind of change whose undo has looked at processes of others: a logger, a table. */
const plan = (logger: string): Plan => ({
	purpose: 'test',
	changes: [
		{ knob: 'nf_log.2', from: logger, to: logger === 'nfnetlink_log' ? 'nf_log_ipv4' : 'nfnetlink_log' },
		{ knob: 'log_invalid', from: '0', to: '255' },
		{ knob: 'table:ctscope', from: 'absent', to: invalid },
	],
})

/** Longer than promised, to see what is not back at all. */
const PATIENCE_MS = 8_000

const noFuse = fuseMissing()
if (noFuse !== undefined) console.warn(`skipped: ${noFuse}`)

type Attack = (nobody: Nobody, scene: Scene) => Promise<number>
const marker = ({ path }: Scene) => `/run/ctscope/tables/ctscope@${netnsInode(path)}`

/** `isUsed`: it can be done on this machine. */
const ATTACKS: readonly { name: string; attack: Attack; isUsed: boolean; isUnread?: true }[] = [
	{ name: 'has the words of our reader', attack: (nobody) => nobody.attack('reader'), isUsed: true },
	{
		name: 'has the words of our nft',
		attack: (nobody, scene) => nobody.attack('keeper', marker(scene)),
		isUsed: true,
	},
	{
		name: 'lets su wait for a password with the words of our nft',
		attack: (nobody, scene) => nobody.attack('su', marker(scene)),
		isUsed: true,
	},
	{
		name: 'has a process of which nobody can read anything',
		attack: (nobody) => nobody.attack('fuse', nobody.fuse),
		isUsed: noFuse === undefined,
		isUnread: true,
	},
]

describe.skipIf(skipWithoutKernel())('an unprivileged user', () => {
	for (const { name, attack, isUsed, isUnread } of ATTACKS)
		test.skipIf(!isUsed)(
			`P4 P10 ${name}, and the program is killed with -9: changes are undone, and revert need not wait`,
			async () => {
				const scene = await createScene('nobody')
				const nobody = createNobody()
				const shell = `while read -r; do read -r a <${LOG_INVALID}; read -r b <${LOGGER}; echo "$a $b"; done`
				const watch = startLineChild(['nsenter', `--net=${scene.path}`, '--', 'bash', '-c', shell])
				const tables = () =>
					execFileSync('nsenter', [`--net=${scene.path}`, '--', 'nft', 'list', 'tables'], {
						encoding: 'utf8',
					})
				const look = async () => `${await watch.ask('')}${tables().includes('ctscope') ? ' table' : ''}`
				try {
					const before = await look()
					const client = await scene.client()
					expect(await client.send({ do: 'apply', plan: plan(scene.read(LOGGER)) })).toMatchObject({
						ok: true,
					})
					expect(await look()).toMatch(/^255 .* table$/)
					const pid = await attack(nobody, scene)
					if (isUnread === true) expect(isUnreadable(pid)).toBe(true)
					client.signal('SIGKILL')
					const ms = await msUntil(async () => (await look()) === before, PATIENCE_MS)
					const after = await look()
					const asked = performance.now()
					// A time limit of its own: one that waits would wait for ever.
					const reverted = await Promise.race([
						scene.revert('--all', '--yes').then(({ code }) => code),
						pause(PATIENCE_MS, 'it did not end'),
					])
					const revertMs = performance.now() - asked
					expect({ after, reverted }).toEqual({ after: before, reverted: 0 })
					expect(revertMs).toBeLessThan(PROMISED_MS)
					undone(ms)
				} finally {
					await nobody.end()
					await scene.revert('--all', '--yes')
					await watch.end()
				}
				await scene.end()
			},
		)
})
