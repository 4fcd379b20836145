import { execFile } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { knobById } from '../../src/changes/knobs.ts'
import { planToLog, reverse } from '../../src/changes/plan.ts'
import { ladder, ladderSays } from '../../src/investigation/ladder/ladder.ts'
import { parseKmsgRecord } from '../../src/kernel/log/kmsg-record.ts'
import type { Plan } from '../../src/model/change.ts'
import type { Settings } from '../../src/model/settings.ts'
import { createLab, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { pause } from '../harness/until.ts'

const run = promisify(execFile)
const OBSERVE = join(import.meta.dirname, '../harness/kernel/observe.ts')
const ALL_NETNS = '/proc/sys/net/netfilter/nf_log_all_netns'

describe.skipIf(skipWithoutLab())('the ladder names what is in the way, and its fix clears it', () => {
	let lab: Lab
	let log: number
	let allNetns: string

	beforeAll(async () => {
		lab = await createLab('rung')
		log = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK)
		allNetns = readFileSync(ALL_NETNS, 'utf8')
	})
	afterAll(async () => {
		writeFileSync(ALL_NETNS, allNetns)
		closeSync(log)
		await lab.dispose()
	})

	const settings = async (): Promise<Settings> => {
		const command = ['netns', 'exec', lab.netns, process.execPath, OBSERVE, 'settings']
		const { stdout } = await run('ip', command)
		return JSON.parse(stdout).value
	}

	const climb = (found: Settings) =>
		ladder({
			kernel: '',
			netns: { inode: 1, name: lab.netns, initial: false },
			settings: found,
			logFailure: undefined,
			lost: 0,
			packetLines: 0,
			totals: { invalid: 1 },
		})

	/** As the guard would, one by one in order. */
	const write = async ({ changes }: Plan) => {
		for (const { knob, to } of changes) {
			const found = knobById(knob)
			if (found?.scope === 'initial-netns') writeFileSync(found.path, `${to}\n`)
			else await lab.write(found?.path.slice('/proc/sys/'.length) ?? '', to)
		}
	}

	const linesOf = async (): Promise<number> => {
		drain(log)
		await lab.sendBad({ kind: 'syn-fin', count: 5 })
		await pause(300)
		return drain(log).filter((text) => text.includes(`SRC=${lab.peerAddress} `)).length
	}

	test('nf_log.2 is NONE: the fix binds it, lines come, and the undo unbinds it', async () => {
		await lab.write('net/netfilter/nf_conntrack_log_invalid', '255')
		await lab.write('net/netfilter/nf_log/2', 'NONE')
		writeFileSync(ALL_NETNS, '1\n')
		const before = await settings()
		const stops = climb({ ...before, values: { ...before.values, nf_log_all_netns: '1' } }).filter(
			({ ok }) => !ok,
		)
		expect(stops).toEqual([
			expect.objectContaining({
				id: 'logger-ipv4',
				because: 'nf_log/2 is NONE: IPv4 lines are discarded, though nf_log_ipv4 could be bound',
				next: 'bind nf_log_ipv4',
				fix: 'log-why',
			}),
		])
		expect(ladderSays(stops).sentence).toMatch(/nf_log\/2 is NONE: IPv4 lines are discarded/)
		expect(await linesOf()).toBe(0)

		const { plan, blockers } = planToLog({ settings: before, netns: { initial: false }, protocol: 255 })
		expect(blockers).toEqual([])
		expect(plan.changes).toContainEqual({ knob: 'nf_log.2', from: 'NONE', to: 'nf_log_ipv4' })
		await write(plan)
		let seen = 0
		// Another test may have set nf_log_all_netns back in between.
		for (let attempt = 0; attempt < 5 && seen === 0; attempt++) {
			writeFileSync(ALL_NETNS, '1\n')
			seen = await linesOf()
		}
		expect(seen).toBe(5)
		const after = await settings()
		expect(
			climb({ ...after, values: { ...after.values, nf_log_all_netns: '1' } }).filter(({ ok }) => !ok),
		).toEqual([])

		await write(reverse(plan))
		expect((await settings()).values['nf_log.2']).toBe('NONE')
		expect(await linesOf()).toBe(0)
	})

	test('nf_log.2 is nfnetlink_log and nobody reads', async () => {
		if (!(await settings()).loggers.some(({ available }) => available.includes('nfnetlink_log'))) return
		await lab.write('net/netfilter/nf_conntrack_log_invalid', '255')
		await lab.write('net/netfilter/nf_log/2', 'nfnetlink_log')
		writeFileSync(ALL_NETNS, '1\n')
		expect(await linesOf()).toBe(0)
		const rung = climb(await settings()).find(({ id }) => id === 'logger-ipv4')
		expect(rung).toMatchObject({ ok: false, fix: 'log-why' })
		expect(rung?.because).toMatch(/NFLOG group 0, which nobody reads: they are lost/)
		await lab.write('net/netfilter/nf_log/2', 'nf_log_ipv4')
	})

	test('log_invalid 41, as documents say, prints nothing', async () => {
		await lab.write('net/netfilter/nf_conntrack_log_invalid', '41')
		writeFileSync(ALL_NETNS, '1\n')
		drain(log)
		await lab.sendBad({ kind: 'redirect-6', count: 5 })
		await pause(300)
		expect(drain(log).filter((text) => text.startsWith('nf_ct_proto_58: '))).toEqual([])
		const rung = climb(await settings()).find(({ id }) => id === 'log-invalid')
		expect(rung).toMatchObject({ ok: false, fix: 'log_invalid' })
		expect(rung?.because).toMatch(/ICMPv6 is 58/)
	})
})

/** Texts of all records that wait. */
function drain(log: number): string[] {
	const texts: string[] = []
	const buffer = Buffer.alloc(8192)
	for (;;) {
		try {
			const length = readSync(log, buffer)
			const record = parseKmsgRecord(buffer.subarray(0, length))
			if (record !== undefined) texts.push(record.text)
		} catch (error) {
			// EPIPE: the ring went past us; the next read is the oldest record.
			if ((error as NodeJS.ErrnoException).code !== 'EPIPE') return texts
		}
	}
}
