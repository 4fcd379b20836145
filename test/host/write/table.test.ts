import { describe, expect, test } from 'vitest'
import { TABLES } from '../../../src/changes/kinds/table.ts'
import { knobById } from '../../../src/changes/knobs.ts'
import type { Ran } from '../../../src/host/process/hand.ts'
import { createTables, type TableHost } from '../../../src/host/write/nft-table.ts'
import type { Knob } from '../../../src/model/knob.ts'

const HAND = { pid: 4711, pidStart: '1' }

const knob = (): Knob => {
	const found = knobById(`table:${TABLES[0]}`)
	if (found === undefined) throw new Error('no such knob')
	return found
}

/** An nft that takes as long as a test says. */
function host(answer: () => Ran, tookMs = 5) {
	let now = 0
	let runs = 0
	const killed: number[] = []
	const it: TableHost = {
		tools: { find: (name: string) => `/usr/sbin/${name}`, env: {} } as unknown as TableHost['tools'],
		run() {
			runs += 1
			now += tookMs
			return answer()
		},
		keep: () => undefined,
		anyAlive: (hands) => hands.length > 0,
		killAll: (hands) => killed.push(...hands.map(({ pid }) => pid)),
		isThere: () => true,
		sleep(ms) {
			now += ms
		},
		now: () => now,
	}
	return { tables: createTables(it), runs: () => runs, killed, now: () => now }
}

const absent: Ran = { status: 1, stdout: '', stderr: 'Error: No such file or directory' }
const hung: Ran = { status: null, stdout: '', stderr: '' }

describe('a table of ours', () => {
	test('that may still come is not said to be away, and a look at it ends nobody', () => {
		const { tables, killed } = host(() => absent)
		expect(tables.read(knob(), [HAND])).toEqual({ kind: 'unreadable', code: 'EAGAIN' })
		expect(killed).toEqual([])
	})

	test('P4 a hung nft delays an undo by a few tools, not hundreds', () => {
		const { tables, now } = host(() => hung, 5_000)
		expect(tables.write(knob(), 'absent', { hands: [] })).toMatchObject({ ok: false, code: 'ETIMEDOUT' })
		expect(now()).toBeLessThan(30_000)
	})
})
