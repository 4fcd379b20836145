import { execFileSync } from 'node:child_process'
import { rmSync, statSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLab, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { ctscope } from '../harness/program/program.ts'
import { openOn, pressSlowly } from '../harness/program/session.ts'
import { KEYS } from '../harness/program/terminal.ts'

describe.skipIf(skipWithoutLab())('all network namespaces of the host', () => {
	let lab: Lab
	let quiet: Lab
	beforeAll(async () => {
		lab = await createLab('busy')
		quiet = await createLab('quiet')
	})
	afterAll(async () => {
		await lab?.dispose()
		await quiet?.dispose()
	})

	test('namespaces are listed with their counters, and nothing is changed', async () => {
		const before = await lab.snapshot()
		await lab.write('net/netfilter/nf_conntrack_log_invalid', '6')
		const sending = lab.sendBad({ count: 7, kind: 'fin' })
		const { stdout, exitCode } = await ctscope(['namespaces', '--json', '--interval', '2'])
		await sending
		await lab.write('net/netfilter/nf_conntrack_log_invalid', '0')
		expect(exitCode).toBe(0)
		const { namespaces } = JSON.parse(stdout) as { namespaces: Record<string, unknown>[] }
		expect(namespaces.filter(({ here }) => here)).toHaveLength(1)
		const busy = namespaces.find(({ name }) => name === lab.netns)
		expect(busy).toMatchObject({ initial: false, here: false, logInvalid: '6', why: '' })
		expect(busy?.invalid).toBeGreaterThan(0)
		expect(namespaces.find(({ name }) => name === quiet.netns)).toMatchObject({ invalid: 0, logInvalid: '0' })
		expect(await lab.snapshot()).toEqual(before)
	})

	test('a name whose namespace is gone is a file as any other, and no namespace', async () => {
		const left = `/run/netns/${quiet.netns}-left`
		writeFileSync(left, '')
		try {
			const { stdout } = await ctscope(['namespaces', '--json', '--interval', '0.2'])
			const { namespaces } = JSON.parse(stdout) as { namespaces: { inode: number }[] }
			expect(namespaces.map(({ inode }) => inode)).not.toContain(statSync(left).ino)
		} finally {
			rmSync(left)
		}
	})

	test('a picked namespace is where everything happens, and nothing is left behind', async () => {
		const terminal = await openOn(quiet)
		try {
			await pressSlowly(terminal, 'N')
			const text = await terminal.until(lab.netns.slice(0, 10))
			const rows = text.split('\n').filter((line) => /│ [▸ ][* ]\S/.test(line) && !line.includes('NAMESPACE'))
			const down = rows.findIndex((line) => line.includes(lab.netns.slice(0, 12)) && !line.includes('busyp'))
			expect(down).toBeGreaterThanOrEqual(0)
			await pressSlowly(terminal, ...Array.from({ length: down }, () => 'j'), KEYS.enter)
			await terminal.until((now) => now.split('\n')[0]?.includes(`netns ${lab.netns.slice(0, 8)}`) === true)
			await lab.sendBad({ count: 3, kind: 'fin' })
			await terminal.until(/INVALID +\d+ \+\d/)
			terminal.type('q')
			expect((await terminal.ended).exitCode).toBe(0)
		} finally {
			await terminal.dispose()
		}
	})

	test('a quiet namespace says that INVALID rises elsewhere', async () => {
		const terminal = await openOn(quiet)
		try {
			let isSaid = false
			const sending = (async () => {
				for (let turn = 0; turn < 60 && !isSaid; turn++) await lab.sendBad({ count: 10, kind: 'fin' })
			})()
			await pressSlowly(terminal, '2')
			await terminal.until(/▸. 1 Is it rising/)
			// Two readings are needed, and the list asks for them.
			await pressSlowly(terminal, 'N')
			await terminal.until('LOGGER')
			await terminal.until(/nothing is INVALID here, but INVALID rises in/)
			await pressSlowly(terminal, KEYS.escape)
			await terminal.until(/Not here, but INVALID rises/)
			isSaid = true
			await sending
			terminal.type('q')
			await terminal.ended
		} finally {
			await terminal.dispose()
		}
	})
})

describe.skipIf(skipWithoutLab())('hundreds of network namespaces', () => {
	const names = Array.from({ length: 300 }, (_, index) => `cts-many-${process.pid}-${index}`)
	const batch = (verb: 'add' | 'del') =>
		execFileSync('ip', ['-force', '-batch', '-'], {
			input: names.map((name) => `netns ${verb} ${name}\n`).join(''),
		})
	beforeAll(() => void batch('add'))
	afterAll(() => void batch('del'))

	test('all are listed and read', async () => {
		const { stdout, exitCode } = await ctscope(['namespaces', '--json', '--interval', '0.1'])
		expect(exitCode).toBe(0)
		const listed = JSON.parse(stdout) as { namespaces: Record<string, unknown>[]; notLookedAt: number }
		const ours = listed.namespaces.filter(({ name }) => names.includes(String(name)))
		expect(ours.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
		for (const one of ours) expect(one).toMatchObject({ invalid: 0, logInvalid: '0', why: '' })
		expect(listed.notLookedAt).toBe(0)
	})
})
