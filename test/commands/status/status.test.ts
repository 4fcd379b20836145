import { describe, expect, test } from 'vitest'
import { doctorJson, doctorText } from '../../../src/commands/doctor/doctor.ts'
import { takeSnapshot } from '../../../src/commands/status/data.ts'
import { printStatus } from '../../../src/commands/status/status.ts'
import { fail, ok } from '../../../src/words/failure.ts'
import { FakeClock } from '../../harness/fake/clock.ts'
import type { FakeObserver } from '../../harness/fake/observer.ts'
import { CHANGE, FACTS, hostObserver, LEASE, SETTINGS } from '../../harness/samples/readings.ts'
import { countersOf } from '../../harness/samples/samples.ts'
import { ONE_SOURCE } from '../../ui/full.ts'

const NO_PROBES = {
	canBe: false,
	needsMount: false,
	tellsPackets: false,
	says: ['this kernel has no kprobe_events'],
}

async function status(prepare: (observer: FakeObserver) => void = () => {}) {
	const clock = new FakeClock()
	const observer = hostObserver(clock)
	prepare(observer)
	let text = ''
	let json = ''
	const code = await printStatus({ json: false }, observer, clock, {
		columns: 80,
		write: (part) => (text += part),
	})
	await printStatus({ json: true }, observer, clock, { write: (part) => (json += part) })
	const snapshot = await takeSnapshot(observer, clock)
	return {
		code,
		text,
		json: JSON.parse(json),
		doctor: doctorText(snapshot, NO_PROBES, 80),
		doctorJson: doctorJson(snapshot, NO_PROBES),
	}
}

test('a host that counts but logs no reasons', async () => {
	const { code, text, json } = await status()
	expect(code).toBe(0)
	expect(text).toMatch(/invalid +18 231 +packets that belong to no entry/)
	expect(text).toMatch(/entries +41 022 +of 262 144 \(16% full\)/)
	expect(text).toMatch(/No reason line will reach ctscope: nf_conntrack_log_invalid is 0/)
	expect(text).toMatch(/NO CHANGES IN FORCE/)
	expect(text).toMatch(/root \(sudo by alice\), uid 0/)
	expect(json).toMatchObject({
		v: 1,
		kernel: '6.12.1-test',
		netns: { inode: 4026531840, initial: true },
		conntrack: { count: 41_022, max: 262_144, stat: { invalid: 18_231, error: 7, insert_failed: 3 } },
		logging: {
			logInvalid: 0,
			loggers: [{ family: 2, bound: 'nf_log_ipv4', available: ['nf_log_ipv4', 'nfnetlink_log'] }, {}],
			allNetns: false,
			consoleLevel: 4,
		},
		tools: { conntrack: 'conntrack v1.4.7', nft: null, iptables: 'iptables v1.8.9', tcpdump: null },
		changes: [],
		reasonLines: {
			reaches: false,
			rungs: [
				{ id: 'kernel-log' },
				{ id: 'tracking' },
				{ id: 'log-invalid', fix: 'log-why' },
				{},
				{},
				{},
				{},
				{},
			],
		},
		source: { source: 'kmsg', why: expect.stringMatching(/^the kernel log, because tcpdump/), blockers: [] },
		listeners: [],
	})
	expect(text).toMatch(/NFLOG group 0 +nobody reads it/)
	expect(text).toMatch(/ctscope would read +the kernel log, because tcpdump/)
	expect(json.conntrack.stat.entries).toBeUndefined()
})

