import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lifeReader } from '../../../src/kernel/lives/life-event.ts'
import { createLives } from '../../../src/kernel/lives/lives.ts'
import { createLivesStream } from '../../../src/kernel/lives/lives-stream.ts'
import { flowOfTuple } from '../../../src/kernel/probes/entry-values.ts'
import { listProbes } from '../../../src/kernel/probes/list-probes.ts'
import { definitionOf } from '../../../src/kernel/probes/probes.ts'
import { parseProbeProfile } from '../../../src/kernel/trace/tracefs-files.ts'
import {
	btfOf,
	type Captured,
	eventOf,
	eventText,
	fixture,
	KERNELS,
	OPTIONS,
	type Release,
} from '../probes/material.ts'

/**
 * Of a host of its own: two UDP packets that an NFQUEUE holds, three that a rule drops, forty that go on, a connection whose
 * third packet is held too and whose entry is deleted then, and a ping in another network namespace. Then the reader of the
 * queue is killed.
 */
type Material = { readonly lives: readonly Captured[]; readonly profile: string }

const materialOf = (release: Release): Material =>
	JSON.parse(fixture(`trace/lists-${release}.json`).toString()) as Material

const probesOf = (release: Release) =>
	new Map(listProbes(btfOf(release), OPTIONS).map((one) => [one.name as string, one]))

function pipeOf(release: Release, captured: readonly Captured[]): string {
	const probes = probesOf(release)
	return captured
		.flatMap((one) => {
			const probe = probes.get(one.name)
			return probe === undefined ? [] : [`${eventText(one, probe.layout)}\n`]
		})
		.join('')
}

const HERE = 4_026_531_840

function readingOf(release: Release, pipe: string, now = Number.POSITIVE_INFINITY) {
	const lives = createLives(0, { seesMade: true })
	const stream = createLivesStream(OPTIONS, { btf: btfOf(release), architecture: 'x64' }, lives)
	stream.feed(Buffer.from(pipe, 'latin1'))
	stream.end()
	return lives.reading(Number.isFinite(now) ? now : 1e9, HERE)
}

/** Until the reader of the queue was killed: the release of what it held comes last. */
const whileHeld = (captured: readonly Captured[]): readonly Captured[] => {
	const end = captured.findLastIndex(({ name }) => name !== 'free')
	return captured.slice(0, end + 1)
}

