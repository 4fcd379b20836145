import { describe, expect, test } from 'vitest'
import { requestOf } from '../../../../src/app/commands/requests.ts'
import { describe as describeState } from '../../../../src/app/frame/describe.ts'
import { printkPane } from '../../../../src/app/screens/printk/rows.ts'
import type { ActionBody } from '../../../../src/app/state/actions.ts'
import type { Dialog, State } from '../../../../src/app/state/state.ts'
import { type PrintkSite, siteIds } from '../../../../src/kernel/dyndbg/dyndbg-control.ts'
import type { HeldChange } from '../../../../src/model/change.ts'
import { ok } from '../../../../src/words/failure.ts'
import {
	controlOf,
	heldSite,
	noControl,
	printkReading,
	withFlags,
} from '../../../harness/samples/dyndbg-samples.ts'
import { countersOf, FACTS, leaseView } from '../../../harness/samples/samples.ts'
import { emptyState, seenState, stepped } from '../../../harness/samples/states.ts'
import { KERNELS, sitesOf } from '../../../kernel/dyndbg/pr-debug-sites.ts'

const SITES = controlOf('6.1')

/** On Printk, with these rows read. */
const seen = (sites: readonly PrintkSite[] = SITES, rest: Partial<State> = {}): State =>
	stepped(
		seenState({}, rest, { ...FACTS, kernel: '6.1.0-25' }),
		1,
		{ type: 'printk', result: ok(printkReading(sites)) },
		{ type: 'go', screen: 'printk' },
	)

const rowsOf = (state: State) => printkPane(state).rows
const keysOf = (state: State) => rowsOf(state).map(({ key }) => key)

/** The selection on the first row that is so. */
function at(state: State, fits: (row: ReturnType<typeof rowsOf>[number]) => boolean): State {
	const index = rowsOf(state).findIndex(fits)
	expect(index).toBeGreaterThanOrEqual(0)
	return stepped(state, 1, { type: 'move-to', where: 'first' }, { type: 'move', by: index })
}
const atSite = (func: string, state: State = seen()): State =>
	at(state, ({ item }) => item.kind === 'site' && item.site.func === func)
const atFile = (file: string, state: State = seen()): State =>
	at(state, ({ item }) => item.kind === 'file' && item.file.endsWith(file))

const filtered = (words: string, state: State = seen()): State =>
	stepped(
		state,
		1,
		{ type: 'filter-open' },
		{ type: 'filter-text', text: words },
		{ type: 'filter-close', keep: true },
	)

const SPACE: ActionBody = { type: 'print', which: 'selected' }
const ACCEPT: ActionBody = { type: 'accept' }
const dialogAfter = (state: State, ...bodies: readonly ActionBody[]): Dialog | undefined =>
	stepped(state, 9, ...bodies).dialog?.dialog
const writes = (dialog: Dialog | undefined): readonly string[] =>
	dialog?.kind === 'confirm-change'
		? dialog.plan.changes.map(({ knob, from, to }) => `${/:(\w+)#/.exec(knob)?.[1]} ${from}>${to}`)
		: []

const holding = (...changes: readonly HeldChange[]): ActionBody => ({
	type: 'lease',
	view: leaseView({ changes: changes.map((change, index) => ({ ...change, seq: index + 1 })) }),
})

