import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { followLives } from '../../src/host/trace/lives-follower.ts'
import { probeWays } from '../../src/kernel/probes/probe-ways.ts'
import type { LivesAt } from '../../src/ports/observer.ts'
import type { Failure } from '../../src/words/failure.ts'
import { FakeClock } from '../harness/fake/clock.ts'
import { tempFolder } from '../harness/folders.ts'
import { btfOf, type Captured, eventText, fixture, OPTIONS } from '../kernel/probes/material.ts'

const GROUP = 'ctscope_0a0b0c0d'
const HERE = 4_026_531_840
const ASKED = { set: 'lists', secret: OPTIONS.secret, group: GROUP } as const

const [way] = probeWays('lists', btfOf('6.1'), OPTIONS)
const layouts = new Map(way?.probes.map(({ name, layout }) => [name as string, layout]))
const { lives } = JSON.parse(fixture('trace/lists-6.1.json').toString()) as { lives: readonly Captured[] }
const PIPE = lives
	.slice(0, lives.findLastIndex(({ name }) => name !== 'free') + 1)
	.flatMap((one) => {
		const layout = layouts.get(one.name)
		return layout === undefined ? [] : [`${eventText(one, layout)}\n`]
	})
	.join('')

const STATS = 'entries: 0\noverrun: 3\ncommit overrun: 0\nbytes: 40\ndropped events: 0\nread events: 7\n'

/** An instance as files: its pipe gives what is in it once more at each look, so the tests look once. */
function follow({
	made = true,
	stats = STATS.replace('3', '0'),
	most = 20_000,
}: {
	readonly made?: boolean
	readonly stats?: string
	readonly most?: number
} = {}) {
	const folder = tempFolder('lists')
	const instance = join(folder, 'instances', GROUP)
	mkdirSync(join(instance, 'events', GROUP, ...(made ? ['made'] : [])), { recursive: true })
	mkdirSync(join(instance, 'per_cpu/cpu0'), { recursive: true })
	writeFileSync(join(instance, 'trace_pipe'), PIPE)
	writeFileSync(join(instance, 'tracing_on'), '1\n')
	writeFileSync(join(instance, 'events', GROUP, 'enable'), '1\n')
	writeFileSync(join(instance, 'per_cpu/cpu0/stats'), stats)
	const profile = (missed: number) =>
		writeFileSync(join(folder, 'kprobe_profile'), `  free   9   ${missed}\n  others   4   77\n`)
	profile(2)
	const readings: LivesAt[] = []
	const troubles: Failure[] = []
	const clock = new FakeClock()
	const followed = followLives(
		ASKED,
		HERE,
		clock,
		{ onReading: (one) => readings.push(one), onTrouble: (one) => troubles.push(one) },
		{ folder, btf: btfOf('6.1'), most },
	)
	if (!followed.ok) throw new Error('not followed')
	rmSync(join(instance, 'trace_pipe'))
	return {
		instance,
		profile,
		clock,
		troubles,
		last: () => readings.at(-1),
		stop: () => followed.value.stop(),
	}
}

test('what is held, at the latest when it ends', async () => {
	const { stop, last, troubles } = follow()
	await stop()
	expect(last()).toMatchObject({ unconfirmed: { isKnown: true, now: 2 }, dying: { now: 1 }, lost: 0 })
	expect(troubles).toEqual([])
})

test('events that were lost at the end make doubtful what is there', async () => {
	const { stop, last } = follow({ stats: STATS })
	await stop()
	expect(last()).toMatchObject({ lost: 3, unconfirmed: { now: 0, doubtful: 2 }, dying: { doubtful: 1 } })
})

test('and so do calls that no probe has seen, but for those before', async () => {
	const { stop, last, profile } = follow()
	profile(5)
	await stop()
	expect(last()).toMatchObject({ lost: 3, unconfirmed: { now: 0, doubtful: 2 } })
})

test('without the probe that sees entries being made nothing is known of unconfirmed ones', async () => {
	const { stop, last } = follow({ made: false })
	await stop()
	expect(last()).toMatchObject({ unconfirmed: { isKnown: false }, dying: { now: 1 } })
})

test('switched off by someone: said', async () => {
	const { stop, instance, troubles } = follow()
	writeFileSync(join(instance, 'tracing_on'), '0\n')
	await stop()
	expect(troubles).toMatchObject([{ why: expect.stringMatching(/switched them off/) }])
})

test('more than can be read for a tenth of a core: said with the rate', async () => {
	const { stop, troubles } = follow({ most: 50 })
	await stop()
	expect(troubles[0]).toMatchObject({ why: expect.stringMatching(/^\d+ events a second: /) })
})

test('without tracefs there is nothing to follow', () => {
	const listener = { onReading: () => {}, onTrouble: () => {} }
	expect(
		followLives(ASKED, HERE, new FakeClock(), listener, { folder: undefined, btf: undefined }),
	).toMatchObject({ ok: false })
})
