import { expect, test } from 'vitest'
import type { ProbeSet } from '../../../src/kernel/probes/probe-sets.ts'
import { createProbeStream } from '../../../src/kernel/probes/probe-stream.ts'
import { probeWays } from '../../../src/kernel/probes/probe-ways.ts'
import { btfOf, type Captured, eventText, KERNELS, materialOf, OPTIONS, type Release } from './material.ts'

/** What a kernel writes of these events, whichever way it has taken. */
function pipeOf(release: Release, set: ProbeSet, captured: readonly Captured[]): string {
	const all = probeWays(set, btfOf(release), OPTIONS).flatMap(({ reasons, probes }) => [
		...reasons,
		...probes,
	])
	const layouts = new Map(all.toReversed().map(({ name, layout }) => [name as string, layout]))
	return captured
		.flatMap((one) => {
			const layout = layouts.get(one.name)
			return layout === undefined ? [] : [`${eventText(one, layout)}\n`]
		})
		.join('')
}

function readAll(release: Release, set: ProbeSet, pipe: string) {
	const said = { told: [] as string[], invalid: 0, silent: 0, ended: 0, lost: 0 }
	const stream = createProbeStream(
		{ set, secret: OPTIONS.secret },
		{ btf: btfOf(release), architecture: 'x64' },
		{
			onTold: ({ text }) => said.told.push(text),
			onInvalid({ isTold }) {
				said.invalid += 1
				if (!isTold) said.silent += 1
			},
			onEnded: () => {
				said.ended += 1
			},
			onLost: (events) => {
				said.lost += events ?? 0
			},
		},
	)
	stream.feed(Buffer.from(pipe, 'latin1'))
	stream.end()
	return said
}

test.each(KERNELS)('%s: each complaint is told, and what is lost is counted', (release) => {
	const { told } = materialOf(release)
	const pipe = pipeOf(release, 'reasons', told)
	const said = readAll(release, 'reasons', `CPU:0 [LOST 12 EVENTS]\n${pipe}CPU:1 [LOST EVENTS]\n`)
	expect(said.lost).toBe(12)
	expect(said.told.length).toBeGreaterThan(50)
	expect(said.told.every((text) => / IN=/.test(text))).toBe(true)
})

test.each(KERNELS)('%s: of INVALID packets it is known which have no reason', (release) => {
	const said = readAll(release, 'invalid', pipeOf(release, 'invalid', materialOf(release).quiet))
	expect(said.told).toEqual([])
	expect(said.silent).toBeGreaterThan(0)
	expect(said.silent).toBeLessThan(said.invalid)
})

test.each(KERNELS)('%s: each end of an entry', (release) => {
	const { ends } = materialOf(release)
	expect(readAll(release, 'ends', pipeOf(release, 'ends', ends)).ended).toBe(ends.length)
})

test('a line that does not end with the secret is nobody’s', () => {
	const pipe = pipeOf('6.1', 'reasons', materialOf('6.1').told.slice(0, 1))
	expect(readAll('6.1', 'reasons', pipe.replace(/z=0x\w+/, 'z=0x1')).told).toEqual([])
})