describe('rows', () => {
	test('on top what explains silent packets on 6.1, the likely and quiet ones first', () => {
		const [head, first] = rowsOf(seen())
		expect(head?.item).toMatchObject({ kind: 'proposals' })
		expect(first?.item).toMatchObject({ kind: 'proposal', site: { func: 'tcp_new' } })
	})

	test('6.12 has no such site in tcp_new, so it is not proposed', () => {
		const proposed = rowsOf(seen(controlOf('6.12'))).flatMap(({ item }) =>
			item.kind === 'proposal' ? [item.site.func] : [],
		)
		expect(proposed).not.toContain('tcp_new')
		expect(proposed.length).toBeGreaterThan(0)
	})

	test('once the kernel said invalid new by itself, tcp_new is not proposed', () => {
		const state = seen(SITES, { traits: { ...emptyState().traits, tellsNew: true } })
		expect(rowsOf(state).some(({ item }) => item.kind === 'proposal' && item.site.func === 'tcp_new')).toBe(
			false,
		)
	})

	test.each(KERNELS)('%s: every file has one head, its sites by line below it, each key once', (kernel) => {
		const rows = rowsOf(seen(sitesOf(kernel).map(({ site }) => site)))
		expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length)
		let file = ''
		let line = 0
		const heads = new Set<string>()
		for (const { item } of rows) {
			if (item.kind === 'file') {
				expect(heads).not.toContain(item.file)
				heads.add(item.file)
				file = item.file
				line = 0
			}
			if (item.kind !== 'site') continue
			expect(item.site.file).toBe(file)
			expect(item.site.line).toBeGreaterThanOrEqual(line)
			line = item.site.line
		}
	})

	test('other parts of the kernel are never shown; other modules of netfilter by filter, or while they print', () => {
		const nft: PrintkSite = {
			file: 'net/netfilter/nft_quota.c',
			line: 3,
			module: 'nft_quota',
			func: 'nft_x',
			flags: '',
			format: 'quota\n',
			class: null,
		}
		const shows = (state: State) => rowsOf(state).some(({ text }) => text.includes('quota'))
		expect(rowsOf(seen()).some(({ text }) => text.includes('overlayfs'))).toBe(false)
		expect(rowsOf(filtered('overlay')).length).toBe(0)
		expect(shows(seen([...SITES, nft]))).toBe(false)
		expect(shows(filtered('quota', seen([...SITES, nft])))).toBe(true)
		expect(shows(seen([...SITES, { ...nft, flags: 'p' }]))).toBe(true)
	})

	test('the filter leaves heads with what it lets through, and says of how many', () => {
		const state = filtered('vtag')
		const heads = rowsOf(state).flatMap(({ item }) => (item.kind === 'file' ? [item] : []))
		expect(heads.map(({ file }) => file)).toEqual(['net/netfilter/nf_conntrack_proto_sctp.c'])
		expect(heads[0]?.ids.length).toBe(7)
		expect(printkPane(state).total).toBeGreaterThan(rowsOf(state).length)
	})

	test('the rows are the same objects while nothing they are made of moves', () => {
		const state = seen()
		const later = stepped(
			state,
			3000,
			{ type: 'tick', wall: 1 },
			{ type: 'printk', result: ok(printkReading(controlOf('6.1'))) },
			{ type: 'move', by: 3 },
		)
		expect(rowsOf(later)).toBe(rowsOf(state))
		expect(rowsOf(filtered('tcp', later))).not.toBe(rowsOf(state))
	})

	test('4 000 sites are made into rows only once', () => {
		const many = Array.from({ length: 4000 }, (_, line) => ({
			file: line % 5 === 0 ? `net/netfilter/nf_conntrack_${line % 40}.c` : `drivers/x${line % 300}.c`,
			line,
			module: line % 5 === 0 ? 'nf_conntrack' : 'driver',
			func: `f${line % 70}`,
			flags: '',
			format: `text ${line}\n`,
			class: null,
		}))
		const state = seen([...SITES, ...many])
		const rows = rowsOf(state)
		expect(rows.length).toBeGreaterThan(800)
		for (let turn = 0; turn < 100; turn++)
			expect(rowsOf(stepped(state, turn + 2, { type: 'move', by: 1 }))).toBe(rows)
	})
})

