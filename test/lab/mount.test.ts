import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BUNDLED } from '../harness/bundled.ts'
import { inGuestWell, skipWithoutGuest } from '../harness/guest/guest.ts'

const KERNEL = '6.1'
const isSkipped = skipWithoutGuest(KERNEL)
const folder = mkdtempSync(join(tmpdir(), 'ctscope-mount-'))
afterAll(() => rmSync(folder, { recursive: true }))

const CONTROL = '/sys/kernel/debug/dynamic_debug/control'
const TRACEFS = '/sys/kernel/tracing tracefs'
const OURS = '/sys/kernel/debug ctscope-NAME'
const debugfs = (more: object) => ({ sysctl: 'debugfs', byHand: 'umount /sys/kernel/debug', ...more })

/** What is seen with debugfs hidden, and with one observer while modules are loaded. */
type Said = {
	readonly stale: Record<string, Record<string, unknown>>
	readonly story: Record<string, unknown>
}

describe.skipIf(isSkipped)(`debugfs and modules that come later, Debian kernel ${KERNEL}`, () => {
	let said: Said
	beforeAll(async () => {
		if (isSkipped) return
		await build({
			entryPoints: [join(import.meta.dirname, '../harness/guest/inside/mount.ts')],
			outfile: join(folder, 'inside.mjs'),
			...BUNDLED,
		})
		const script = 'node /in/inside.mjs stale && unshare -m node /in/inside.mjs'
		const { stdout } = await inGuestWell(KERNEL, ['bash', '-c', script], ['--in', folder])
		const [stale = '', story = ''] = stdout.trim().split('\n')
		said = { stale: JSON.parse(stale), story: JSON.parse(story) }
	})

	test('modules loaded later are seen, and looking loads none', () => {
		const { nothing, conntrack, netlink } = said.stale
		const refused = { lists: false, table: false, cli: false, state: 'available', loaded: false }
		expect(nothing).toMatchObject({ ...refused, logInvalid: null, proc: false })
		expect(conntrack).toMatchObject({ ...refused, logInvalid: '0', proc: true })
		expect(conntrack?.conntrack).toMatch(/^installed, version not read/)
		expect(netlink).toMatchObject({
			lists: true,
			dying: 'yes',
			table: true,
			cli: true,
			state: 'loaded',
			missing: ['a logger for the kernel log'],
		})
		expect(netlink?.conntrack).toMatch(/^conntrack v/)
	})

	test('without the file in /proc, debugfs is offered and mounted for root only', () => {
		const { story } = said
		expect(story.place).toMatchObject({
			path: null,
			canMount: true,
			next: expect.stringMatching(/^mount -t/),
		})
		expect(story.nothing).toEqual({ canMount: true, sites: 0 })
		expect(story.mountsBefore).toEqual([TRACEFS])
		expect(story.mount).toContainEqual(debugfs({ state: 'in-force', now: 'mounted', note: '' }))
		expect(story.mounted).toEqual([TRACEFS, OURS])
		expect(story.options).toMatch(/ debugfs rw,nosuid,nodev,noexec,.*\n700$/)
		expect(story.read).toEqual({ path: CONTROL, isMany: true })
	})

	test('a call site is restored before debugfs is unmounted', () => {
		const { story } = said
		expect(story.site).toMatchObject({ flags: '_' })
		expect(story.on).toMatchObject({ flags: 'p' })
		expect(JSON.stringify(story.switched)).toContain(`-p' > ${CONTROL}`)
		// The kernel has mounted tracefs in it for whoever looked.
		expect(story.looked).toEqual([TRACEFS, OURS, '/sys/kernel/debug/tracing tracefs'])
		expect(story.undone).toEqual([
			debugfs({ state: 'undone', now: 'absent', note: '' }),
			expect.objectContaining({ state: 'undone', now: '_', note: '' }),
		])
		expect(story.after).toEqual([TRACEFS])
		expect(story.sameControl).toBe(true)
	})

	test('a mount of others is never ours', () => {
		const { story } = said
		expect(story.first).toMatchObject({ kind: 'conflict', knob: 'debugfs', found: 'mounted' })
		expect(story.already).toContainEqual(
			debugfs({ state: 'undone', now: 'absent', note: 'it had already been put back' }),
		)
		expect(story.theirs).toEqual([TRACEFS, '/sys/kernel/debug theirs'])
	})

	test('a mount in use stays and is reported', () => {
		const { story } = said
		const note = 'debugfs is in use (fuser -vm /sys/kernel/debug shows by whom), so it stays mounted'
		expect(story.busy).toContainEqual(debugfs({ state: 'undone', now: 'mounted', note }))
		expect(story.stays).toEqual([TRACEFS, OURS])
	})

	test('after program and guard are killed, revert unmounts it from another mount namespace', () => {
		const { story } = said
		expect(story.leftBehind).toEqual([TRACEFS, OURS])
		expect(story.revert).toContainEqual(expect.stringMatching(/restored +debugfs +mounted -> absent/))
		expect((story.revert as string[]).at(-1)).toBe('0')
		expect(story.reverted).toEqual([TRACEFS])
		expect(story.left).toBe('')
	})
})