describe.each(KERNELS)('%s', (release) => {
	const { lives, profile } = materialOf(release)

	test('the definitions', () => {
		const texts = [...probesOf(release).values()].map((probe) => definitionOf(probe, 'G', OPTIONS))
		const net = release === '6.1' ? 144 : 136
		expect(texts).toEqual([
			expect.stringMatching(
				new RegExp(
					`^r:G/made __nf_conntrack_alloc entry=\\$retval:x64 net=\\+${net}\\(\\+\\d+\\(\\$retval\\)\\):u32 tuple=\\+32\\(\\$retval\\):x64\\[\\d\\] z=`,
				),
			),
			expect.stringMatching(/^p:G\/confirm __nf_conntrack_confirm entry=\+104\(\$arg1\):x64 z=/),
			expect.stringMatching(/^p:G\/insert nf_conntrack_hash_check_insert entry=\$arg1:x64 z=/),
			expect.stringMatching(/^p:G\/out nf_ct_delete entry=\$arg1:x64 net=.* tuple=\+32\(\$arg1\)/),
			expect.stringMatching(/^p:G\/free nf_conntrack_free entry=\$arg1:x64 net=/),
		])
	})

	test('two are held unconfirmed, one is held though it was deleted, and the rest goes on', () => {
		const { unconfirmed, dying, elsewhere, before, lost } = readingOf(
			release,
			pipeOf(release, whileHeld(lives)),
		)
		expect(unconfirmed).toMatchObject({ now: 2, held: 2, doubtful: 0, dropped: { count: 3 } })
		expect(unconfirmed.confirmed.count).toBe(41)
		expect(unconfirmed.oldest.map(({ flow }) => flow && flowOfTuple(flow)).toSorted()).toEqual([
			'127.0.0.1:4053 > 127.0.0.1:53',
			'127.0.0.1:4054 > 127.0.0.1:53',
		])
		expect(dying).toMatchObject({
			now: 1,
			oldest: [{ flow: { family: 2, protocol: 17, sourcePort: 4060, destinationPort: 60 } }],
		})
		// The ping is confirmed in its namespace.
		expect(elsewhere).toEqual({ unconfirmed: 0, dying: 0 })
		expect([before, lost]).toEqual([{ confirmed: 0, freed: 0 }, 0])
	})

	test('when the reader of the queue is gone nothing is left', () => {
		const { unconfirmed, dying } = readingOf(release, pipeOf(release, lives))
		expect(unconfirmed).toMatchObject({ now: 0, dropped: { count: 5 } })
		expect(dying).toMatchObject({ now: 0, freed: { count: 1 } })
	})

	test('begun in the middle: what was made before is in no list, and its end is counted apart', () => {
		const half = Math.floor(lives.length / 2)
		const all = readingOf(release, pipeOf(release, lives))
		const { unconfirmed, before } = readingOf(release, pipeOf(release, lives.slice(half)))
		expect(unconfirmed.now).toBe(0)
		// Of those that are held only the release is seen.
		expect(before.freed).toBe(2)
		expect(unconfirmed.confirmed.count).toBeLessThan(all.unconfirmed.confirmed.count)
	})

	test('lost events are counted, and what was there before is doubtful', () => {
		const pipe = pipeOf(release, whileHeld(lives))
		const { lost, unconfirmed, dying } = readingOf(
			release,
			`${pipe}CPU:0 [LOST 12 EVENTS]\nCPU:0 [LOST EVENTS]\n`,
		)
		expect(lost).toBe(13)
		expect([unconfirmed.now, unconfirmed.doubtful, dying.now, dying.doubtful]).toEqual([0, 2, 0, 1])
	})

	test('the pipe in any pieces', () => {
		const whole = readingOf(release, pipeOf(release, lives))
		const bytes = Buffer.from(pipeOf(release, lives), 'latin1')
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 700 }), (size) => {
				const read = createLives(0, { seesMade: true })
				const stream = createLivesStream(OPTIONS, { btf: btfOf(release), architecture: 'x64' }, read)
				for (let at = 0; at < bytes.length; at += size) stream.feed(bytes.subarray(at, at + size))
				stream.end()
				expect(read.reading(1e9, HERE)).toEqual(whole)
			}),
			{ numRuns: 10 },
		)
	})

	test('an error in place of an entry is none', () => {
		const probe = probesOf(release).get('made')
		const [one] = lives.filter(({ name }) => name === 'made')
		if (probe === undefined || one === undefined) throw new Error('no probe')
		const read = lifeReader([probe])
		for (const entry of ['0xfffffffffffffff4', '0x0', '0xfffffffffffff001'])
			expect(read(...eventOf({ ...one, values: { ...one.values, entry } }, probe))).toBe(undefined)
		expect(read(...eventOf(one, probe))).toMatchObject({ step: 'made', netns: HERE })
	})

	test('whatever the numbers are, they are read or left', () => {
		const probe = probesOf(release).get('out')
		const [one] = lives.filter(({ name }) => name === 'out')
		if (probe === undefined || one === undefined) throw new Error('no probe')
		const read = lifeReader([probe])
		const hex = fc
			.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn })
			.map((number) => `0x${number.toString(16)}`)
		fc.assert(
			fc.property(
				fc.array(hex, { minLength: 9, maxLength: 9 }),
				fc.string(),
				([entry = '0x0', net = '0', ...words], text) => {
					const values = { entry, net: String(Number(net) % 2 ** 32), tuple: `{${words.join(',')}}` }
					const event = read(...eventOf({ ...one, values }, probe))
					event?.flow?.()
					const read2 = read(
						...eventOf({ ...one, values: { ...values, tuple: text.replaceAll('\n', '') } }, probe),
					)
					read2?.flow?.()
					if (event !== undefined) expect(Number.isSafeInteger(event.place)).toBe(true)
				},
			),
		)
	})

	test('how often each probe was missed', () => {
		const read = parseProbeProfile(profile)
		expect(read.map(({ name }) => name)).toEqual(['made', 'confirm', 'insert', 'out', 'free'])
		expect(read.every(({ missed }) => missed === 0)).toBe(true)
		expect(read[0]?.hits).toBe(lives.filter(({ name }) => name === 'made').length)
	})
})

test('lines of another form in kprobe_profile are left out', () => {
	expect(parseProbeProfile('  a b 1 2\n  free   7   x\n  free 7 2\n')).toEqual([
		{ name: 'free', hits: 7, missed: 2 },
	])
})
