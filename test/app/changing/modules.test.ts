import { describe, expect, test } from 'vitest'
import { switchDetail, switchesGrid, switchesNote } from '../../../src/app/screens/switches/grid.ts'
import { switchesPane } from '../../../src/app/screens/switches/rows.ts'
import type { ActionBody } from '../../../src/app/state/actions.ts'
import type { State } from '../../../src/app/state/state.ts'
import type { ModuleReading, ModuleState } from '../../../src/model/modules.ts'
import type { Settings } from '../../../src/model/settings.ts'
import { ok } from '../../../src/words/failure.ts'
import { lineText } from '../../../src/words/line.ts'
import { FACTS, heldChange, leaseView, settingsOf, VALUES } from '../../harness/samples/samples.ts'
import { emptyState, seenState, stepped } from '../../harness/samples/states.ts'

const module = (name: string, state: ModuleState, rest: Partial<ModuleReading> = {}): ModuleReading => ({
	name,
	state,
	usedBy: [],
	refcount: state === 'loaded' ? 0 : null,
	description: null,
	aliases: [],
	why: '',
	...rest,
})

const withModules = (list: readonly ModuleReading[], state: State = seenState()): State =>
	stepped(state, 1, { type: 'modules', result: ok(list) }, { type: 'go', screen: 'switches' })

const LIST: readonly ModuleReading[] = [
	module('nf_conntrack', 'loaded', { usedBy: ['nf_nat', 'nft_ct'], refcount: 3 }),
	module('nf_conntrack_netlink', 'built-in', {
		why: 'it is built into this kernel: there is nothing to load',
	}),
	module('nf_log_syslog', 'available', {
		description: 'Netfilter syslog packet logging',
		aliases: ['nf-logger-10-0', 'nf-logger-2-0'],
	}),
	module('nf_log_ipv4', 'missing', { why: 'it is a part of nf_log_syslog on this kernel' }),
	module('nf_conntrack_ftp', 'available'),
]

const keys = (state: State) =>
	switchesPane(state)
		.rows.map(({ key }) => key)
		.filter((key) => key.startsWith('module:'))

function at(name: string, state: State): State {
	const index = switchesPane(state).rows.findIndex(({ key }) => key === `module:${name}`)
	expect(index).toBeGreaterThanOrEqual(0)
	return stepped(state, 1, { type: 'move-to', where: 'first' }, { type: 'move', by: index })
}
const SPACE: ActionBody = { type: 'switch' }

describe('rows', () => {
	test('below the settings; what is missing is not shown, unless it is looked for', () => {
		const state = withModules(LIST)
		const rows = switchesPane(state).rows.map(({ key }) => key)
		expect(rows.indexOf('module:nf_conntrack')).toBe(Object.keys(VALUES).length)
		expect(keys(state)).toEqual([
			'module:nf_conntrack',
			'module:nf_conntrack_netlink',
			'module:nf_log_syslog',
			'module:nf_conntrack_ftp',
		])
		const looked = stepped(state, 2, { type: 'filter-open' }, { type: 'filter-text', text: 'nf_log' })
		expect(keys(looked)).toEqual(['module:nf_log_syslog', 'module:nf_log_ipv4'])
		expect(switchesNote(state)).toMatch(/settings, \d+ hides? reasons; 4 modules$/)
	})

	test('that there is no logger, or no conntrack, has a row', () => {
		const none = [
			module('nf_conntrack', 'missing', { why: 'gone' }),
			module('nf_conntrack_netlink', 'missing'),
			module('nf_log_syslog', 'missing'),
			module('nf_log_ipv4', 'missing'),
		]
		expect(keys(withModules(none))).toEqual(['module:nf_conntrack', 'module:nf_log_syslog'])
		const old = none.with(3, module('nf_log_ipv4', 'available'))
		expect(keys(withModules(old))).toEqual(['module:nf_conntrack', 'module:nf_log_ipv4'])
	})

	test.each([
		['nf_conntrack', 'loaded', 'used by 2 modules', 'no'],
		['nf_conntrack_netlink', 'built in', 'part of the kernel', 'no'],
		['nf_log_syslog', 'not loaded', 'can be loaded', 'yes'],
	])('%s is %s', (name, now, means, write) => {
		const grid = switchesGrid(withModules(LIST), 40)
		const cells = grid.rows.find(({ key }) => key === `module:${name}`)?.cells
		expect(cells).toMatchObject({
			now: { text: now },
			means: { text: means },
			write: { text: write },
			class: { text: 'module' },
		})
	})
})