describe('space', () => {
	test('on a site: one query', () => {
		const dialog = dialogAfter(atSite('tcp_new'), SPACE)
		expect(writes(dialog)).toEqual(['tcp_new _>p'])
		expect(dialog).toMatchObject({ plan: { purpose: 'print tcp_new "invalid new deleting"' } })
	})

	test('on a proposal: the same', () => {
		const state = at(seen(), ({ item }) => item.kind === 'proposal')
		expect(writes(dialogAfter(state, SPACE))).toEqual(['tcp_new _>p'])
	})

	test('on the head of a file: all its sites; with a filter those that pass', () => {
		expect(writes(dialogAfter(atFile('nf_conntrack_proto_tcp.c'), SPACE))).toHaveLength(4)
		const some = atFile('nf_conntrack_proto_tcp.c', filtered('tcp_conntracks'))
		expect(writes(dialogAfter(some, SPACE))).toEqual(['nf_conntrack_tcp_packet _>p'])
	})

	test('on the head of the proposals: those that print for such packets only', () => {
		const state = at(seen(), ({ item }) => item.kind === 'proposals')
		const functions = writes(dialogAfter(state, SPACE))
		expect(functions).toContain('tcp_new _>p')
		expect(functions).not.toContain('find_prev_fhdr _>p')
	})

	test('flags that are there stay', () => {
		expect(writes(dialogAfter(atSite('tcp_new', seen(withFlags(SITES, { tcp_new: 'mt' }))), SPACE))).toEqual([
			'tcp_new mt>pmt',
		])
	})

	test('what someone else has switched on is left alone', () => {
		const state = atSite('tcp_new', seen(withFlags(SITES, { tcp_new: 'p' })))
		const next = stepped(state, 9, SPACE)
		expect(next.dialog).toBeUndefined()
		expect(next.notice?.text).toMatch(/already prints like that/)
	})

	test('on ours: back to what it was, without a question', () => {
		const sites = withFlags(SITES, { tcp_new: 'p' })
		const state = stepped(atSite('tcp_new', seen(sites)), 2, holding(heldSite(sites, 'tcp_new')))
		expect(requestOf(state, { type: 'undo-selected', at: 3 })).toEqual({ ask: 'undo', which: 1 })
	})

	test('on a head of which all is ours: all of it back, the newest first', () => {
		const sites = withFlags(SITES, { tcp_new: 'p', nf_conntrack_tcp_packet: 'p' })
		const ids = siteIds(sites)
		const held = [...ids].flatMap(([id, site]) =>
			site.file.endsWith('proto_tcp.c')
				? [{ ...heldSite(sites, 'tcp_new'), knob: `printk:${id}` } satisfies HeldChange]
				: [],
		)
		const state = stepped(atFile('nf_conntrack_proto_tcp.c', seen(sites)), 2, holding(...held))
		expect(requestOf(state, { type: 'undo-selected', at: 3 })).toEqual({ ask: 'undo', which: [4, 3, 2, 1] })
	})

	test('a header site cannot be switched, and says so', () => {
		expect(stepped(atSite('nf_ct_acct_ext_add'), 9, SPACE).notice?.text).toMatch(/left alone/)
	})

	test.each<[string, State, RegExp]>([
		['read-only', { ...seen(), modes: { ...emptyState().modes, readOnly: true } }, /^READ ONLY/],
		['no right', { ...seen(), facts: { ...FACTS, capNetAdmin: false } }, /CAP_NET_ADMIN/],
		['not read', stepped(seenState(), 1, { type: 'go', screen: 'printk' }), /not read yet/],
		[
			'no control file',
			stepped(seenState(), 1, { type: 'printk', result: ok(noControl()) }, { type: 'go', screen: 'printk' }),
			/without dynamic debug/,
		],
	])('refused: %s', (_, state, reason) => {
		const next = stepped(state, 9, SPACE)
		expect(next.dialog).toBeUndefined()
		expect(next.notice?.text).toMatch(reason)
	})
})

describe('several at once', () => {
	test('f: all of the function', () => {
		const dialog = dialogAfter(atSite('nf_conntrack_in'), { type: 'print', which: 'function' })
		expect(writes(dialog)).toEqual(['nf_conntrack_in _>p', 'nf_conntrack_in _>p'])
	})

	test('f on a head asks for a site first', () => {
		const next = stepped(atFile('proto_tcp.c'), 9, { type: 'print', which: 'function' })
		expect(next.notice?.text).toMatch(/select a call site/)
	})

	test('a: all that the filter lets through, and nothing without a filter', () => {
		const all: ActionBody = { type: 'print', which: 'filter' }
		expect(writes(dialogAfter(filtered('Setting vtag'), all))).toHaveLength(7)
		expect(stepped(seen(), 9, all).notice?.text).toMatch(/no filter is set/)
	})

	test('more than 40 are asked about again, in words, before anything is asked of the guard', () => {
		const open = stepped(filtered('nf_conntrack'), 9, { type: 'print', which: 'filter' })
		const dialog = open.dialog?.dialog
		expect(writes(dialog).length).toBeGreaterThan(40)
		expect(requestOf(open, { ...ACCEPT, at: 400 })).toBeUndefined()
		const again = stepped(open, 400, ACCEPT)
		expect(again.dialog).toMatchObject({
			since: 400,
			dialog: { asked: true, again: /call sites are to print/ },
		})
		expect(requestOf(again, { ...ACCEPT, at: 800 })).toMatchObject({ ask: 'apply' })
		expect(stepped(again, 800, ACCEPT)).toMatchObject({ dialog: undefined, busy: 'applying' })
	})
})

