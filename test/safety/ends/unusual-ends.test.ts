import { execFileSync } from 'node:child_process'
import {
	appendFileSync,
	chownSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findLeases } from '../../../src/guard/client/find-leases.ts'
import { freeze, skipWithoutFreezer } from '../../harness/guard/freezer.ts'
import { rawGuard } from '../../harness/guard/raw-guard.ts'
import { createScene, LOG_INVALID, logTcp, type Scene, skipWithoutKernel } from '../../harness/guard/scene.ts'
import { undone } from '../../harness/guard/undone.ts'
import { pause, until } from '../../harness/until.ts'

const change = (from: string, to: string) => ({
	purpose: 'test',
	changes: [{ knob: 'log_invalid', from, to }],
})

/** A state directory that takes no more once `filler` is there. */
async function withSmallDir(
	label: string,
	run: (scene: Scene, fill: () => void) => Promise<void>,
): Promise<void> {
	const scene = await createScene(label)
	execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32k,mode=700', 'tmpfs', scene.stateDir])
	try {
		await run(scene, () => {
			const filler = join(scene.stateDir, 'filler')
			expect(() => {
				for (;;) appendFileSync(filler, Buffer.alloc(4096))
			}).toThrow('ENOSPC')
		})
	} finally {
		execFileSync('umount', ['-l', scene.stateDir])
	}
	await scene.end()
}

