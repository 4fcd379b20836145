import { describe, expect, test } from 'vitest'
import type { Plan } from '../../src/changes/change.ts'
import { Crash, fakeClock, fakeDisk, fakeKernel } from '../harness/fake-host.ts'
import { fakeGuard, fakeRevert, type Host } from './fake-guard.ts'

const BASE = { log_invalid: '0', acct: '0', tcp_loose: '1', 'nf_log.2': 'NONE' }

const plan = (...changes: readonly (readonly [string, string, string])[]): Plan => ({
	purpose: 'test',
	changes: changes.map(([knob, from, to]) => ({ knob, from, to })),
})

type Story = (host: Host) => void

const STORIES: Readonly<Record<string, Story>> = {
	'one change, undone by the owner': (host) => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(plan(['log_invalid', '0', '6']))
		guard.lifetime.undo('all', 'you asked', () => {})
	},
	'three in one step, undone at the deadline': (host) => {
		const guard = fakeGuard(host, 'L1', { ttlMs: 2_500 })
		guard.lifetime.apply(
			plan(['nf_log.2', 'NONE', 'nf_log_ipv4'], ['acct', '0', '1'], ['log_invalid', '0', '255']),
		)
		host.clock.pass(3_000)
	},
	'the third of a step is refused': (host) => {
		const guard = fakeGuard(host, 'L1')
		host.kernel.refuse.set('log_invalid', ['EINVAL'])
		guard.lifetime.apply(plan(['acct', '0', '1'], ['tcp_loose', '1', '0'], ['log_invalid', '0', '6']))
		guard.lifetime.ownerGone()
	},
	'a change is replaced, and then undone': (host) => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(plan(['log_invalid', '0', '6']))
		guard.lifetime.apply(plan(['log_invalid', '6', '17']))
		guard.lifetime.ownerGone()
	},
	'a replacement is rolled back': (host) => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(plan(['log_invalid', '0', '6']))
		host.kernel.refuse.set('acct', ['EINVAL'])
		guard.lifetime.apply(plan(['log_invalid', '6', '17'], ['acct', '0', '1']))
		guard.lifetime.ownerGone()
	},
	'set back by hand within a step that is rolled back': (host) => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(plan(['log_invalid', '0', '6']))
		host.kernel.refuse.set('acct', ['EINVAL'])
		guard.lifetime.apply(plan(['log_invalid', '6', '0'], ['acct', '0', '1']))
		expect(guard.lifetime.view().changes).toMatchObject([{ was: '0', set: '6', now: '6' }])
		guard.lifetime.ownerGone()
	},
	'the kernel makes something else of the name': (host) => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(plan(['acct', '0', '1'], ['nf_log.2', 'NONE', 'NF_LOG_IPV4']))
		guard.lifetime.ownerGone()
	},
	'the undo is refused twice': (host) => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(plan(['acct', '0', '1'], ['log_invalid', '0', '6']))
		host.kernel.refuse.set('acct', ['EBUSY', 'EBUSY'])
		guard.lifetime.undo('all', 'you asked', () => {})
		host.clock.pass(2_000)
	},
}

/** Lets the process die at operation `at`: a read or write of the kernel, or in the middle of a record. */
function dieAt(host: Host, at: number): () => number {
	let count = 0
	host.kernel.before = () => {
		count += 1
		if (count === at) throw new Crash()
	}
	host.disk.tear = (text) => {
		count += 1
		if (count === at) return Math.floor(text.length / 2)
		count += 1
		return count === at ? text.length : undefined
	}
	return () => count
}

function tryTo(run: () => void): void {
	try {
		run()
	} catch (error) {
		if (!(error instanceof Crash)) throw error
	}
}

const newHost = (): Host => ({ kernel: fakeKernel(BASE), disk: fakeDisk(), clock: fakeClock() })

function expectBase({ kernel, disk }: Host, when: string): void {
	expect(Object.fromEntries(kernel.values), when).toEqual(BASE)
	expect([...disk.claims], when).toEqual([])
}

describe('P2 P5 P8 the process dies at any operation', () => {
	test.for(Object.entries(STORIES))('%s', ([, story]) => {
		const quiet = newHost()
		const operations = dieAt(quiet, -1)
		story(quiet)
		const total = operations()
		expectBase(quiet, 'without a death')
		expect(total).toBeGreaterThan(10)
		for (let at = 1; at <= total; at++) {
			const host = newHost()
			dieAt(host, at)
			tryTo(() => story(host))
			host.clock.clear()
			host.kernel.refuse.clear()
			// The one who comes after may die as well, anywhere; then somebody else comes.
			const again = dieAt(host, -1)
			const copy = { values: new Map(host.kernel.values), journals: new Map(host.disk.journals) }
			fakeRevert(host, 'L1')
			expectBase(host, `after a death at operation ${at} of ${total}`)
			const second = again()
			for (let then = 1; then <= second; then++) {
				for (const [knob, value] of copy.values) host.kernel.values.set(knob, value)
				for (const [id, text] of copy.journals) host.disk.journals.set(id, text)
				dieAt(host, then)
				tryTo(() => fakeRevert(host, 'L1'))
				dieAt(host, -1)
				fakeRevert(host, 'L1')
				expectBase(host, `after deaths at operations ${at} and then ${then}`)
			}
		}
	})
})