describe('how talkative it is', () => {
	const counting = (packets: number, invalid: number): readonly ActionBody[] =>
		[0, 1, 2].map((second) => ({
			type: 'counters',
			result: ok({
				...countersOf(second * 1000, { invalid: second * invalid, entries: 1 }),
				packets: second * packets,
			}),
		}))
	const noted = (state: State, func: string) => {
		const dialog = dialogAfter(atSite(func, state), SPACE)
		return dialog?.kind === 'confirm-change' ? [dialog.warning ?? '', ...dialog.notes].join('; ') : ''
	}

	test('a site that prints for every packet: with its rate and the breaker, in view', () => {
		const state = stepped(seen(), 2000, ...counting(4200, 3))
		const file = atFile('nf_conntrack_core.c', state)
		expect(noted(state, 'resolve_normal_ct')).toMatch(/^; prints for every bad packet/)
		expect(dialogAfter(file, SPACE)).toMatchObject({
			warning: expect.stringMatching(
				/^\d of them print for every packet: all together about \d+ \d+ lines\/s now; the breaker switches it off above 200 lines\/s for 3 s$/,
			),
		})
		const told = (maxRate: number) =>
			dialogAfter({ ...file, modes: { ...file.modes, maxRate } }, SPACE) as { readonly warning?: string }
		expect(told(50).warning).toMatch(/the breaker switches it off above 50 lines\/s for 3 s$/)
		expect(told(0).warning).toMatch(/no breaker switches it off \(--max-rate 0\)$/)
		const one = at(state, ({ item }) => item.kind === 'site' && item.site.format.startsWith('normal packet'))
		expect(dialogAfter(one, SPACE)).toMatchObject({
			warning: expect.stringMatching(/^Prints for every packet: about 4 200 lines\/s now; the breaker/),
		})
	})

	test('a site that prints for bad packets: their rate, and no warning while it is low', () => {
		const dialog = dialogAfter(atSite('tcp_new', stepped(seen(), 2000, ...counting(4200, 3))), SPACE)
		expect(dialog).toMatchObject({ notes: ['prints for every bad packet: about 3 lines/s now'] })
		expect(dialog).not.toHaveProperty('warning')
	})

	test('a flood of bad packets is a warning too', () => {
		const text = noted(stepped(seen(), 2000, ...counting(4200, 900)), 'tcp_new')
		expect(text).toMatch(/^Prints for every bad packet: about 900 lines\/s now; the breaker/)
	})

	test('what was not measured is said', () => {
		expect(dialogAfter(atFile('nf_conntrack_seqadj.c'), SPACE)).toMatchObject({
			warning: expect.stringMatching(/was not measured/),
		})
	})
})

describe('decorations', () => {
	const choose = (state: State, ...moves: readonly number[]): State =>
		stepped(
			state,
			9,
			{ type: 'decorate' },
			...moves.flatMap((by): ActionBody[] => [{ type: 'choose-move', by }, { type: 'decoration-toggle' }]),
		)

	test.each<[string, string, string]>([
		['6.1.0-56', '', 'tmfl'],
		['6.6.9', '', 'tmfsl'],
		['7.2.0', '', 'tmfsld'],
		['5.4.0', 's', 'tmfsl'],
	])('%s, with a site that has =%s, offers %s', (kernel, flags, offered) => {
		const state = seen(withFlags(SITES, { tcp_new: flags }), { facts: { ...FACTS, kernel } })
		const dialog = choose({ ...state, facts: { ...FACTS, kernel } }).dialog?.dialog
		expect(dialog?.kind === 'decorate' && dialog.offered.map(({ value }) => value).join('')).toBe(offered)
	})

	test('space is on and off, enter goes on to the exact query', () => {
		const open = choose(atSite('tcp_new'), 1, 1, -1)
		expect(open.dialog?.dialog).toMatchObject({ chosen: ['f'] })
		const next = stepped(choose(atSite('tcp_new'), 1, 1), 400, ACCEPT)
		expect(next.decorations).toBe('mf')
		expect(writes(next.dialog?.dialog)).toEqual(['tcp_new _>pmf'])
	})

	test('what is on already gets them added', () => {
		const sites = withFlags(SITES, { tcp_new: 'p' })
		const state = stepped(atSite('tcp_new', seen(sites)), 2, holding(heldSite(sites, 'tcp_new')))
		expect(writes(stepped(choose(state, 1), 400, ACCEPT).dialog?.dialog)).toEqual(['tcp_new p>pm'])
	})

	test('with nothing to change it is remembered', () => {
		const next = stepped(choose(atSite('nf_ct_acct_ext_add'), 1), 400, ACCEPT)
		expect(next.notice?.text).toMatch(/from now on: module/)
	})
})

