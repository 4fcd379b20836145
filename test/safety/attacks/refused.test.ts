import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tapOf } from '../../../src/changes/tap/tap.ts'
import { tapText } from '../../../src/changes/tap/tap-text.ts'
import type { Plan } from '../../../src/model/change.ts'
import { guardBundle } from '../../harness/guard/build-guard.ts'
import { rawGuard } from '../../harness/guard/raw-guard.ts'
import { inject, refuse } from '../../harness/guard/refuse.ts'
import {
	createScene,
	LOG_INVALID,
	logTcp,
	type Scene,
	skipWithoutKernel,
	three,
} from '../../harness/guard/scene.ts'
import { PROMISED_MS, undone } from '../../harness/guard/undone.ts'
import { until } from '../../harness/until.ts'

/** A table, and settings that are files. */
const withTable: Plan = {
	purpose: 'test',
	changes: [
		{
			knob: 'table:ctscope',
			from: 'absent',
			to: tapText(tapOf({ kind: 'tap', hooks: ['input'], states: ['invalid'] })),
		},
		...three.changes,
	],
}

const noLimit = (pid: number) => execFileSync('prlimit', ['--pid', String(pid), '--nofile=3:3'])
const ruleset = (scene: Scene) =>
	execFileSync('nsenter', [`--net=${scene.path}`, '--', 'nft', 'list', 'ruleset'], { encoding: 'utf8' })

/** Inside of the mounts of a program. */
const mountsOf = (pid: number, script: string, ...args: readonly string[]) =>
	execFileSync('nsenter', ['-m', '-t', String(pid), 'sh', '-ec', script, ...args])

