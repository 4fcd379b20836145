import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createClock } from '../../src/host/clock.ts'
import { followProbes } from '../../src/host/trace/probe-follower.ts'
import { probeWays } from '../../src/kernel/probes/probe-ways.ts'
import type { LogEvent } from '../../src/model/log-event.ts'
import { tempFolder } from '../harness/folders.ts'
import { until } from '../harness/until.ts'
import { btfOf, eventText, materialOf, OPTIONS } from '../kernel/probes/material.ts'

const GROUP = 'ctscope_0a0b0c0d'
const STATS = (overrun: number) =>
	`entries: 0\noverrun: ${overrun}\ncommit overrun: 0\nbytes: 40\noldest event ts:  1.0\nnow ts:  2.0\ndropped events: 1\nread events: 7\n`

/** An instance as files: its pipe gives what is in it once more at each look, so the tests look once. */
function instanceWith(pipe: string) {
	const folder = tempFolder('instance')
	const instance = join(folder, 'instances', GROUP)
	mkdirSync(join(instance, 'events', GROUP), { recursive: true })
	mkdirSync(join(instance, 'per_cpu/cpu0'), { recursive: true })
	writeFileSync(join(instance, 'trace_pipe'), pipe)
	writeFileSync(join(instance, 'tracing_on'), '1\n')
	writeFileSync(join(instance, 'events', GROUP, 'enable'), '1\n')
	writeFileSync(join(instance, 'per_cpu/cpu0/stats'), STATS(4))
	return { folder, instance }
}

const [way] = probeWays('reasons', btfOf('6.1'), OPTIONS)
const layouts = new Map(way?.probes.map(({ name, layout }) => [name as string, layout]))
const TOLD = materialOf('6.1').told.flatMap((one) => {
	const layout = layouts.get(one.name)
	return layout === undefined ? [] : [`${eventText(one, layout)}\n`]
})

function follow(folder: string) {
	const events: LogEvent[] = []
	const asked = { set: 'reasons', secret: OPTIONS.secret, group: GROUP } as const
	const followed = followProbes(asked, createClock(), (some) => events.push(...some), {
		folder,
		btf: () => btfOf('6.1'),
	})
	if (!followed.ok) throw new Error('not followed')
	const of = (kind: LogEvent['kind']) => events.filter((event) => event.kind === kind)
	return { of, stop: () => followed.value.stop() }
}

test('each complaint with its packet, and at the end what was lost', async () => {
	const { folder, instance } = instanceWith(TOLD.join(''))
	const { of, stop } = follow(folder)
	rmSync(join(instance, 'trace_pipe'))
	expect(of('probe').length).toBeGreaterThan(0)
	expect(of('probe')[0]).toMatchObject({
		message: {
			number: 1,
			text: expect.stringMatching(/^nf_ct_proto_\d+: .* IN=/),
			family: expect.any(Number),
		},
	})
	await stop()
	expect(of('probe-lost')).toMatchObject([{ lost: 5 }])
	expect(of('ended')).toEqual([])
})

test.each([
	['switched off', (instance: string) => writeFileSync(join(instance, 'events', GROUP, 'enable'), '0\n')],
	['stopped', (instance: string) => writeFileSync(join(instance, 'tracing_on'), '0\n')],
	['removed', (instance: string) => rmSync(instance, { recursive: true })],
])('%s by someone: said at the end', async (_, does) => {
	const { folder, instance } = instanceWith('')
	const { of, stop } = follow(folder)
	does(instance)
	await stop()
	expect(of('ended')).toMatchObject([{ failure: { why: expect.stringMatching(/switched them off/) } }])
})

test('packets that come without an end do not hold the end up', async () => {
	const { folder, instance } = instanceWith('')
	const { of, stop } = follow(folder)
	// A pipe of which there is always more.
	appendFileSync(join(instance, 'trace_pipe'), TOLD.join(''))
	await until(() => of('probe').length > 0, 'the first')
	await stop()
})

test('without tracefs there is nothing to follow', () => {
	const asked = { set: 'reasons', secret: 1, group: GROUP } as const
	expect(followProbes(asked, createClock(), () => {}, { folder: undefined })).toEqual({
		ok: false,
		failure: {
			kind: 'unsupported',
			what: 'reading kernel probes',
			why: expect.stringMatching(/^tracefs is not mounted where ctscope runs, as in most containers/),
		},
	})
})

test('without the instance that was asked for there is nothing to follow either', () => {
	const asked = { set: 'reasons', secret: 1, group: 'ctscope_00000000' } as const
	const { folder } = instanceWith('')
	expect(followProbes(asked, createClock(), () => {}, { folder, btf: () => undefined })).toMatchObject({
		ok: false,
		failure: { why: expect.stringMatching(/switched them off, or removed them/) },
	})
})
