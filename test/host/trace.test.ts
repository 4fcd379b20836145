import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { probesHere, tracefsFolder } from '../../src/host/trace/tracefs.ts'
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
const ALL = {
	[`${TRACING}/trace`]: '',
	[`${TRACING}/kprobe_events`]: '',
	'/sys/kernel/btf/vmlinux': '',
	'/sys/kernel/security/lockdown': '[none] integrity confidentiality',
}

describe('whether kernel probes can be set', () => {
	test.each<[string, Readonly<Record<string, string>>, boolean, readonly RegExp[]]>([
		['all is there', ALL, true, []],
		['nothing is mounted', {}, false, [/tracefs is not mounted: mount -t tracefs/]],
		['no kprobes', { [`${TRACING}/trace`]: '' }, false, [/CONFIG_KPROBE_EVENTS/]],
		[
			'lockdown',
			{ ...ALL, '/sys/kernel/security/lockdown': 'none integrity [confidentiality]' },
			false,
			[/locked down/],
		],
		['switched off', { ...ALL, '/sys/kernel/debug/kprobes/enabled': '0\n' }, false, [/switched off/]],
	])('%s', (_, files, canBe, says) => {
		expect(probesHere(hostWith(files), 0)).toEqual({
			canBe,
			says: says.map((one) => expect.stringMatching(one)),
		})
	})

	test('without type information there are reasons, and no packets', () => {
		const { '/sys/kernel/btf/vmlinux': _, ...files } = ALL
		expect(probesHere(hostWith(files), 0)).toEqual({
			canBe: true,
			says: [expect.stringMatching(/reasons come without their packets/)],
		})
	})

	test('not root', () => {
		expect(probesHere(hostWith(ALL), 1000)).toEqual({ canBe: false, says: ['it needs root'] })
	})
})

test('tracefs below debugfs is found too', () => {
	const root = hostWith({ '/sys/kernel/debug/tracing/kprobe_events': '' })
	expect(tracefsFolder(root)).toBe(`${root}/sys/kernel/debug/tracing`)
})