describe.skipIf(skipWithoutKernel())('the kernel starts to refuse the guard', () => {
	test.concurrent('P4 the guard can open no file and the program is killed: changes are undone', async () => {
		const scene = await createScene('emfile')
		const client = await scene.client()
		expect(await client.send({ do: 'apply', plan: withTable })).toMatchObject({ ok: true })
		noLimit(scene.guardPid())
		client.signal('SIGKILL')
		undone(await until(() => scene.read(LOG_INVALID) === '0', 'the undo of files'))
		undone(await until(() => ruleset(scene) === '', 'the undo of the table'))
		await until(() => scene.claims().length === 0, 'the end of the lease')
		await scene.end()
	})

	test.concurrent('P6 the guard can open no file: changes are undone at the deadline', async () => {
		const scene = await createScene('emfiledue')
		const guard = await rawGuard(scene, { ttlMs: 5_000 })
		await guard.channel.ask({ op: 'apply', plan: three })
		const deadline = scene.leases()[0]?.deadline ?? 0
		noLimit(guard.child.pid ?? 0)
		await until(() => scene.read(LOG_INVALID) === '0', 'the undo')
		expect(Number(process.hrtime.bigint()) / 1e6 - deadline).toBeLessThan(PROMISED_MS)
		await guard.ended
		await scene.end()
	})

	test.concurrent('P4 neither guard nor program can open a file: U still undoes', async () => {
		const scene = await createScene('emfileboth')
		const client = await scene.client()
		await client.send({ do: 'apply', plan: three })
		for (const pid of [scene.guardPid(), client.pid]) noLimit(pid)
		expect(await client.send({ do: 'undo', which: 'all' })).toMatchObject({ ok: true })
		expect(scene.read(LOG_INVALID)).toBe('0')
		await scene.end()
	})

	test.concurrent('P4 settings are remounted read-only and the program is killed: changes are undone', async () => {
		const scene = await createScene('rosys')
		const client = await scene.client({ ownMounts: true })
		await client.send({ do: 'apply', plan: three })
		mountsOf(
			client.pid,
			'mount --bind /proc/sys /proc/sys; mount -o remount,ro,bind /proc/sys; if (: > "$0") 2>&-; then exit 1; fi',
			LOG_INVALID,
		)
		client.signal('SIGKILL')
		undone(await until(() => scene.read(LOG_INVALID) === '0', 'the undo'))
		await scene.end()
	})

	test.concurrent('P4 P16 records are remounted read-only: changes are undone, and nothing is reported in force later', async () => {
		const scene = await createScene('rorun')
		const client = await scene.client({ ownMounts: true })
		await client.send({ do: 'apply', plan: three })
		const guard = scene.guardPid()
		mountsOf(client.pid, 'mount --bind "$0" "$0"; mount -o remount,ro,bind "$0"', scene.stateDir)
		client.signal('SIGKILL')
		undone(await until(() => scene.read(LOG_INVALID) === '0', 'the undo'))
		await until(() => !existsSync(`/proc/${guard}`), 'the guard to end')
		expect(await scene.revert('--all')).toMatchObject({ code: 0 })
		await scene.end()
	})

	test.concurrent('P4 the guard can start no process: table and settings are undone', async () => {
		const scene = await createScene('eagain')
		const client = await scene.client()
		await client.send({ do: 'apply', plan: withTable })
		await refuse(scene, scene.guardPid(), inject('clone,clone3,fork,vfork:error=EAGAIN'))
		client.signal('SIGKILL')
		await until(() => scene.read(LOG_INVALID) === '0' && ruleset(scene) === '', 'the undo')
		await scene.end()
	})

	test.concurrent('P4 the guard can kill no process: table and settings are undone', async () => {
		const scene = await createScene('nokill')
		const client = await scene.client()
		await client.send({ do: 'apply', plan: withTable })
		await refuse(scene, scene.guardPid(), inject('kill,tgkill,pidfd_send_signal:error=EPERM'))
		client.signal('SIGKILL')
		await until(() => scene.read(LOG_INVALID) === '0' && ruleset(scene) === '', 'the undo')
		await scene.end()
	})

	test.concurrent('P4 P15 the guard can write no setting: another process undoes it, and the program says so', async () => {
		const scene = await createScene('eio')
		const client = await scene.client()
		await client.send({ do: 'apply', plan: three })
		await refuse(scene, scene.guardPid(), [...inject('pwrite64:error=EIO'), '-P', LOG_INVALID])
		expect(await client.send({ do: 'close' })).toMatchObject({
			ok: true,
			value: { phase: 'closed', outcome: 'clean', why: 'the guard was refused an undo' },
		})
		expect(scene.read(LOG_INVALID)).toBe('0')
		await scene.end()
	})

	test.concurrent('P7 someone flushes all rules: our table stays until its undo, and their rules do not come back', async () => {
		const scene = await createScene('flush')
		const inside = (argv: readonly string[], input?: string) =>
			execFileSync('nsenter', [`--net=${scene.path}`, '--', ...argv], {
				encoding: 'utf8',
				stdio: ['pipe', 'pipe', 'ignore'],
				...(input === undefined ? {} : { input }),
			})
		inside(['nft', 'add', 'table', 'inet', 'theirs'])
		const client = await scene.client()
		await client.send({ do: 'apply', plan: withTable })
		inside(['nft', 'flush', 'ruleset'])
		expect(ruleset(scene)).toContain('table inet ctscope')
		expect(ruleset(scene)).not.toContain('theirs')
		inside(['iptables-restore'], '*filter\n:INPUT ACCEPT\n-A INPUT -m conntrack --ctstate INVALID\nCOMMIT\n')
		expect(await client.send({ do: 'close' })).toMatchObject({ value: { outcome: 'clean' } })
		expect(ruleset(scene)).not.toContain('ctscope')
		expect(ruleset(scene)).toContain('table ip filter')
		await scene.end()
	})

	test.concurrent('P10 P16 the recorded PID of a tool was reused: the other process survives', async () => {
		const scene = await createScene('pidreuse')
		const guard = await rawGuard(scene)
		await guard.channel.ask({ op: 'apply', plan: logTcp })
		guard.child.kill('SIGKILL')
		await guard.ended
		// In a pid namespace the next number can be chosen: a process gets one that was recorded, and is another one.
		const journal = join(scene.stateDir, 'leases', guard.leaseId, 'journal.jsonl')
		const script = `
			sleep 1000 & tool=$!
			start=$(cut -d' ' -f22 /proc/$tool/stat)
			printf '\\n%s\\n' "$(grep -m1 '"type":"intent"' "$1" | sed 's/"entry":.*/"entry":{"type":"hand","seq":1,"pid":'$tool',"pidStart":"'$start'"}}/')" >> "$1"
			mkdir -p -m 700 "$2/readers"; : > "$2/readers/$tool-$start"
			kill -9 $tool; wait $tool 2>/dev/null || true
			sleep 0.05
			echo $((tool - 1)) > /proc/sys/kernel/ns_last_pid
			sleep 1000 & other=$!
			[ $other = $tool ] || exit 9
			"$3" "$4" revert --state-dir "$2" --all || exit $?
			kill -0 $other || exit 8
			kill -9 $other`
		execFileSync(
			'unshare',
			[
				...['--pid', '--fork', '--kill-child', '--mount-proc', 'bash', '-uc', script, 'bash'],
				...[journal, scene.stateDir, process.execPath, await guardBundle()],
			],
			{ stdio: 'ignore' },
		)
		expect(scene.read(LOG_INVALID)).toBe('0')
		await scene.end()
	})
})
