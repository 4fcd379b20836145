import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseBufferStats, parseDefinedEvents } from '../../../src/kernel/trace/tracefs-files.ts'
import { fixture } from '../probes/material.ts'

describe('who has defined what', () => {
	test('6.1', () => {
		const text = fixture('trace/dynamic-events-6.1').toString()
		const events = parseDefinedEvents(text)
		expect(events.map(({ kind, group, name }) => `${kind} ${group} ${name}`)).toEqual([
			'p G ct',
			'p G l4',
			'p G hl',
			'p G tcp',
			'r10 G tcp_ret',
			'p G icmp',
			'r10 G icmp_ret',
			'p G icmp6',
			'r10 G icmp6_ret',
			'p G del',
		])
		expect(`${events.map((event) => event.text).join('\n')}\n`).toBe(text)
	})

	test('6.12 has probes at the end of functions by their name', () => {
		const events = parseDefinedEvents(fixture('trace/dynamic-events-6.12').toString())
		expect(events.find(({ name }) => name === 'in')).toMatchObject({
			kind: expect.stringMatching(/^f/),
			group: 'G',
		})
	})

	test('others', () => {
		expect(
			parseDefinedEvents('s:synthetic/wakeup u64 lat\np:plain do_exit\nno event\n\n-:x/y\n'),
		).toMatchObject([
			{ kind: 's', group: 'synthetic', name: 'wakeup' },
			{ kind: 'p', group: '', name: 'plain' },
		])
	})
})

describe('losses', () => {
	const STATS =
		'entries: 37\noverrun: 75\ncommit overrun: 0\nbytes: 5960\noldest event ts:    37.032006\nnow ts:    37.343147\ndropped events: 2\nread events: 5\n'

	test('of a CPU', () => {
		expect(parseBufferStats(STATS)).toEqual({ entries: 37, overrun: 75, dropped: 2, read: 5 })
	})

	test('nothing is known where a number is missing', () => {
		expect(parseBufferStats('')).toBeUndefined()
		expect(parseBufferStats(STATS.replace('overrun: 75', 'overrun: many'))).toBeUndefined()
	})
})

test('nothing throws', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), (text) => {
			parseDefinedEvents(text)
			parseBufferStats(text)
		}),
	)
})
