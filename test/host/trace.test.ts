import { mkdirSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasGroups } from '../../src/host/trace/group-names.ts'
import { probesHere, tracefsFolder, whyNoProbeFiles } from '../../src/host/trace/tracefs.ts'
import { tempFolder } from '../harness/folders.ts'

function hostWith(files: Readonly<Record<string, string>>): string {
	const root = tempFolder('tracefs')
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(root, path)), { recursive: true })
		writeFileSync(join(root, path), text)
	}
	return root
}

const TRACING = '/sys/kernel/tracing'
const TRACEFS = 'nodev\tsysfs\nnodev\ttracefs\n'
/** A host that has it, and has not mounted it. */
const UNMOUNTED = { '/proc/filesystems': TRACEFS, [`${TRACING}/.keep`]: '', '/sys/kernel/btf/vmlinux': '' }
const ALL = {
	[`${TRACING}/trace`]: '',
	[`${TRACING}/kprobe_events`]: '',
	'/sys/kernel/btf/vmlinux': '',
	'/sys/kernel/security/lockdown': '[none] integrity confidentiality',
}

describe('whether kernel probes can be set', () => {
	test.each<[string, Readonly<Record<string, string>>, boolean, readonly RegExp[]]>([
		['all is there', ALL, true, []],
		['a kernel without tracefs', {}, false, [/no tracefs/]],
		['no sysfs', { '/proc/filesystems': TRACEFS }, false, [/no directory .* sysfs is not mounted/]],
		[
			'not mounted, and built without kprobes',
			{
				...UNMOUNTED,
				[`/boot/config-${release()}`]: 'CONFIG_TRACING=y\n# CONFIG_KPROBE_EVENTS is not set\n',
			},
			false,
			[/CONFIG_KPROBE_EVENTS/],
		],
		['no kprobes', { [`${TRACING}/trace`]: '' }, false, [/CONFIG_KPROBE_EVENTS/]],
		[
			'lockdown',
			{ ...ALL, '/sys/kernel/security/lockdown': 'none integrity [confidentiality]' },
			false,
			[/locked down/],
		],
		['switched off', { ...ALL, '/sys/kernel/debug/kprobes/enabled': '0\n' }, false, [/switched off/]],
	])('%s', (_, files, canBe, says) => {
		expect(probesHere(hostWith(files), 0, true)).toMatchObject({
			canBe,
			needsMount: false,
			says: says.map((one) => expect.stringMatching(one)),
		})
	})

	test('tracefs that is not mounted is mounted with them, and doctor says so', () => {
		expect(probesHere(hostWith(UNMOUNTED), 0, true)).toMatchObject({
			canBe: true,
			needsMount: true,
			says: [
				expect.stringMatching(/mounted on \/sys\/kernel\/tracing with the first of them, and unmounted/),
			],
		})
	})

	test('what is said instead of a folder helps: nobody is told to mount what has no probes', () => {
		expect(whyNoProbeFiles(hostWith(UNMOUNTED), true)).toMatch(/mount -t tracefs/)
		expect(whyNoProbeFiles(hostWith({ [`${TRACING}/trace`]: '' }), true)).toMatch(/CONFIG_KPROBE_EVENTS/)
	})

	test('in a container that may not mount it probes cannot be, and it says where they could', () => {
		expect(probesHere(hostWith(UNMOUNTED), 0, false)).toMatchObject({
			canBe: false,
			needsMount: false,
			says: [
				expect.stringMatching(/may not mount it .* as in most containers; on the host: mount -t tracefs/),
			],
		})
	})

	test('mounted where nobody expects it', () => {
		const files = {
			...UNMOUNTED,
			'/proc/mounts': 'tracefs /trace\\040fs tracefs rw 0 0\n',
			'/trace fs/trace': '',
		}
		const root = hostWith({ ...files, '/trace fs/kprobe_events': '' })
		expect(tracefsFolder(root)).toBe(`${root}/trace fs`)
		expect(probesHere(root, 0, false)).toMatchObject({ canBe: true, needsMount: false })
	})

	test('without type information there are reasons, and no packets', () => {
		const { '/sys/kernel/btf/vmlinux': _, ...files } = ALL
		expect(probesHere(hostWith(files), 0)).toMatchObject({
			canBe: true,
			needsMount: false,
			tellsPackets: false,
			says: [expect.stringMatching(/reasons come without their packets/)],
		})
	})

	test('not root', () => {
		expect(probesHere(hostWith(ALL), 1000)).toMatchObject({
			canBe: false,
			needsMount: false,
			says: ['it needs root'],
		})
	})
})

test.each<[string, Readonly<Record<string, string>>, boolean]>([
	['a definition', { [`${TRACING}/dynamic_events`]: 'p:ctscope_0a0b0c0d/ct x\n' }, true],
	['a definition of an older kernel', { [`${TRACING}/kprobe_events`]: 'p:ctscope_0a0b0c0d/ct x\n' }, true],
	['an instance', { [`${TRACING}/instances/ctscope_0a0b0c0d/trace`]: '' }, true],
	['those of others', { [`${TRACING}/dynamic_events`]: 'p:others/ct x\n' }, false],
])('groups that may be ours: %s', (_, files, expected) => {
	const mounts = `tracefs ${TRACING} tracefs rw 0 0\n`
	expect(hasGroups(hostWith({ ...files, '/proc/mounts': mounts }))).toBe(expected)
	expect(hasGroups(hostWith(files))).toBe(false)
})

test('tracefs below debugfs is found too', () => {
	const root = hostWith({ '/sys/kernel/debug/tracing/kprobe_events': '' })
	expect(tracefsFolder(root)).toBe(`${root}/sys/kernel/debug/tracing`)
})