test.each<[string, (observer: FakeObserver) => void, number, RegExp[]]>([
	[
		'changes of a live session',
		(one) => {
			one.found = [LEASE]
		},
		10,
		[/1 CHANGE IN FORCE/, /log_invalid +0 -> 6, now 6, undo in 10:00/, /bob on pts\/5/],
	],
	[
		'what a dead session left',
		(one) => {
			one.found = [{ ...LEASE, alive: false }]
		},
		10,
		[/NOBODY UNDOES IT/, /ctscope revert --lease\s+K2A9X/, /by hand: sysctl -w/],
	],
	[
		'someone else wrote',
		(one) => {
			one.found = [{ ...LEASE, changes: [{ ...CHANGE, state: 'conflict', now: '17', note: 'not ours' }] }]
		},
		10,
		[/CONFLICT/, /now 17/, /not ours/],
	],
	[
		'leases of before the boot',
		(one) => {
			one.found = [{ ...LEASE, alive: false, earlierBoot: true }]
		},
		0,
		[/NO CHANGES IN FORCE/],
	],
	[
		'a lease that cannot be read',
		(one) => {
			one.found = [{ ...LEASE, changes: [], alive: false, problem: 'it belongs to uid 7', isKnown: false }]
		},
		11,
		[/lease K2A9X: it belongs to uid 7/],
	],
	[
		'records that may not be looked into',
		(one) => {
			one.found = [
				{ ...LEASE, leaseId: '', changes: [], alive: false, problem: 'it needs root', isKnown: false },
			]
		},
		11,
		[/CHANGES IN FORCE: NOT KNOWN\n {2}it needs root/],
	],
	[
		'not root',
		(one) => {
			one.factsNow = {
				...FACTS,
				capNetAdmin: false,
				missing: [{ what: 'the table', why: 'needs CAP_NET_ADMIN', next: 'run it with sudo' }],
			}
		},
		0,
		[/without CAP_NET_ADMIN/, /NOT AVAILABLE HERE/, /run it with sudo/],
	],
	[
		'no conntrack at all',
		(one) => {
			one.answers.counters = fail({
				kind: 'unsupported',
				what: '/proc/net/stat/nf_conntrack',
				why: 'it does not exist',
			})
			one.answers.settings = ok({ ...SETTINGS, values: {}, loggers: [], count: null, max: null })
		},
		0,
		[/it does not exist/, /nf_conntrack_log_invalid +not there/, /modprobe nf_conntrack/],
	],
])('%s', async (_name, prepare, exit, says) => {
	const { code, text } = await status(prepare)
	expect(code).toBe(exit)
	for (const one of says) expect(text).toMatch(one)
})

test('undoAt is a time of day, and null when nobody undoes it', async () => {
	const alive = await status((one) => {
		one.found = [LEASE]
	})
	expect(alive.json.changes[0]).toMatchObject({
		knob: 'log_invalid',
		was: '0',
		set: '6',
		now: '6',
		state: 'in-force',
		undoAt: new Date(1_700_000_000_000 + 610_000).toISOString(),
	})
	const dead = await status((one) => {
		one.found = [{ ...LEASE, alive: false }]
	})
	expect(dead.json.changes[0]).toMatchObject({ undoAt: null, guardAlive: false })
})

test('foreign text never reaches the terminal raw, and no line is too wide', async () => {
	const evil = '\x1b]0;owned\x07\u202e'
	const { text, doctor } = await status((one) => {
		one.found = [{ ...LEASE, owner: { ...LEASE.owner, user: evil, sudoUser: evil } as never, problem: evil }]
		one.answers.counters = ok(countersOf(0, { invalid: 1, [`x${evil}`]: 5 }))
		one.answers.settings = ok({ ...SETTINGS, values: { ...SETTINGS.values, 'nf_log.2': evil } })
		const site = {
			file: `net/${evil}`,
			line: 1,
			module: 'nf_nat',
			func: evil,
			flags: 'p',
			format: evil,
			class: null,
		}
		one.answers.printk = ok({
			at: 0,
			path: '/c',
			why: '',
			next: '',
			canMount: false,
			unread: 0,
			sites: [site],
		})
	})
	for (const output of [text, doctor]) {
		expect(output).not.toMatch(/[^\P{Cc}\n]/u)
		expect(output).not.toContain('\u202e')
		for (const line of output.split('\n')) {
			if (!line.includes('by hand')) expect(line.length, line).toBeLessThanOrEqual(80)
		}
	}
})

