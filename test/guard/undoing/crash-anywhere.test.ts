import { describe, expect, test } from 'vitest'
import type { Plan } from '../../../src/model/change.ts'
import { fakeGuard, fakeRevert, type Host } from '../../harness/fake/guard.ts'
import { Crash, fakeClock, fakeDisk, fakeKernel } from '../../harness/fake/host.ts'

const SITE = 'printk:net/netfilter/nf_conntrack_proto_tcp.c:tcp_new#1:0f3c2a91'
const OTHER_SITE = 'printk:net/netfilter/nf_conntrack_core.c:init_conntrack#1:0f3c2a92'
const PROBES = 'probes:5eed1234'
const TELL = 'reasons 0a0b0c0d'
const BASE = {
	log_invalid: '0',
	acct: '0',
	tcp_loose: '1',
	'nf_log.2': 'NONE',
	'nf_log.10': 'NONE',
	'nf_log.7': 'nfnetlink_log',
	[SITE]: 'mt',
	[OTHER_SITE]: '_',
	'mount:debugfs': 'absent',
	'mount:tracefs': 'absent',
	[PROBES]: 'absent',
}
const MODULES = ['nfnetlink', 'nf_defrag_ipv4', 'nfnetlink_log']

const plan = (...changes: readonly (readonly [string, string, string])[]): Plan => ({
	purpose: 'test',
	changes: changes.map(([knob, from, to]) => ({ knob, from, to })),
})

type Story = (host: Host) => void

