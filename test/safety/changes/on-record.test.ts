import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findLeases } from '../../../src/guard/client/find-leases.ts'
import { guardBundle } from '../../harness/guard/build-guard.ts'
import { rawGuard } from '../../harness/guard/raw-guard.ts'
import {
	createScene,
	LOG_INVALID,
	logTcp,
	type Scene,
	skipWithoutKernel,
	three,
} from '../../harness/guard/scene.ts'

/** A lease whose guard was killed with one change in force. */
async function leftover(scene: Scene): Promise<{ readonly id: string; readonly journal: string }> {
	const guard = await rawGuard(scene)
	await guard.channel.ask({ op: 'apply', plan: logTcp })
	guard.child.kill('SIGKILL')
	await guard.ended
	return { id: guard.leaseId, journal: join(scene.stateDir, 'leases', guard.leaseId, 'journal.jsonl') }
}

describe.skipIf(skipWithoutKernel())('P2 P12 P16 records', () => {
	test.concurrent('P2 each write follows its record, with O_WRONLY and a single write()', async () => {
		const scene = await createScene('trace')
		const trace = join(scene.stateDir, 'trace')
		const guard = await rawGuard(scene, {
			before: ['strace', '-f', '-s', '400', '-e', 'trace=openat,write,pwrite64,close', '-o', trace],
		})
		await guard.channel.ask({ op: 'apply', plan: three })
		await guard.channel.ask({ op: 'bye' })
		await guard.ended
		const writes: string[] = []
		const files = new Map<string, string>()
		let records = ''
		for (const line of readFileSync(trace, 'utf8').split('\n')) {
			const opened = /openat\(AT_FDCWD, "([^"]+)", ([A-Z_|]+)(?:, 0\d+)?\) = (\d+)/.exec(line)
			if (opened !== null) {
				const [, path = '', flags = '', file = ''] = opened
				files.set(file, path)
				if (!/RDONLY/.test(flags) && path.startsWith('/proc/sys/'))
					expect(flags).toMatch(/^O_WRONLY\|O_NOFOLLOW(\|O_CLOEXEC)?$/)
			}
			const written = /write(?:64)?\((\d+), "(.*?)"(?:\.\.\.)?, \d+/.exec(line)
			if (written === null) continue
			const path = files.get(written[1] ?? '') ?? ''
			if (path.endsWith('journal.jsonl')) records = written[2] ?? ''
			if (!path.startsWith('/proc/sys/')) continue
			const name = path.split('/').at(-1) ?? ''
			// The last thing on record before it is its own intent, or that an undo began, or how the one before it ended.
			expect(records).toMatch(writes.length < 3 ? new RegExp(`intent.*${name}`) : /undoing|undone/)
			writes.push(`${name} ${written[2]}`)
		}
		expect(writes).toEqual([
			'nf_conntrack_acct 1\\n',
			'nf_conntrack_tcp_be_liberal 1\\n',
			'nf_conntrack_log_invalid 6\\n',
			'nf_conntrack_log_invalid 0\\n',
			'nf_conntrack_tcp_be_liberal 0\\n',
			'nf_conntrack_acct 0\\n',
		])
		await scene.end()
	})

	test.concurrent('P1 looking at leftovers opens nothing for writing', async () => {
		const scene = await createScene('look')
		const { id } = await leftover(scene)
		const trace = join(scene.stateDir, 'trace')
		// What was compiled is kept by the tests, not by the program.
		const strace = ['env', 'NODE_DISABLE_COMPILE_CACHE=1', 'strace', '-f', '-e', 'trace=file', '-o', trace]
		const { stdout } = await scene.program(['find', scene.stateDir], strace)
		expect(JSON.parse(stdout)).toMatchObject([{ leaseId: id, changes: [{ now: '6' }] }])
		const lines = readFileSync(trace, 'utf8').split('\n')
		expect(lines.some((line) => line.includes(LOG_INVALID))).toBe(true)
		const changing = /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|unlink|rename|mkdir|link\(|chmod/
		expect(lines.filter((line) => changing.test(line) && !/"\/dev\/|readlink/.test(line))).toEqual([])
		expect(await findLeases(join(scene.stateDir, 'nowhere'))).toEqual([])
		await scene.revert('--all')
		await scene.end()
	})

	test.concurrent('P12 the undo cannot be proven: nothing is changed, and the error says why', async () => {
		const scene = await createScene('unproven')
		const wrapper = join(scene.stateDir, 'broken.mjs')
		writeFileSync(
			wrapper,
			`if (process.argv[2] === 'revert') { console.error('moved away'); process.exit(1) }\nawait import(${JSON.stringify(await guardBundle())})\n`,
		)
		const client = await scene.client({ bundle: wrapper })
		const refused = await client.send({ do: 'apply', plan: logTcp })
		expect(refused).toMatchObject({ failure: { kind: 'tool-failed', exitCode: 1 } })
		expect(JSON.stringify(refused)).toContain('moved away')
		expect(scene.read(LOG_INVALID)).toBe('0')
		await client.send({ do: 'close' })
		await scene.end()
	})

	test.concurrent('P12 the guard cannot start: nothing is changed, and the error says why', async () => {
		const scene = await createScene('unfit')
		chmodSync(scene.stateDir, 0o755)
		const client = await scene.client()
		expect(await client.send({ do: 'apply', plan: logTcp })).toMatchObject({
			failure: {
				kind: 'unsupported',
				why: 'it is open to others (mode 755, must be 700), so it is not used',
			},
		})
		await client.send({ do: 'close' })
		chmodSync(scene.stateDir, 0o700)
		await scene.end()
	})

	test.concurrent('P12 a dry run shows what it would do, and does nothing', async () => {
		const scene = await createScene('dry')
		const { id } = await leftover(scene)
		const { code, stdout } = await scene.revert('--lease', id, '--dry-run')
		expect(stdout).toContain('would restore net.netfilter.nf_conntrack_log_invalid  6 -> 0')
		expect(code).toBe(0)
		expect(scene.read(LOG_INVALID)).toBe('6')
		expect(await scene.revert('--lease', 'NOSUCH', '--dry-run')).toMatchObject({ code: 2 })
		expect(await scene.revert('--lease', '../x')).toMatchObject({ code: 1 })
		await scene.revert('--all')
		await scene.end()
	})

	test.concurrent('P16 the leftovers of a dead guard are found, and revert --json reports each', async () => {
		const scene = await createScene('found')
		const { id } = await leftover(scene)
		expect(await findLeases(scene.stateDir)).toMatchObject([
			{
				leaseId: id,
				owner: { user: 'root' },
				alive: false,
				earlierBoot: false,
				problem: '',
				changes: [{ seq: 1, knob: 'log_invalid', state: 'in-force', was: '0', set: '6' }],
			},
		])
		expect(await findLeases(scene.stateDir, id)).toEqual([])
		const { stdout } = await scene.revert('--all', '--json')
		expect(JSON.parse(stdout)).toMatchObject({
			v: 1,
			exitCode: 0,
			leases: [{ leaseId: id, changes: [{ result: 'restored', now: '0' }] }],
		})
		await scene.end()
	})

	test.concurrent('P16 a living guard is found too', async () => {
		const scene = await createScene('living')
		const client = await scene.client()
		await client.send({ do: 'apply', plan: logTcp })
		expect(await findLeases(scene.stateDir)).toMatchObject([
			{ alive: true, changes: [{ state: 'in-force' }] },
		])
		await client.send({ do: 'close' })
		await scene.end()
	})

	test.concurrent('P11 P16 a record of an earlier boot is removed, and nothing is undone', async () => {
		const scene = await createScene('boot')
		const { journal } = await leftover(scene)
		writeFileSync(
			journal,
			readFileSync(journal, 'utf8').replaceAll(/"boot":"[^"]*"/g, '"boot":"another-boot"'),
		)
		expect(await findLeases(scene.stateDir)).toMatchObject([{ earlierBoot: true, changes: [] }])
		const { code, stdout } = await scene.revert('--all')
		expect(stdout).toContain('from before the last boot')
		expect(code).toBe(0)
		expect(scene.read(LOG_INVALID)).toBe('6')
		await scene.end({ left: { [LOG_INVALID]: '6' } })
	})

	test.concurrent('P16 P11 the next start removes a record of an earlier boot', async () => {
		const scene = await createScene('boot2')
		const { journal } = await leftover(scene)
		scene.write(LOG_INVALID, '0')
		writeFileSync(
			journal,
			readFileSync(journal, 'utf8').replaceAll(/"boot":"[^"]*"/g, '"boot":"another-boot"'),
		)
		const client = await scene.client()
		expect(await client.send({ do: 'apply', plan: logTcp })).toMatchObject({ ok: true })
		await client.send({ do: 'close' })
		await scene.end()
	})

	test.concurrent('P16 a torn last line is reported, and the rest is undone', async () => {
		const scene = await createScene('torn')
		const { journal } = await leftover(scene)
		writeFileSync(journal, `${readFileSync(journal, 'utf8')}\n{"v":1,"boot":"x","at":5,"wa`)
		expect(await findLeases(scene.stateDir)).toMatchObject([
			{ problem: expect.stringContaining('torn'), changes: [{ state: 'in-force' }] },
		])
		expect(await scene.revert('--all')).toMatchObject({ code: 0 })
		await scene.end()
	})

	test.concurrent.each<[string, (scene: Scene, id: string, journal: string) => void, string]>([
		[
			'of another version',
			(_, __, journal) => writeFileSync(journal, readFileSync(journal, 'utf8').replaceAll('"v":1', '"v":9')),
			'another version of ctscope',
		],
		[
			'garbage',
			(_, __, journal) => writeFileSync(journal, '\u0000\u001b[2Jnonsense'),
			'nothing in its journal can be read',
		],
		[
			'open to others',
			(scene, id) => chmodSync(join(scene.stateDir, 'leases', id), 0o777),
			'open to others (mode 777',
		],
		[
			'a link to elsewhere',
			(scene, id, journal) => {
				renameSync(journal, join(scene.stateDir, 'elsewhere'))
				symlinkSync(join(scene.stateDir, 'elsewhere'), journal)
				void id
			},
			'cannot be read: too many symbolic links (ELOOP)',
		],
	])('P16 a journal that is %s: found, said, not acted on, never thrown', async (_, spoil, words) => {
		const scene = await createScene('spoilt')
		const { id, journal } = await leftover(scene)
		spoil(scene, id, journal)
		expect(await findLeases(scene.stateDir)).toMatchObject([
			{ leaseId: id, problem: expect.stringContaining(words) },
		])
		const { code, stdout } = await scene.revert('--all')
		expect(stdout).toContain(words)
		expect(stdout).not.toContain('\u001b')
		expect(code).toBe(4)
		expect(scene.read(LOG_INVALID)).toBe('6')
		rmSync(join(scene.stateDir, 'leases', id), { recursive: true })
		rmSync(join(scene.stateDir, 'knobs'), { recursive: true })
		await scene.end({ left: { [LOG_INVALID]: '6' } })
	})

	test.concurrent('P16 a state directory that belongs to others is reported', async () => {
		const scene = await createScene('foreign')
		mkdirSync(join(scene.stateDir, 'leases'))
		chmodSync(scene.stateDir, 0o755)
		expect(await findLeases(scene.stateDir)).toMatchObject([
			{ leaseId: '', problem: expect.stringContaining('must be 700') },
		])
		expect(await scene.revert('--all')).toMatchObject({ code: 2 })
		await scene.end()
	})

	test.concurrent('the guard undoes at once when its directory is removed', async () => {
		const scene = await createScene('wiped')
		const client = await scene.client()
		await client.send({ do: 'apply', plan: logTcp })
		scene.guardPid()
		rmSync(join(scene.stateDir, 'leases'), { recursive: true })
		expect(await client.view(({ phase }) => phase === 'closed')).toMatchObject({
			why: 'its record was removed',
		})
		expect(scene.read(LOG_INVALID)).toBe('0')
		rmSync(join(scene.stateDir, 'knobs'), { recursive: true })
		await scene.end()
	})
})