describe('the detail', () => {
	const detail = (name: string, state = withModules(LIST)) =>
		switchDetail(at(name, state), 100)
			.map((line) => lineText(line).trim())
			.join(' ')

	test('what it is, what loading does, what asks for it', () => {
		const text = detail('nf_log_syslog')
		expect(text).toMatch(/^module nf_log_syslog {2}not loaded: Netfilter syslog packet logging/)
		expect(text).toMatch(/Undone by unloading what loading it added/)
		expect(text).toMatch(/Aliases: nf-logger-10-0, nf-logger-2-0/)
		expect(text).toMatch(/By hand: modprobe nf_log_syslog$/)
	})
	test('who uses it', () => {
		expect(detail('nf_conntrack')).toMatch(/Used by nf_nat, nft_ct, 1 rule or socket\./)
	})
	test('built in', () => {
		expect(detail('nf_conntrack_netlink')).toMatch(/It is built into this kernel: there is nothing to load\./)
	})
	test('loaded by us', () => {
		const held = heldChange({ knob: 'module:nf_log_syslog', was: 'absent', set: 'loaded', now: 'loaded' })
		const ours = stepped(withModules(LIST.with(2, module('nf_log_syslog', 'loaded'))), 2, {
			type: 'lease',
			view: leaseView({ changes: [held] }),
		})
		expect(detail('nf_log_syslog', ours)).toMatch(/Loaded by ctscope: the undo unloads it/)
		expect(stepped(at('nf_log_syslog', ours), 9, SPACE).notice?.text).toMatch(/u unloads it/)
	})
})

describe('space', () => {
	test('one that can be loaded: the exact line first', () => {
		const { dialog } = stepped(at('nf_log_syslog', withModules(LIST)), 9, SPACE)
		expect(dialog?.dialog).toMatchObject({
			kind: 'confirm-change',
			plan: { changes: [{ knob: 'module:nf_log_syslog', from: 'absent', to: 'loaded' }] },
			notes: [expect.stringMatching(/binds nf_log_ipv4, .* and nf_log_ipv6 in every network namespace/)],
		})
	})

	test.each([
		['nf_conntrack', /already loaded/],
		['nf_conntrack_netlink', /built into this kernel/],
		['nf_conntrack_ftp', /does not load helpers.*modprobe nf_conntrack_ftp/],
	])('%s is refused with the reason', (name, says) => {
		const next = stepped(at(name, withModules(LIST)), 9, SPACE)
		expect(next.dialog).toBeUndefined()
		expect(next.notice?.text).toMatch(says)
	})

	test('nothing can be loaded before the next boot', () => {
		const closed = LIST.with(2, module('nf_log_syslog', 'available', { why: 'kernel.modules_disabled is 1' }))
		expect(stepped(at('nf_log_syslog', withModules(closed)), 9, SPACE).notice?.text).toMatch(
			/modules_disabled/,
		)
	})
})

describe('log why', () => {
	const bare = (values: Settings['values'], list: readonly ModuleReading[]): State => {
		const settings: Settings = {
			...settingsOf(0, new Map(Object.entries(values))),
			loggers: [2, 10].map((family) => ({ family, bound: null, available: [] })),
		}
		return stepped(
			emptyState(),
			1,
			{ type: 'facts', facts: FACTS },
			{ type: 'settings', result: ok(settings) },
			{ type: 'modules', result: ok(list) },
		)
	}
	const proposed = (state: State) => {
		const asked = stepped(state, 5, { type: 'log-why' }, { type: 'accept' })
		const dialog = asked.dialog?.dialog
		return dialog?.kind === 'confirm-change' ? dialog : undefined
	}
	const NONE: Settings['values'] = { ...VALUES, 'nf_log.2': 'NONE', 'nf_log.10': 'NONE' }

	test.each<[string, readonly ModuleReading[], readonly string[]]>([
		['the module of today', [module('nf_log_syslog', 'available')], ['module:nf_log_syslog']],
		[
			'the modules up to 5.12',
			[
				module('nf_log_syslog', 'missing'),
				module('nf_log_ipv4', 'available'),
				module('nf_log_ipv6', 'available'),
			],
			['module:nf_log_ipv4', 'module:nf_log_ipv6'],
		],
	])('without a logger: %s first', (_name, list, loads) => {
		const dialog = proposed(bare(NONE, list))
		expect(dialog?.plan.changes.map(({ knob }) => knob)).toEqual([
			...loads,
			'nf_log.2',
			'nf_log.10',
			'log_invalid',
		])
		expect(dialog?.blockers).toEqual([])
		expect(dialog?.notes.join(' ')).toMatch(/every network namespace where the family has no logger/)
	})

	test('without a logger and without its module: what is missing', () => {
		expect(proposed(bare(NONE, [module('nf_log_syslog', 'missing')]))?.blockers.join(' ')).toMatch(
			/no logger for the kernel log is loaded for IPv4/,
		)
	})

	test.each<[string, ModuleReading, RegExp]>([
		[
			'not loaded',
			module('nf_conntrack', 'available'),
			/conntrack is not loaded: its row on Switches loads it/,
		],
		[
			'nowhere',
			module('nf_conntrack', 'missing', { why: 'no /lib/modules' }),
			/no conntrack: no \/lib\/modules/,
		],
	])('without conntrack: %s', (_name, conntrack, says) => {
		const values = Object.fromEntries(Object.entries(NONE).filter(([knob]) => knob !== 'log_invalid'))
		expect(stepped(bare(values, [conntrack]), 5, { type: 'log-why' }).notice?.text).toMatch(says)
	})
})
