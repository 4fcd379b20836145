import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createScene, LOG_INVALID, logTcp, type Scene, skipWithoutKernel } from '../../harness/guard/scene.ts'
import { pause, until } from '../../harness/until.ts'

/**
 * Stands for systemd: writes down how it was called, and then does what PID 1 would do: runs a service apart from its
 * caller, in the namespace that was asked for; runs a timer's command after its time, unless it was stopped.
 */
const SYSTEMD_RUN = `#!/bin/bash
dir=$(dirname "$0"); echo "run $*" >> "$dir/calls"
net=; after=; unit=; wait=
while [ "$1" != -- ]; do
	case $1 in
		--unit=*) unit=\${1#--unit=};;
		--on-active=*) after=\${1#--on-active=}; after=\${after%s};;
		--wait) wait=1;;
		NetworkNamespacePath=*) net=\${1#NetworkNamespacePath=};;
	esac
	shift
done
shift
[ -n "$wait" ] && exec nsenter --net=/proc/2/ns/net "$@"
[ -n "$after" ] && { (sleep "$after" & echo $! > "$dir/$unit.pid"; wait $! && exec nsenter --net=/proc/2/ns/net "$@") </dev/null >/dev/null 2>&1 & exit 0; }
setsid nsenter --net="\${net:-/proc/2/ns/net}" "$@" </dev/null >/dev/null 2>&1 &
exit 0
`
const SYSTEMCTL = `#!/bin/bash
dir=$(dirname "$0"); echo "systemctl $*" >> "$dir/calls"
unit=\${@: -1}; kill "$(cat "$dir/\${unit%.timer}.pid")"
`

function fakeSystemd(scene: Scene, run = SYSTEMD_RUN) {
	const folder = join(scene.stateDir, 'bin')
	mkdirSync(folder)
	for (const [name, script] of [
		['systemd-run', run],
		['systemctl', SYSTEMCTL],
	] as const) {
		writeFileSync(join(folder, name), script)
		chmodSync(join(folder, name), 0o755)
	}
	return {
		folder,
		/** The sleeping process behind the last timer. */
		timerPid: () => {
			const name = readdirSync(folder).findLast((one) => one.endsWith('.pid')) ?? ''
			return Number(readFileSync(join(folder, name), 'utf8'))
		},
		/** The verb and the unit of each call, in order. */
		calls: () =>
			readFileSync(join(folder, 'calls'), 'utf8')
				.trim()
				.split('\n')
				.map(
					(line) =>
						`${line.split(' ')[0]} ${/ctscope-(?:guard|check|lease)-[A-Z0-9]+(?:-r\d)?/.exec(line)?.[0].replace(/-[A-Z0-9]{5}/, '')}`,
				),
	}
}

/** Long enough for a busy machine to be asked before it is over. */
const TTL_MS = 15_000

describe.skipIf(skipWithoutKernel())('with systemd', () => {
	test.concurrent('P6 P12 the guard is a service proven by a dry run, and e replaces its timer', async () => {
		const scene = await createScene('service')
		const systemd = fakeSystemd(scene)
		const client = await scene.client({ systemd: systemd.folder })
		expect(await client.send({ do: 'apply', plan: logTcp })).toMatchObject({
			ok: true,
			value: { form: 'service', timer: true, changes: [{ state: 'in-force' }] },
		})
		expect(await client.send({ do: 'extend' })).toMatchObject({ ok: true, value: { timer: true } })
		expect(await client.send({ do: 'close' })).toMatchObject({
			ok: true,
			value: { phase: 'closed', timer: false },
		})
		await until(() => systemd.calls().length === 6, 'the timer to be stopped')
		expect(systemd.calls()).toEqual([
			'run ctscope-guard',
			'run ctscope-check',
			'run ctscope-lease',
			'run ctscope-lease-r2',
			'systemctl ctscope-lease',
			'systemctl ctscope-lease-r2',
		])
		expect(scene.read(LOG_INVALID)).toBe('0')
		await scene.end()
	})

	test.concurrent('P6 persisted changes outlive the program until the deadline', async () => {
		const scene = await createScene('persist')
		const systemd = fakeSystemd(scene)
		const client = await scene.client({ systemd: systemd.folder, ttlMs: TTL_MS })
		await client.send({ do: 'apply', plan: logTcp })
		expect(await client.send({ do: 'persist' })).toMatchObject({ ok: true, value: { persisted: true } })
		expect(await client.send({ do: 'close' })).toMatchObject({
			ok: true,
			value: { phase: 'holding', persisted: true },
		})
		client.signal('SIGKILL')
		await pause(300)
		expect(scene.read(LOG_INVALID)).toBe('6')
		await until(() => scene.read(LOG_INVALID) === '0', 'the deadline')
		scene.adopt(systemd.timerPid())
		await scene.end()
	})

	test.concurrent('P5 guard and program are killed: the timer undoes from the initial namespace', async () => {
		const scene = await createScene('timer')
		const systemd = fakeSystemd(scene)
		const client = await scene.client({ systemd: systemd.folder, ttlMs: TTL_MS })
		expect(await client.send({ do: 'apply', plan: logTcp })).toMatchObject({
			ok: true,
			value: { timer: true },
		})
		process.kill(scene.guardPid(), 'SIGSTOP')
		client.signal('SIGKILL')
		process.kill(scene.guardPid(), 'SIGKILL')
		await client.ended
		expect(scene.read(LOG_INVALID)).toBe('6')
		const isUndone = () => scene.read(LOG_INVALID) === '0' && scene.claims().length === 0
		await until(isUndone, 'the timer')
		await scene.end()
	})

	test.concurrent('P5 P12 systemd cannot start the guard: a child takes over, and that is reported', async () => {
		const scene = await createScene('nosystemd')
		const systemd = fakeSystemd(scene, '#!/bin/sh\nexit 1\n')
		const client = await scene.client({ systemd: systemd.folder })
		expect(await client.send({ do: 'apply', plan: logTcp })).toMatchObject({
			ok: true,
			value: { form: 'child', timer: false },
		})
		expect(await client.send({ do: 'persist' })).toMatchObject({
			ok: false,
			failure: { kind: 'unsupported' },
		})
		await client.send({ do: 'close' })
		await scene.end()
	})
})