describe('mounting debugfs', () => {
	const on = (rest: Parameters<typeof noControl>[0]) =>
		stepped(
			seenState(),
			1,
			{ type: 'printk', result: ok(noControl(rest)) },
			{ type: 'go', screen: 'printk' },
			{ type: 'mount' },
		)

	test('not where it would show nothing', () => {
		expect(on({}).notice?.text).toMatch(/would not show them/)
	})

	test('where it would: the change is proposed', () => {
		expect(on({ canMount: true }).dialog?.dialog).toMatchObject({
			kind: 'confirm-change',
			plan: { changes: [{ knob: 'mount:debugfs', from: 'absent', to: 'mounted' }] },
		})
	})
})

describe('copying', () => {
	const copied = (state: State) => describeState.copyText(state)

	test('the shell line of the selected site, with what is there now', () => {
		expect(copied(atSite('tcp_new'))).toBe(
			"echo 'file net/netfilter/nf_conntrack_proto_tcp.c line 889 func tcp_new +p' > /proc/dynamic_debug/control",
		)
		expect(copied(atSite('tcp_new', seen(withFlags(SITES, { tcp_new: 'pmt' }))))).toContain(
			'line 889 func tcp_new -p',
		)
	})

	test('of a head those of all its sites, of a dialog the queries', () => {
		expect(copied(atFile('nf_conntrack_proto_tcp.c'))?.split('\n')).toHaveLength(4)
		expect(copied(stepped(atSite('tcp_new'), 9, SPACE))).toBe(copied(atSite('tcp_new')))
	})

	test('where nothing can be switched, what to use instead', () => {
		const none: ActionBody = { type: 'printk', result: ok(noControl()) }
		expect(copied(stepped(seenState(), 1, none, { type: 'go', screen: 'printk' }))).toContain('bpftrace')
	})
})

test('what the guard has read back is shown at once, before the file is read again', () => {
	const flagsOf = (state: State) =>
		rowsOf(state).flatMap(({ item }) =>
			item.kind === 'site' && item.site.func === 'tcp_new' ? [item.site.flags] : [],
		)
	const held = heldSite(SITES, 'tcp_new')
	const on = stepped(atSite('tcp_new'), 2, holding(held))
	expect(flagsOf(on)).toEqual(['p'])
	const off = stepped(on, 3, holding({ ...held, state: 'undone', now: '_', endedAt: 5 }))
	expect(flagsOf(off)).toEqual([''])
	expect(writes(dialogAfter(off, SPACE))).toEqual(['tcp_new _>p'])
	// What the guard said before is no news: the file may know better by now.
	const others = stepped(on, 4, {
		type: 'printk',
		result: ok(printkReading(withFlags(SITES, { tcp_new: 'pm' }))),
	})
	expect(flagsOf(stepped(others, 5, holding(held)))).toEqual(['pm'])
})

test('whatever was switched stays ours on the screen when the rows move', () => {
	const sites = withFlags(SITES, { tcp_new: 'p' })
	const state = stepped(seen(sites), 2, holding(heldSite(sites, 'tcp_new')))
	const moved = sites.map((site) => ({ ...site, line: site.line + 7 }))
	const later = stepped(state, 9, { type: 'printk', result: ok(printkReading(moved)) })
	expect(keysOf(later)).toEqual(keysOf(state))
})