describe('doctor', () => {
	test('says what is missing, how to get it, and rung by rung whether lines can come', async () => {
		const { doctor, doctorJson: json } = await status()
		expect(doctor).toMatch(/^ {2}probes {3}kernel probes cannot be set: this kernel has no kprobe_events$/m)
		expect(json.probes).toEqual(NO_PROBES)
		expect(doctor).toMatch(/MISSING +nft +rules of nftables: apt install nftables/)
		expect(doctor).toMatch(/yes +Can the kernel log be read\?/)
		expect(doctor).toMatch(/NO +Is log_invalid on\?/)
		expect(doctor).toMatch(/service of systemd/)
		expect(json).toMatchObject({ v: 1, guard: 'service', reasonLines: { reaches: false } })
	})
})

describe('where the reasons are read', () => {
	const nfnetlink = (listeners: typeof SETTINGS.listeners) => (one: FakeObserver) => {
		one.factsNow = { ...FACTS, tools: { ...FACTS.tools, tcpdump: 'tcpdump 4.99.3', setpriv: 'setpriv 2.38' } }
		one.answers.settings = ok({
			...SETTINGS,
			loggers: SETTINGS.loggers.map((row) => ({ ...row, available: [...row.available, 'nfnetlink_log'] })),
			listeners,
		})
	}
	const stranger = { group: 0, portid: 812, queued: 0, copyMode: 2, copyRange: 9, flushTimeout: 1, uses: 2 }

	test('NFLOG, where it can be had, and who does not see the lines then', async () => {
		const { text, json, doctor, doctorJson: doctorData } = await status(nfnetlink([]))
		for (const output of [text, doctor]) {
			expect(output).toMatch(/NFLOG group 0 +nobody reads it/)
			expect(output).toMatch(/ctscope would read +NFLOG, because tcpdump can read/)
			expect(output).toMatch(/syslog and\s+journald/)
		}
		for (const data of [json, doctorData])
			expect(data).toMatchObject({ source: { source: 'nflog', blockers: [] }, listeners: [] })
	})

	test('the kernel log, and whose fault it is', async () => {
		const { text, json, doctor, doctorJson: doctorData } = await status(nfnetlink([stranger]))
		for (const output of [text, doctor]) {
			expect(output).toMatch(/NFLOG group 0 +pid 812 reads it/)
			expect(output).toMatch(/the kernel log, because pid 812 already reads/)
		}
		for (const data of [json, doctorData])
			expect(data).toMatchObject({ source: { source: 'kmsg' }, listeners: [{ group: 0, portid: 812 }] })
	})

	test('unreadable settings say nothing about the source', async () => {
		const { json, doctor } = await status((one) => {
			one.answers.settings = fail({ kind: 'unsupported', what: 'settings', why: 'they are not there' })
		})
		expect(json).toMatchObject({ source: null, listeners: null })
		expect(doctor).not.toMatch(/SOURCE/)
	})
})

