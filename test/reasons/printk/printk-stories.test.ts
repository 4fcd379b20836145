import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createControlReader, siteIds } from '../../../src/kernel/dyndbg/dyndbg-control.ts'
import { createPrintkReader } from '../../../src/kernel/dyndbg/dyndbg-line.ts'
import { parseKmsgRecord } from '../../../src/kernel/log/kmsg-record.ts'
import { type EntryStory, NO_STORIES, withLine } from '../../../src/reasons/printk/printk-stories.ts'

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')

const reader = createControlReader()
reader.push(fixture('dyndbg-control-6.1.txt'))
const read = createPrintkReader(siteIds(reader.end().map((site) => ({ ...site, flags: 'p' }))))

/** Records as they came, between two marks. */
function between(from: string, to: string) {
	const lines = fixture('dyndbg-kmsg-6.1.txt').split('\n')
	const first = lines.findIndex((line) => line.endsWith(`MARK ${from}`))
	const last = lines.findIndex((line, at) => at > first && line.endsWith(to))
	return lines.slice(first + 1, last).flatMap((line) => parseKmsgRecord(line) ?? [])
}

const storiesOf = (records: readonly { text: string; at: number }[]) =>
	records.reduce((stories, { text, at }) => {
		const line = read(text)
		return line === undefined ? stories : withLine(stories, line, at)
	}, NO_STORIES)

const told = ({ lines }: EntryStory) => lines.map(({ line }) => line.text)

describe('the story of one entry', () => {
	test('a FIN without an entry', () => {
		const [story, ...others] = storiesOf(between('tcp-fin', 'MARK tcp-ack-loose'))
		expect(others).toEqual([])
		if (story === undefined) throw new Error('no story')
		expect(told(story)).toEqual([
			`nf_conntrack: new packet for ${story.pointer}`,
			'nf_ct_tcp: invalid new deleting.',
			"nf_conntrack: nf_conntrack_in: Can't track with proto module",
			`nf_conntrack: nf_ct_destroy(${story.pointer})`,
			`nf_conntrack: nf_ct_destroy: returning ct=${story.pointer} to slab`,
		])
		expect(story.ended).toBe(true)
		expect(story.lines.map(({ named }) => named)).toEqual([true, false, false, true, true])
	})

	test('an address that is used again is another entry', () => {
		const stories = storiesOf(between('sctp-data', 'MARK sctp-init-vtag'))
		expect(stories).toHaveLength(2)
		expect(stories[0]?.pointer).toBe(stories[1]?.pointer)
		expect(stories.every(({ ended }) => ended)).toBe(true)
	})

	test('a connection from its SYN on', () => {
		const [story] = storiesOf(between('tcp', 'MARK icmp-9'))
		if (story === undefined) throw new Error('no story')
		expect(told(story).slice(0, 3)).toEqual([
			`nf_conntrack: new packet for ${story.pointer}`,
			'tcp_conntracks: syn=1 ack=0 fin=0 rst=0 old=0 new=1',
			`nf_conntrack: Confirming conntrack ${story.pointer}`,
		])
		expect(story).toMatchObject({ ended: false, cut: 0 })
	})

	test("what names no entry and follows none is nobody's", () => {
		expect(storiesOf([{ text: 'nf_ct_tcp: invalid new deleting.', at: 5 }])).toEqual([])
		const late = storiesOf([
			{ text: 'nf_conntrack: new packet for 00000000000000aa', at: 5 },
			{ text: 'nf_ct_tcp: invalid new deleting.', at: 5_000 },
		])
		expect(late[0]?.lines).toHaveLength(1)
	})

	test('long ones keep their beginning and their end, and there are not too many', () => {
		const packet = (entry: number, at: number) => ({
			text: `nf_conntrack: normal packet for ${entry.toString(16).padStart(16, '0')}`,
			at,
		})
		const [story] = storiesOf(Array.from({ length: 60 }, (_, at) => packet(1, at)))
		expect(story?.lines.map(({ at }) => at)).toEqual([
			...Array.from({ length: 10 }, (_, at) => at),
			...Array.from({ length: 30 }, (_, at) => at + 30),
		])
		expect(story?.cut).toBe(20)
		expect(storiesOf(Array.from({ length: 300 }, (_, at) => packet(at, at)))).toHaveLength(100)
	})
})
