import { describe, expect, test } from 'vitest'
import type { ConntrackCli } from '../../../src/host/conntrack/conntrack-cli.ts'
import { createLists, entryKey, type ListsKept } from '../../../src/host/conntrack/lists.ts'
import { fail, ok } from '../../../src/words/failure.ts'
import { FakeClock } from '../../harness/fake/clock.ts'

const entry = (port: number, timeout = 30) =>
	`udp      17 ${timeout} src=10.0.0.1 dst=10.0.0.2 sport=${port} dport=53 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=53 dport=${port} mark=0 use=${1 + (timeout % 3)}`

function lists(known: ListsKept) {
	const clock = new FakeClock()
	const content: Record<string, string[]> = { 'unconfirmed ipv4': [], 'dying ipv4': [] }
	const asked: string[] = []
	const cli: ConntrackCli = {
		count: async () => ok(0),
		cpuStat: async () => ok({ columns: [], cpus: [] }),
		version: async () => 'v1.4.7',
		async list([table, , family], onChunk) {
			asked.push(`${table} ${family}`)
			onChunk(Buffer.from((content[`${table} ${family}`] ?? []).map((line) => `${line}\n`).join('')))
			return ok(undefined)
		},
	}
	const read = createLists(cli, clock, async () => known)
	return {
		clock,
		content,
		asked,
		async read() {
			const result = await read()
			if (!result.ok) throw new Error('failed')
			return result.value
		},
	}
}

test.each<[ListsKept, string[], 'yes' | 'no' | 'unknown', 'yes' | 'no' | 'unknown']>([
	['per-cpu', [], 'yes', 'yes'],
	['redelivery', [], 'no', 'yes'],
	['unknown', [], 'unknown', 'unknown'],
	['unknown', [entry(1)], 'yes', 'yes'],
])('%s with %j: unconfirmed %s, dying %s', async (known, lines, unconfirmed, dying) => {
	const one = lists(known)
	one.content['unconfirmed ipv4'] = lines
	one.content['dying ipv4'] = lines
	const value = await one.read()
	expect(value.unconfirmed.kept).toBe(unconfirmed)
	expect(value.dying.kept).toBe(dying)
	expect(value.unconfirmed.meaning).not.toBe('')
})

test('a missing list is not asked for', async () => {
	const one = lists('redelivery')
	await one.read()
	expect(one.asked).toEqual(['dying ipv4', 'dying ipv6'])
})

test('what is not known while conntrack is not loaded is asked again', async () => {
	const known: ListsKept[] = ['unknown', 'redelivery']
	let loaded = false
	const cli = {
		list: async () => (loaded ? ok(undefined) : fail({ kind: 'unsupported', what: 'x', why: 'not loaded' })),
	} as unknown as ConntrackCli
	const read = createLists(cli, new FakeClock(), async () => known.shift() ?? 'per-cpu')
	expect((await read()).ok).toBe(false)
	loaded = true
	expect(await read()).toMatchObject({ ok: true, value: { unconfirmed: { kept: 'no' } } })
	expect(await read()).toMatchObject({ ok: true, value: { unconfirmed: { kept: 'no' } } })
})

describe('entries that stay', () => {
	test('are known by their tuples and keep the time they were first seen', async () => {
		const one = lists('per-cpu')
		one.content['unconfirmed ipv4'] = [entry(1), entry(2)]
		const first = await one.read()
		const seen = first.at
		one.clock.advanceAtOnce(5_000)
		one.content['unconfirmed ipv4'] = [entry(2, 12), entry(3)]
		const second = await one.read()
		expect(second.unconfirmed.size).toBe(2)
		expect(second.unconfirmed.staying).toEqual([{ text: entry(2, 12), since: seen }])
		one.clock.advanceAtOnce(5_000)
		const third = await one.read()
		expect(third.unconfirmed.staying.map(({ since }) => since)).toEqual([seen, seen + 5_000])
	})

	test('an entry listed for both families counts once', async () => {
		const one = lists('per-cpu')
		one.content['dying ipv4'] = [entry(1)]
		one.content['dying ipv6'] = [entry(1)]
		expect((await one.read()).dying.size).toBe(1)
	})

	test('a hundred thousand entries are counted, not kept', async () => {
		const one = lists('per-cpu')
		one.content['dying ipv4'] = Array.from({ length: 100_000 }, (_, port) => entry(port))
		await one.read()
		const { dying } = await one.read()
		expect(dying.size).toBe(100_000)
		expect(dying.staying).toHaveLength(50)
	})

	test('escape sequences do not come through', async () => {
		const one = lists('per-cpu')
		one.content['dying ipv4'] = ['\x1b]0;owned\x07 src=1']
		await one.read()
		const { dying } = await one.read()
		expect(dying.staying[0]?.text).not.toMatch(/\p{Cc}/u)
	})
})

test.each([
	['the timeout', entry(1, 5), entry(1, 29), true],
	['the port', entry(1), entry(2), false],
	['no tuple', 'garbage', 'other garbage', false],
])('entries that differ in %s', (_name, a, b, same) => {
	expect(entryKey(a) === entryKey(b)).toBe(same)
})