const STORIES: Readonly<Record<string, Story>> = {
	'one change, undone by the owner': (host) => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(plan(['log_invalid', '0', '6']))
		guard.lifetime.undo('all', 'at your request', () => {})
	},
	'debugfs is mounted for a call site': (host) => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(plan(['mount:debugfs', 'absent', 'mounted']))
		guard.lifetime.apply(plan([SITE, 'mt', 'pmt']))
		guard.lifetime.undo(1, 'at your request', () => {})
	},
	'debugfs is mounted, and busy for a moment': (host) => {
		const guard = fakeGuard(host, 'L1')
		host.kernel.refuse.set('mount:debugfs', [null, 'EBUSY'])
		guard.lifetime.apply(plan(['mount:debugfs', 'absent', 'mounted']))
		guard.lifetime.ownerGone()
		host.clock.pass(10_000)
	},
	'tracefs is mounted for probes in one step': (host) => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(plan(['mount:tracefs', 'absent', 'mounted'], [PROBES, 'absent', TELL]))
		guard.lifetime.undo(1, 'at your request', () => {})
	},
	'tracefs is mounted, and the kernel refuses the probes': (host) => {
		const guard = fakeGuard(host, 'L1')
		host.kernel.refuse.set(PROBES, ['EINVAL'])
		guard.lifetime.apply(plan(['mount:tracefs', 'absent', 'mounted'], [PROBES, 'absent', TELL]))
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
	'call sites, one of them with flags of someone else': (host) => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(plan([SITE, 'mt', 'pmt'], [OTHER_SITE, '_', 'pmfl']))
		guard.lifetime.undo('all', 'at your request', () => {})
	},
	'flags come and go, and a step of them is rolled back': (host) => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(plan([SITE, 'mt', 'pmt']))
		guard.lifetime.apply(plan([SITE, 'pmt', 'pmflt']))
		host.kernel.refuse.set('log_invalid', ['EINVAL'])
		guard.lifetime.apply(plan([SITE, 'pmflt', 'mt'], [OTHER_SITE, '_', 'p'], ['log_invalid', '0', '6']))
		expect(guard.lifetime.view().changes).toMatchObject([{ was: 'mt', set: 'pmflt', now: 'pmflt' }])
		guard.lifetime.apply(plan([SITE, 'pmflt', 'pmlt']))
		guard.lifetime.ownerGone()
	},
	'a module, with what it needs and what it binds': (host) => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(plan(['module:nf_conntrack_netlink', 'absent', 'loaded']))
		guard.lifetime.apply(plan(['module:nf_log_syslog', 'absent', 'loaded']))
		expect(Object.fromEntries(host.kernel.values)).toMatchObject({
			'nf_log.2': 'nf_log_ipv4',
			'nf_log.10': 'nf_log_ipv6',
			'nf_log.7': 'nfnetlink_log',
		})
		guard.lifetime.ownerGone()
	},
	'the plan to log: the module, its loggers, log_invalid': (host) => {
		const guard = fakeGuard(host, 'L1', { ttlMs: 2_500 })
		guard.lifetime.apply(
			plan(
				['module:nf_log_syslog', 'absent', 'loaded'],
				['nf_log.2', 'NONE', 'nf_log_ipv4'],
				['nf_log.10', 'NONE', 'nfnetlink_log'],
				['log_invalid', '0', '255'],
			),
		)
		expect(host.kernel.values.get('nf_log.10')).toBe('nfnetlink_log')
		host.clock.pass(3_000)
	},
	'a module and then a refusal': (host) => {
		const guard = fakeGuard(host, 'L1')
		host.kernel.refuse.set('log_invalid', ['EINVAL'])
		guard.lifetime.apply(
			plan(['module:nf_log_ipv4', 'absent', 'loaded'], [SITE, 'mt', 'pmt'], ['log_invalid', '0', '6']),
		)
		guard.lifetime.ownerGone()
	},
	'a module that is refused': (host) => {
		const guard = fakeGuard(host, 'L1')
		host.kernel.refuse.set('module:nf_log_syslog', ['EPERM'])
		guard.lifetime.apply(plan([SITE, 'mt', 'pmt'], ['module:nf_log_syslog', 'absent', 'loaded']))
		guard.lifetime.ownerGone()
	},
	'a module is used for a moment when it is to go': (host) => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(plan(['module:nf_log_syslog', 'absent', 'loaded']))
		host.kernel.refuse.set('module:nf_log_syslog', ['EBUSY'])
		guard.lifetime.undo('all', 'at your request', () => {})
		host.clock.pass(2_000)
	},
	'the undo is refused twice': (host) => {
		const guard = fakeGuard(host, 'L1')
		guard.lifetime.apply(plan(['acct', '0', '1'], ['log_invalid', '0', '6']))
		host.kernel.refuse.set('acct', ['EBUSY', 'EBUSY'])
		guard.lifetime.undo('all', 'at your request', () => {})
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

function newHost(): Host {
	const kernel = fakeKernel(BASE)
	for (const name of MODULES) kernel.modules.add(name)
	return { kernel, disk: fakeDisk(), clock: fakeClock() }
}

function expectBase({ kernel, disk }: Host, when: string): void {
	expect(Object.fromEntries(kernel.values), when).toEqual(BASE)
	expect([...kernel.modules], when).toEqual(MODULES)
	expect([...disk.claims], when).toEqual([])
}

describe('P2 P5 P8 the process dies at any operation', () => {
	const all = Object.entries(STORIES).map(([name, story]) => [name, 0, story] as const)
	const loading = all.filter(([name]) => name.includes('module'))
	// Of those with a module once more, where its modprobe goes on after our death: done before the first look, or not.
	const left = loading.flatMap(([name, , story]) =>
		[1, 2].map((looks) => [`${name}; modprobe goes on for ${looks}`, looks, story] as const),
	)
	test.for([...all, ...left])('%s', ([, leavesBehind, story]) => {
		const quiet = newHost()
		const operations = dieAt(quiet, -1)
		story(quiet)
		const total = operations()
		expectBase(quiet, 'without a death')
		expect(total).toBeGreaterThan(10)
		for (let at = 1; at <= total; at++) {
			const host = newHost()
			host.kernel.leavesBehind = leavesBehind
			dieAt(host, at)
			tryTo(() => story(host))
			host.clock.clear()
			host.kernel.refuse.clear()
			// The one who comes after may die as well, anywhere; then someone else comes.
			const again = dieAt(host, -1)
			const copy = {
				values: new Map(host.kernel.values),
				modules: [...host.kernel.modules],
				loading: host.kernel.loading,
				journals: new Map(host.disk.journals),
			}
			fakeRevert(host, 'L1')
			expectBase(host, `after a death at operation ${at} of ${total}`)
			const second = again()
			for (let then = 1; then <= second; then++) {
				for (const [knob, value] of copy.values) host.kernel.values.set(knob, value)
				for (const name of copy.modules) host.kernel.modules.add(name)
				host.kernel.loading = copy.loading
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