describe('call sites and modules', () => {
	const site = {
		file: 'net/netfilter/nf_conntrack_proto_tcp.c',
		line: 889,
		module: 'nf_conntrack',
		func: 'tcp_new',
		flags: '',
		format: 'nf_ct_tcp: invalid new deleting.\n',
		class: null,
	}
	const place = { at: 0, path: '/proc/dynamic_debug/control', why: '', next: '', canMount: false, unread: 0 }
	const module = { usedBy: [], refcount: null, description: null, aliases: [], why: '' }

	test('how many there are, and which of netfilter print', async () => {
		const sites = [
			site,
			{ ...site, line: 900, flags: 'pmf' },
			{ ...site, file: 'drivers/usb/core/hub.c', module: 'usbcore', flags: 'p' },
			{ ...site, file: 'net/core/dev.c', module: 'dev' },
		]
		const {
			text,
			json,
			doctor,
			doctorJson: doctorData,
		} = await status((one) => {
			one.answers.printk = ok({ ...place, sites, unread: 3 })
		})
		for (const output of [text, doctor]) {
			expect(output.replaceAll(/\s+/g, ' ')).toContain(
				'4 in /proc/dynamic_debug/control, 2 of netfilter, 1 of those prints',
			)
			expect(output).toMatch(/nf_conntrack_proto_tcp\.c:900 tcp_new =pmf/)
		}
		for (const data of [json, doctorData])
			expect(data.dyndbg).toEqual({
				path: '/proc/dynamic_debug/control',
				why: '',
				next: '',
				canMount: false,
				sites: 4,
				enabled: 2,
				netfilter: 2,
				unread: 3,
				on: [
					{
						file: site.file,
						line: 900,
						module: 'nf_conntrack',
						func: 'tcp_new',
						flags: 'pmf',
						format: 'nf_ct_tcp: invalid new deleting.',
					},
				],
			})
	})

	test('many that print are not all listed', async () => {
		const sites = Array.from({ length: 40 }, (_, line) => ({ ...site, line, flags: 'p' }))
		const { text, json } = await status((one) => {
			one.answers.printk = ok({ ...place, sites })
		})
		expect(text.match(/tcp_new =p/g)).toHaveLength(10)
		expect(text).toContain('and 30 more')
		expect(json.dyndbg.on).toHaveLength(40)
	})

	test('conntrack is not loaded', async () => {
		const { text } = await status((one) => {
			one.answers.printk = ok({ ...place, sites: [{ ...site, module: 'main', file: 'init/main.c' }] })
		})
		expect(text.replaceAll(/\s+/g, ' ')).toContain('none of them of netfilter: its modules are not loaded')
	})

	test('none, and why', async () => {
		const none = await status()
		expect(none.json.dyndbg).toMatchObject({
			path: null,
			why: expect.stringContaining('without dynamic debug'),
			sites: 0,
		})
		expect(none.text).not.toContain('call sites ')
		const broken = await status((one) => {
			one.answers.printk = fail({ kind: 'not-permitted', what: 'reading the control file', need: 'root' })
			one.answers.modules = fail({ kind: 'unsupported', what: 'modules', why: 'gone' })
		})
		expect(broken.json).toMatchObject({
			dyndbg: { path: null, why: 'reading the control file needs root', sites: 0, enabled: 0 },
			modules: null,
		})
		expect(broken.text).toMatch(/call sites +reading the control file needs root/)
	})

	test('modules by their state, and why there is none', async () => {
		const modules = [
			{ ...module, name: 'nf_conntrack', state: 'loaded', refcount: 2, usedBy: ['nf_nat'] },
			{ ...module, name: 'nfnetlink_log', state: 'available', description: 'netfilter userspace logging' },
			{ ...module, name: 'nf_log_syslog', state: 'missing', why: 'it is not here' },
		] as const
		const { text, json, doctor } = await status((one) => {
			one.answers.modules = ok(modules)
		})
		expect(json.modules).toEqual(modules)
		expect(text).toMatch(/modules loaded +nf_conntrack/)
		expect(text).toMatch(/modules not loaded +nfnetlink_log/)
		expect(text).toMatch(/it is not here/)
		expect(doctor).toMatch(/loaded +nf_conntrack +used by nf_nat/)
		expect(doctor).toMatch(/available +nfnetlink_log +netfilter userspace logging/)
		expect(doctor).toMatch(/missing +nf_log_syslog +it is not here/)
	})
})

test('an unreadable lease means that changes in force are not known', async () => {
	const problem = 'it was written by another version of ctscope'
	const { text, json } = await status((observer) => {
		observer.found = [
			{
				...LEASE,
				leaseId: 'VERS9',
				owner: null,
				createdAt: null,
				changes: [],
				alive: false,
				problem,
				isKnown: false,
			},
		]
	})
	expect(text).toMatch(/CHANGES IN FORCE: NOT KNOWN\n {2}lease VERS9: it was written by another version/)
	expect(json.changesKnown).toBe(false)
})

