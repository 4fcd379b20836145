import { describe, expect, test } from 'vitest'
import { endsTold } from '../../../src/app/changing/ends-told.ts'
import { stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import { reportFiles } from '../../../src/app/store/report.ts'
import type { Bench } from '../../harness/fake/ports.ts'
import { begun, logOn, state } from '../../harness/samples/begun.ts'
import { packetText } from '../../harness/samples/states.ts'

/** As conntrack -E prints it, so many ms ago. */
const ended = (bench: Bench, msAgo: number, rest = ' [USERSPACE] portid=178 progname=conntrack'): string => {
	const at = (bench.clock.wall() - msAgo) / 1000
	const tuple =
		'src=10.0.3.7 dst=10.0.9.21 sport=443 dport=51514 src=10.0.9.21 dst=10.0.3.7 sport=51514 dport=443'
	return `[${at.toFixed(6)}]\t[DESTROY] tcp      6 ESTABLISHED ${tuple} [ASSURED]${rest}\n`
}

const watching = async (olderEndsToo = true): Promise<Bench> => {
	const bench = await begun()
	bench.observer.olderEndsToo = olderEndsToo
	await logOn(bench)
	await bench.press('2')
	await bench.clock.advance(2_000)
	return bench
}

describe('conntrack -E tells who ends entries', () => {
	test('the packets that come afterwards have an obituary, in the report too', async () => {
		const bench = await watching()
		bench.observer.tellEnds(ended(bench, 1_200))
		bench.observer.say(packetText('invalid new'))
		await bench.clock.advance(1_000)
		expect(stepEvidence(state(bench)).ended).toMatchObject([{ portId: 178, program: 'conntrack' }])
		const [markdown, json] = reportFiles(state(bench), false, '0')
		expect(JSON.parse(json?.text ?? '').obituaries).toMatchObject([
			{ packets: 1, kind: 'deleted', by: { task: 'conntrack', pid: null, portId: 178 } },
		])
		expect(markdown?.text).toMatch(
			/its entry ended \d\.\d s before: deleted by conntrack \(netlink port 178\)/,
		)
	})

	test('an end that comes after the packets is not theirs', async () => {
		const bench = await watching()
		bench.observer.say(packetText('invalid new'))
		await bench.clock.advance(3_000)
		bench.observer.tellEnds(ended(bench, 0))
		await bench.clock.advance(1_000)
		expect(JSON.parse(reportFiles(state(bench), false, '0')[1]?.text ?? '').obituaries).toEqual([])
	})

	test('where some were not told, that none is there says nothing', async () => {
		const bench = await watching()
		expect(endsTold(state(bench))).toEqual({ ended: [], endsMissed: false })
		bench.observer.missEnds()
		await bench.clock.advance(1_000)
		expect(endsTold(state(bench))).toEqual({ ended: [], endsMissed: true })
	})

	test('where the kernel tells none of older entries, that none is there says nothing either', async () => {
		const bench = await watching(false)
		expect(endsTold(state(bench))).toEqual({ ended: [], endsMissed: true })
	})
})
