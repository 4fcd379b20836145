import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { VERSION } from '../../src/commands/common/version.ts'
import { inGuestWell, skipWithoutServer } from '../harness/guest/guest.ts'
import { LATER, packTwoVersions } from './two-versions.ts'

// Emulated on a busy machine: ten times as long as on an idle one.
const GUEST_S = 1800
vi.setConfig({ hookTimeout: 3 * GUEST_S * 1000 })

const root = join(import.meta.dirname, '../..')
const given = mkdtempSync(join(tmpdir(), 'ctscope-servers-'))
const folders = [given]
afterAll(() => {
	for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** What one guest needs in its /in, made once for all of them. */
let packed: Promise<void> | undefined
async function pack(): Promise<void> {
	for (const [folder, pattern] of [
		['test/packages/guest', /\.sh$/],
		['examples/systemd', /^ctscope-metrics/],
	] as const)
		for (const name of readdirSync(join(root, folder)))
			if (pattern.test(name)) copyFileSync(join(root, folder, name), join(given, name))
	copyFileSync(join(root, 'test/lab/guest/terminal.sh'), join(given, 'terminal.sh'))
	await packTwoVersions(given, 'amd64')
}

/** Runs a script of test/packages/guest; the answer reads what it left in /out. */
async function seenIn(kernel: '6.1' | 'newest', suite: string, script: readonly string[]) {
	packed ??= pack()
	await packed
	const out = mkdtempSync(join(tmpdir(), 'ctscope-server-'))
	folders.push(out)
	const options = ['--server', suite, '--in', given, '--out', out, '--timeout', `${GUEST_S}`]
	await inGuestWell(kernel, ['bash', ...script], options)
	return (name: string): string => readFileSync(join(out, name), 'utf8')
}

type Seen = Awaited<ReturnType<typeof seenIn>>

const statusOf = (seen: Seen, ...steps: readonly string[]): Record<string, number> =>
	Object.fromEntries(steps.map((step) => [step, Number(seen(`${step}.status`))]))

/** What holds on each Debian: installed, looked at, removed while a session runs. */
function installsAndGoes(seen: () => Seen): void {
	test('there is no Node, no npm and no network', () => {
		expect(seen()('bare')).toBe('')
		expect(seen()('links')).toMatch(/^lo .*\n$/)
	})

	test('all that was waited for came', () => {
		expect(seen()('missed')).toBe('')
	})

	test('dpkg installs it, and it runs', () => {
		expect(statusOf(seen(), 'install', 'version', 'verify')).toEqual({ install: 0, version: 0, verify: 0 })
		expect(seen()('version.out')).toBe(`${VERSION}\n`)
		expect(seen()('verify.out')).toBe('')
	})

	test('man ctscope', () => {
		expect(statusOf(seen(), 'man')).toEqual({ man: 0 })
		expect(seen()('man.out')).toMatch(/^CTSCOPE\(8\)[\s\S]*why does Linux connection tracking/)
		expect(seen()('man.err')).toBe('')
	})

	test('tab completes --netns with the names that there are', () => {
		expect(seen()('netns.screen')).toMatch(/lab-one +lab-two/)
	})

	test('the units of the examples: the collector gets its file, and systemd has nothing to say of them', () => {
		expect(seen()('units.out')).toBe('')
		expect(statusOf(seen(), 'metrics')).toEqual({ metrics: 0 })
		expect(seen()('ctscope.prom')).toMatch(
			/^ctscope_conntrack_stat_total\{netns="init",counter="invalid"\} \d+$/m,
		)
	})

	test('dpkg -r with changes in force: everything is back, and nothing is left of it', () => {
		expect(seen()('remove.during')).toMatch(/log_invalid:255/)
		expect(seen()('remove.during')).toMatch(/ctscope-guard/)
		expect(statusOf(seen(), 'remove')).toEqual({ remove: 0 })
		expect(seen()('remove.after')).toBe(seen()('remove.before'))
		expect(seen()('removed.err').replaceAll(/\s+/g, ' ')).toContain(
			'logging ended while the command was still running: ctscope revert',
		)
		expect(seen()('remove.running')).toBe('')
		expect(seen()('remove.left')).toBe('')
	})
}

const isSkipped = skipWithoutServer('6.1', 'bookworm')
describe.skipIf(isSkipped)('the .deb on Debian 12, kernel 6.1', () => {
	let seen: Seen
	beforeAll(async () => {
		seen = await seenIn('6.1', 'bookworm', ['/in/first.sh'])
	})

	installsAndGoes(() => seen)

	test('dpkg --purge after a session was killed with its guard: everything is back', () => {
		expect(statusOf(seen, 'reinstall', 'purge')).toEqual({ reinstall: 0, purge: 0 })
		expect(seen('purge.after')).toBe(seen('remove.before'))
		expect(seen('purge.left')).toBe('')
		expect(seen('purge.state')).toMatch(/not installed/)
	})
})

describe.skipIf(isSkipped)('the one file and two versions on Debian 12, kernel 6.1', () => {
	let seen: Seen
	beforeAll(async () => {
		seen = await seenIn('6.1', 'bookworm', ['/in/second.sh'])
	})

	test('all that was waited for came', () => {
		expect(seen('missed')).toBe('')
	})

	test('the one file runs, unpacks once, and shows the steps of a practice', () => {
		expect(seen('file.out')).toBe(`${VERSION}\n`)
		expect(seen('file.err')).toBe('')
		expect(seen('file.public')).toBe('')
		expect(seen('file.folder')).toMatch(new RegExp(`^${VERSION}-[0-9a-f]{12}\n$`))
		expect(seen('steps.screen')).toMatch(/▸ +[0-9] [\s\S]*confidence (high|medium|low)/)
		expect(seen('links.after')).toBe(seen('links'))
	})

	test('from where programs may not run it runs with sh', () => {
		expect(statusOf(seen, 'noexec', 'noexec-sh')).toEqual({ noexec: 126, 'noexec-sh': 0 })
		expect(seen('noexec-sh.out')).toBe(`${VERSION}\n`)
	})

	test('where no place will do it says which it tried and what it needs, and leaves nothing', () => {
		expect(statusOf(seen, 'nowhere')).toEqual({ nowhere: 2 })
		expect(seen('nowhere.err')).toMatch(
			/^ctscope: no place for the program: it needs \d+ MB in \/root\/\.cache\/ctscope or \/run\/ctscope-one-file, /,
		)
		expect(seen('nowhere.root')).toBe('.cache\n')
	})

	test('in a full /run it looks, and switches nothing on', () => {
		expect(statusOf(seen, 'full-look', 'full-run')).toEqual({ 'full-look': 0, 'full-run': 2 })
		expect(JSON.parse(seen('full-look.out'))).toMatchObject({ v: 1 })
		expect(seen('full-run.err')).toMatch(/ENOSPC|no space|full/i)
		expect(seen('full.after')).toBe(seen('full.before'))
	})

	test('with /usr read-only everything works', () => {
		expect(statusOf(seen, 'install', 'read-only-run')).toEqual({ install: 0, 'read-only-run': 0 })
		expect(seen('read-only-run.out')).toBe('255\n')
		expect(seen('read-only-run.err')).toContain('all put back')
		expect(seen('read-only.after')).toBe(seen('read-only.before'))
	})

	test('an upgrade while a session runs harms neither', () => {
		expect(statusOf(seen, 'upgrade', 'second')).toEqual({ upgrade: 0, second: 0 })
		expect(seen('second.out')).toBe(`${LATER}\n`)
		expect(seen('upgrade.folders').trim().split('\n').toSorted()).toEqual([
			expect.stringMatching(new RegExp(`^${VERSION}-`)),
			expect.stringMatching(new RegExp(`^${LATER}-`)),
		])
		// The same processes from the same files, and what they switched on is on.
		expect(seen('upgrade.during')).toBe(seen('upgrade.before'))
		expect(seen('upgrade.log')).toBe('255\n')
		expect(seen('session.err')).toContain('all put back')
		expect(seen('upgrade.after')).toBe(seen('read-only.before'))
	})

	test('the next installation takes the files of the first one away', () => {
		expect(statusOf(seen, 'downgrade')).toEqual({ downgrade: 0 })
		expect(seen('downgrade.folders').trim().split('\n')).toHaveLength(1)
	})
})

const isNewestSkipped = skipWithoutServer('newest', 'sid')
describe.skipIf(isNewestSkipped)('the .deb on the newest Debian, the newest kernel', () => {
	let seen: Seen
	beforeAll(async () => {
		seen = await seenIn('newest', 'sid', ['/in/first.sh', 'short'])
	})

	installsAndGoes(() => seen)
})