test('a namespace without a name is named once', async () => {
	const { text } = await status((observer) => {
		observer.factsNow = { ...FACTS, netns: { inode: 4026532733, initial: false, name: 'net:[4026532733]' } }
	})
	expect(text).toMatch(/^netns {2}net:\[4026532733\] \(not the initial one\)$/m)
})

test('changes elsewhere are shown with their namespace, host changes with their value', async () => {
	const { text, json } = await status((observer) => {
		const [log, host] = [CHANGE, { ...CHANGE, knob: 'nf_log_all_netns', set: '1', now: null }]
		observer.found = [
			{ ...LEASE, netnsInode: 4026532999, isHere: false, changes: [{ ...log, now: null }, host] },
		]
		observer.answers.settings = ok({ ...SETTINGS, values: { ...SETTINGS.values, nf_log_all_netns: '1' } })
	})
	expect(text).toMatch(/log_invalid +0 -> 6, in net:\[4026532999\], undo in/)
	expect(text).toMatch(/nf_log_all_netns +0 -> 1, now 1, undo in/)
	expect(json.changes).toMatchObject([{ now: null, netnsInode: 4026532999 }, { now: '1' }])
})

describe('a table with no room', () => {
	/** At the limit, with `perSecond` of these counters. */
	async function statusOfFull(perSecond: Readonly<Record<string, number>>, entries = 300) {
		const clock = new FakeClock()
		const observer = hostObserver(clock)
		observer.answers.settings = ok({ ...SETTINGS, count: entries, max: 300 })
		const began = clock.monotonic()
		const reading = () => {
			const seconds = (clock.monotonic() - began) / 1000
			const moved = Object.entries(perSecond).map(([name, each]) => [name, 5000 + seconds * each])
			const none = { invalid: 9, drop: 5000, early_drop: 5000, insert_failed: 5000 }
			return ok(countersOf(clock.monotonic(), { entries, ...none, ...Object.fromEntries(moved) }))
		}
		observer.counters = async () => reading()
		observer.answers.holders = ok({ ...ONE_SOURCE, at: 0 })
		const print = async (json: boolean) => {
			let text = ''
			const printing = printStatus({ json }, observer, clock, {
				columns: 80,
				write: (part) => (text += part),
			})
			await clock.advance(3_000)
			return { code: await printing, text }
		}
		const { code, text } = await print(false)
		return {
			code,
			text: text.replaceAll(/\s+/g, ' '),
			table: JSON.parse((await print(true)).text).conntrack.table,
		}
	}

	test('what is dropped now is measured, and it is said first, with who has the entries and what makes room', async () => {
		const { code, text, table } = await statusOfFull({ drop: 2.4 })
		expect(code).toBe(0)
		expect(text).toMatch(/CONNTRACK TABLE FULL: new connections are dropped now, 2\.4\/s .* COUNTED since/)
		expect(text).toMatch(/90% of the entries were opened by 10\.0\.9\.66.*> Raise the limit: sysctl -w/)
		expect(text).not.toContain('WORRY')
		expect(table).toMatchObject({
			state: 'dropping',
			count: 300,
			max: 300,
			limitOfHost: false,
			perSecond: { dropped: 2.4, evicted: 0, clashes: 0 },
			holders: { looked: 300 },
		})
	})

	test.each([
		['early_drop moves', { early_drop: 3 }, 300, 'evicting'],
		['clashes alone', { drop: 3, insert_failed: 3 }, 300, 'full'],
		['nothing moves, whatever was counted before', {}, 300, 'full'],
		['96 %', {}, 288, 'nearly-full'],
	])('%s', async (_name, perSecond, entries, state) => {
		expect((await statusOfFull(perSecond, entries)).table.state).toBe(state)
	})

	test('with room one look is enough', async () => {
		const { table, text } = await statusOfFull({ drop: 3 }, 100)
		expect(table).toMatchObject({ state: 'roomy', perSecond: null, holders: null })
		expect(text).not.toMatch(/TABLE FULL/)
	})
})
