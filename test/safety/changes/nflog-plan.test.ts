import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { planToLog } from '../../../src/changes/plan.ts'
import { parseNfLog } from '../../../src/kernel/nflog/nf-log.ts'
import { parseNfnetlinkLog } from '../../../src/kernel/nflog/nfnetlink-log.ts'
import type { Settings } from '../../../src/model/settings.ts'
import {
	createScene,
	isRunning,
	LOG_INVALID,
	type Scene,
	skipWithoutKernel,
} from '../../harness/guard/scene.ts'
import { until } from '../../harness/until.ts'

const LOGGER_4 = '/proc/sys/net/netfilter/nf_log/2'
const LOGGER_6 = '/proc/sys/net/netfilter/nf_log/10'
const LISTENERS = '/proc/net/netfilter/nfnetlink_log'
const TCPDUMP = '/usr/bin/tcpdump'

const without = skipWithoutKernel() || !existsSync(TCPDUMP) || !existsSync(LISTENERS)

describe.skipIf(without)('P2 P3 a reader of NFLOG leaves no logger bound', () => {
	/** As the namespace is now; what is not asked for here is left out. */
	const settings = (scene: Scene): Pick<Settings, 'values' | 'readOnly' | 'loggers' | 'listeners'> => ({
		values: {
			log_invalid: scene.read(LOG_INVALID),
			'nf_log.2': scene.read(LOGGER_4),
			'nf_log.10': scene.read(LOGGER_6),
		},
		readOnly: {},
		// Not by scene.read, which cuts the first blank.
		loggers: parseNfLog(inside(scene, 'cat', '/proc/net/netfilter/nf_log')),
		listeners: parseNfnetlinkLog(scene.read(LISTENERS)),
	})
	const planFor = (scene: Scene) =>
		planToLog({ settings: settings(scene), netns: { initial: false }, protocol: 6, source: 'nflog' })

	const inside = (scene: Scene, ...command: string[]) =>
		execFileSync('nsenter', [`--net=${scene.path}`, '--', ...command], { encoding: 'utf8' })

	/** Binds nf_log/2 itself, as libpcap does it. The child becomes tcpdump, which ends with the tests. */
	const tcpdump = async (scene: Scene): Promise<ChildProcess> => {
		const child = spawn(
			'nsenter',
			[
				...[`--net=${scene.path}`, '--', 'setpriv', '--pdeathsig', 'KILL', TCPDUMP],
				...['-Z', 'root', '-U', '-i', 'nflog:0', '-w', '/dev/null'],
			],
			{ stdio: 'ignore' },
		)
		if (child.pid !== undefined) scene.adopt(child.pid)
		await until(
			() => parseNfnetlinkLog(scene.read(LISTENERS)).some(({ group }) => group === 0),
			'tcpdump to listen',
		)
		return child
	}

	/** By SIGKILL: libpcap forgets a SIGTERM that comes just before it waits for a packet. */
	const ended = async (scene: Scene, child: ChildProcess) => {
		child.kill('SIGKILL')
		await until(() => parseNfnetlinkLog(scene.read(LISTENERS)).length === 0, 'tcpdump to end')
	}

	test('the previous logger and NONE are restored while the reader still runs', async () => {
		const scene = await createScene('nflog')
		scene.write(LOGGER_4, 'NONE')
		const { plan, blockers } = planFor(scene)
		expect(blockers).toEqual([])
		expect(plan.changes.map(({ knob, from, to }) => `${knob} ${from} ${to}`)).toEqual([
			'nf_log.2 NONE nfnetlink_log',
			'nf_log.10 nf_log_ipv6 nfnetlink_log',
			'log_invalid 0 6',
		])
		const client = await scene.client()
		expect(await client.send({ do: 'apply', plan })).toMatchObject({ ok: true })
		const reader = await tcpdump(scene)
		expect(settings(scene).values).toEqual({
			log_invalid: '6',
			'nf_log.2': 'nfnetlink_log',
			'nf_log.10': 'nfnetlink_log',
		})
		const portid = settings(scene).listeners?.[0]?.portid
		// What the reader does to nf_log/2 is no change of someone else.
		expect(await client.send({ do: 'view' })).toMatchObject({
			value: { changes: [{ state: 'in-force' }, { state: 'in-force' }, { state: 'in-force' }] },
		})
		// A second session is told who reads; ours, with its reader running, has nothing to change.
		expect(planFor(scene).blockers.join()).toContain(`pid ${portid} already reads NFLOG group 0`)
		const ours = planToLog({
			...{ settings: settings(scene), netns: { initial: false }, protocol: 6, source: 'nflog' },
			ourPortid: portid,
		})
		expect(ours).toMatchObject({ plan: { changes: [] }, blockers: [] })
		expect(await client.send({ do: 'close' })).toMatchObject({ value: { outcome: 'clean' } })
		expect(settings(scene).values).toEqual({
			log_invalid: '0',
			'nf_log.2': 'NONE',
			'nf_log.10': 'nf_log_ipv6',
		})
		await ended(scene, reader)
		expect(scene.read(LOGGER_4)).toBe('NONE')
		await scene.end({ left: { [LOGGER_4]: 'NONE' } })
	})

	test('loggers are restored when the session is killed', async () => {
		const scene = await createScene('nflogkill')
		const { plan } = planFor(scene)
		const client = await scene.client()
		await client.send({ do: 'apply', plan })
		const reader = await tcpdump(scene)
		const guard = scene.guardPid()
		client.signal('SIGKILL')
		await until(() => !isRunning(guard), 'the guard to end')
		expect(settings(scene).values).toEqual({
			log_invalid: '0',
			'nf_log.2': 'nf_log_ipv4',
			'nf_log.10': 'nf_log_ipv6',
		})
		await ended(scene, reader)
		await scene.end()
	})

	test('the undo restores the logger after the reader ended', async () => {
		const scene = await createScene('nflogend')
		const { plan } = planFor(scene)
		const client = await scene.client()
		await client.send({ do: 'apply', plan })
		await ended(scene, await tcpdump(scene))
		expect(scene.read(LOGGER_4)).toBe('nfnetlink_log')
		expect(await client.send({ do: 'undo', which: 'all' })).toMatchObject({ ok: true })
		expect(scene.read(LOGGER_4)).toBe('nf_log_ipv4')
		await client.send({ do: 'close' })
		await scene.end()
	})
})