describe.skipIf(skipWithoutKernel())('P2 P4 P6 P12 P16 unusual ends', () => {
	test('P2 P12 the state directory is full: nothing is changed', async () => {
		await withSmallDir('full', async (scene, fill) => {
			fill()
			const client = await scene.client()
			expect(await client.send({ do: 'apply', plan: logTcp })).toMatchObject({ ok: false })
			expect(scene.read(LOG_INVALID)).toBe('0')
			await client.send({ do: 'close' })
		})
	})

	test('P2 P4 the state directory fills up: no further change is made, and all are undone with the program', async () => {
		await withSmallDir('fills', async (scene, fill) => {
			const client = await scene.client()
			expect(await client.send({ do: 'apply', plan: logTcp })).toMatchObject({ ok: true })
			const guard = scene.guardPid()
			fill()
			let held = '6'
			for (let round = 0; round < 60; round++) {
				const next = held === '6' ? '17' : '6'
				const { ok } = await client.send({ do: 'apply', plan: change(held, next) })
				if (!ok) break
				held = next
				expect(round).toBeLessThan(59)
			}
			expect(scene.read(LOG_INVALID)).toBe(held)
			client.signal('SIGKILL')
			undone(await until(() => scene.read(LOG_INVALID) === '0', 'the undo'))
			scene.adopt(guard)
			await until(() => readdirSync(join(scene.stateDir, 'leases')).length === 0, 'the lease to go')
		})
	})

	test.skipIf(skipWithoutFreezer())(
		'P4 the program is killed and cannot even die: undone all the same',
		async () => {
			const scene = await createScene('frozen')
			const client = await scene.client()
			expect(await client.send({ do: 'apply', plan: logTcp })).toMatchObject({ ok: true })
			const thaw = await freeze(client.pid)
			try {
				await pause(1_000)
				expect(scene.read(LOG_INVALID)).toBe('6')
				client.signal('SIGKILL')
				undone(await until(() => scene.read(LOG_INVALID) === '0', 'the undo'))
				expect(existsSync(`/proc/${client.pid}/exe`)).toBe(true)
			} finally {
				await thaw()
			}
			await client.ended
			await scene.end()
		},
	)

	test('P6 all processes stop past the deadline, as in a suspend: undone when they resume', async () => {
		const scene = await createScene('suspend')
		const client = await scene.client({ ttlMs: 5000 })
		expect(await client.send({ do: 'apply', plan: logTcp })).toMatchObject({ ok: true })
		const guard = scene.guardPid()
		for (const pid of [guard, client.pid]) process.kill(pid, 'SIGSTOP')
		await pause(5200)
		expect(scene.read(LOG_INVALID)).toBe('6')
		for (const pid of [guard, client.pid]) process.kill(pid, 'SIGCONT')
		undone(await until(() => scene.read(LOG_INVALID) === '0', 'the undo'))
		await client.view(({ phase }) => phase === 'closed')
		await client.send({ do: 'close' })
		await scene.end()
	})

	test.each<[string, (path: string) => void, string]>([
		['a symbolic link', (path) => symlinkSync('/tmp', path), 'is not a directory'],
		['a file', (path) => writeFileSync(path, ''), 'is not a directory'],
		[
			'of someone else',
			(path) => {
				mkdirSync(path, { mode: 0o700 })
				chownSync(path, 65534, 65534)
			},
			'belongs to uid 65534',
		],
		[
			'open for all to write',
			(path) => {
				mkdirSync(path)
				execFileSync('chmod', ['1777', path])
			},
			'mode 777',
		],
	])('P12 P16 a state directory that is %s is not used, and nothing is changed', async (_, make, words) => {
		const scene = await createScene('dir')
		const aside = `${scene.stateDir}-aside`
		renameSync(scene.stateDir, aside)
		make(scene.stateDir)
		try {
			expect(await findLeases(scene.stateDir)).toMatchObject([{ problem: expect.stringContaining(words) }])
			const client = await scene.client()
			const refused = await client.send({ do: 'apply', plan: logTcp })
			expect(JSON.stringify(refused)).toContain(words)
			expect(scene.read(LOG_INVALID)).toBe('0')
			expect(await scene.revert('--all')).toMatchObject({ code: 2 })
			await client.send({ do: 'close' })
		} finally {
			rmSync(scene.stateDir, { recursive: true })
			renameSync(aside, scene.stateDir)
		}
		await scene.end()
	})

	test('P3 P16 the guard hangs up on a program of another version, and its changes are found and undone', async () => {
		const scene = await createScene('version')
		const guard = await rawGuard(scene)
		await guard.channel.ask({ op: 'apply', plan: logTcp })
		const other = connect(join(scene.stateDir, 'leases', guard.leaseId, 'guard.sock'))
		const answered: Buffer[] = []
		other.on('data', (bytes) => answered.push(bytes)).on('error', () => {})
		other.write('{"op":"hello","id":1,"v":2,"owner":null}\n')
		await new Promise((resolve) => other.once('close', resolve))
		expect(answered).toEqual([])
		expect(scene.read(LOG_INVALID)).toBe('6')
		expect(await findLeases(scene.stateDir)).toMatchObject([{ leaseId: guard.leaseId, alive: true }])
		expect(await scene.revert('--all', '--yes')).toMatchObject({ code: 0 })
		expect(scene.read(LOG_INVALID)).toBe('0')
		await guard.ended
		await scene.end()
	})

	test.each<[string, Buffer]>([
		['NUL bytes', Buffer.alloc(5000)],
		['two megabytes on one line', Buffer.alloc(2 << 20, 'x')],
		['a record of a later version', Buffer.from('\n{"v":9,"type":"something"}\n')],
	])('P16 %s in a journal: the whole records before it are undone, or it is said and 4', async (_, junk) => {
		const scene = await createScene('junk')
		const guard = await rawGuard(scene)
		await guard.channel.ask({ op: 'apply', plan: logTcp })
		guard.child.kill('SIGKILL')
		await guard.ended
		const dir = join(scene.stateDir, 'leases', guard.leaseId)
		appendFileSync(join(dir, 'journal.jsonl'), junk)
		const [found] = await findLeases(scene.stateDir)
		expect(found?.problem).not.toBe('')
		const { code, stdout } = await scene.revert('--all')
		if (junk.includes('"v":9')) {
			expect(code).toBe(4)
			expect(stdout).toContain('another version of ctscope')
			// What could be read is back; what could not is kept for the version that wrote it.
			expect(scene.read(LOG_INVALID)).toBe('0')
			expect(found).toMatchObject({ isKnown: false })
			expect(existsSync(dir)).toBe(true)
			rmSync(dir, { recursive: true })
			rmSync(join(scene.stateDir, 'knobs'), { recursive: true })
			await scene.end()
			return
		}
		expect(code).toBe(0)
		expect(scene.read(LOG_INVALID)).toBe('0')
		await scene.end()
	})

	test('P16 revert asks the living guard of a later version, which undoes everything', async () => {
		const scene = await createScene('newer')
		const client = await scene.client()
		await client.send({ do: 'apply', plan: logTcp })
		const [lease] = scene.leases()
		const journal = join(scene.stateDir, 'leases', lease?.id ?? '', 'journal.jsonl')
		const newer = readFileSync(journal, 'utf8').replaceAll('"v":1,', '"v":2,')
		writeFileSync(journal, newer, { flag: 'r+' })
		expect(await findLeases(scene.stateDir)).toMatchObject([{ alive: true, isKnown: false }])
		const { code, stdout } = await scene.revert('--all')
		expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('undone, 1 change') })
		expect(scene.read(LOG_INVALID)).toBe('0')
		await client.view(({ phase }) => phase === 'closed')
		await scene.end()
	})
})
