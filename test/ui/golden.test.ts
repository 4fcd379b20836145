import { expect, test } from 'vitest'
import type { State } from '../../src/app/state/state.ts'
import { pressed } from '../../src/app/store/keys.ts'
import { foundLease } from '../harness/samples/samples.ts'
import { filling } from './full.ts'
import { canBeProbed, probed } from './probed.ts'
import { recordedBefore } from './recorded.ts'
import { drawn } from './screen.ts'
import * as s from './situations.ts'

const onSwitches = () => s.on(s.counts(), 'switches')
const liberal = () => s.later(onSwitches(), { type: 'move', by: 5 }, { type: 'switch' })
const CONFLICT = {
	kind: 'conflict',
	knob: 'log_invalid',
	expected: '0',
	found: '17',
	byHand: 'sysctl -w net.netfilter.nf_conntrack_log_invalid=6',
} as const

/** Each is a file in test/screens, at 80x24 unless the name says otherwise. */
const CASES: Readonly<Record<string, () => State>> = {
	'watch-nothing-read': s.blank,
	'watch-not-told': s.counts,
	'watch-quiet': s.quiet,
	'watch-reasons': s.reasons,
	'watch-opened': () => s.later(s.reasons(), { type: 'enter' }),
	'watch-no-key': () => s.later(s.counts(), ...pressed(s.counts(), 'x', s.NOW)),
	'watch-paused': () => s.later(s.reasons(), { type: 'pause' }, { type: 'log', events: s.lines(20, 3000) }),
	'watch-filtering': () =>
		s.later(s.reasons(), { type: 'filter-open' }, { type: 'filter-text', text: 'bound' }),
	'watch-filtered': () =>
		s.later(
			s.reasons(),
			{ type: 'filter-open' },
			{ type: 'filter-text', text: '!bound' },
			{ type: 'filter-close', keep: true },
		),
	'watch-refused': s.refused,
	'watch-read-only': () => ({ ...s.counts(), modes: { ...s.counts().modes, readOnly: true } }),
	'watch-hostile': s.hostile,
	'watch-ascii': () => s.ascii(s.reasons()),
	'watch-120x40': () => s.sized(s.reasons(), 120, 40),
	'watch-120x40-ascii': () => s.ascii(s.sized(s.reasons(), 120, 40)),
	'watch-40x10': () => s.sized(s.reasons(), 40, 10),
	'watch-20x5': () => s.sized(s.reasons(), 20, 5),
	'watch-nflog': s.nflog,
	'watch-nflog-120x40': () => s.sized(s.nflog(), 120, 40),
	'watch-probed': probed,
	'watch-probed-named': () => s.later(probed(), { type: 'move', by: 1 }),
	'watch-probed-all-120x40': () => s.sized(s.later(probed(), { type: 'all-namespaces' }), 120, 40),
	'watch-silent': () => s.later(s.nflog(), { type: 'move', by: 1 }),
	'watch-unbound': s.unbound,
	'watch-checks': () => s.later(s.unbound(), { type: 'enter' }),
	'watch-checks-open': () => s.later(s.nflog(), { type: 'checks' }),
	'watch-checks-40x10': () => s.sized(s.later(s.unbound(), { type: 'enter' }), 40, 10),
	'log-nflog': () => s.on(s.nflog(), 'log'),
	'log-nflog-rule': () => s.later(s.on(s.nflog(), 'log'), { type: 'move', by: -1 }),
	switches: () => s.on(s.reasons(), 'switches'),
	'switches-refused': () => s.on(s.refused(), 'switches'),
	'switches-120x40': () => s.sized(s.on(s.reasons(), 'switches'), 120, 40),
	'switches-40x10': () => s.sized(s.on(s.reasons(), 'switches'), 40, 10),
	printk: () => s.later(s.printk(), { type: 'move', by: 1 }),
	'printk-proposals': s.printk,
	'printk-opened': () => s.later(s.printk(), { type: 'move', by: 1 }, { type: 'enter' }),
	'printk-ours': () => s.later(s.printing(), { type: 'move', by: 4 }),
	'printk-filtered': () =>
		s.later(
			s.printk(),
			{ type: 'filter-open' },
			{ type: 'filter-text', text: 'proto_tcp' },
			{ type: 'filter-close', keep: true },
			{ type: 'move', by: 2 },
		),
	'printk-ascii': () => s.ascii(s.printing()),
	'printk-120x40': () => s.sized(s.later(s.printing(), { type: 'move', by: 4 }), 120, 40),
	'printk-40x10': () => s.sized(s.printing(), 40, 10),
	'printk-none': s.noPrintk,
	'printk-none-120x40': () => s.sized(s.noPrintk(), 120, 40),
	'printk-unmounted': () =>
		s.noPrintk({
			why: '/proc/dynamic_debug/control does not exist, as in older kernels, and debugfs, which has the file too, is not mounted',
			next: 'mount -t debugfs none /sys/kernel/debug',
			canMount: true,
		}),
	'printk-hostile': s.hostilePrintk,
	'changes-printk': () => s.on(s.printing(), 'changes'),
	'dialog-print': () => s.later(s.printk(), { type: 'move', by: 1 }, { type: 'print', which: 'selected' }),
	'dialog-print-many': () => s.later(s.printk(), { type: 'print', which: 'selected' }),
	'dialog-decorate': () =>
		s.later(s.printk(), { type: 'move', by: 1 }, { type: 'decorate' }, { type: 'decoration-toggle' }),
	table: () => s.on(s.reasons(), 'table'),
	'table-refused': () => s.on(s.refused(), 'table'),
	'table-hostile': () => s.on(s.hostile(), 'table'),
	'table-followed': () =>
		s.sized(
			s.later(
				s.on(s.counts(), 'table'),
				s.seenByProbes,
				{ type: 'move-to', where: 'last' },
				{ type: 'move', by: -7 },
			),
			100,
			40,
		),
	'table-120x40': () => s.sized(s.on(s.reasons(), 'table'), 120, 40),
	'table-40x10': () => s.sized(s.on(s.reasons(), 'table'), 40, 10),
	'full-watch': () => filling({ invalid: 3 }),
	'full-watch-120x40': () => s.sized(filling({ invalid: 3 }), 120, 40),
	'full-watch-40x10': () => s.sized(filling(), 40, 10),
	'full-watch-20x5': () => s.sized(filling(), 20, 5),
	'full-ascii': () => s.ascii(filling({ initial: false })),
	'full-table': () => s.on(filling(), 'table'),
	'full-table-120x40': () => s.sized(s.on(filling({ initial: false }), 'table'), 120, 40),
	'full-steps': () => s.on(filling(), 'steps'),
	'full-steps-report': () => s.stepAt(filling(), 9),
	'full-dialog': () => s.later(filling(), { type: 'help' }),
	'evicting-log': () => s.on(filling({ drop: 0, earlyDrop: 5 }), 'log'),
	'nearly-full-rules': () => s.on(filling({ entries: 288, drop: 0 }), 'rules'),
	steps: () => s.on(s.counts(), 'steps'),
	'steps-telling': () => s.stepAt(s.counts(), 3),
	'steps-reasons': () => s.stepAt(s.rules(), 5),
	'steps-directions': () => s.stepAt(s.sampled(), 6),
	'steps-setting': () => s.stepAt(s.tried(), 8),
	'steps-report': () => s.stepAt(s.tried(), 9),
	'steps-120x40': () => s.sized(s.stepAt(s.tried(), 8), 120, 40),
	'steps-40x10': () => s.sized(s.stepAt(s.sampled(), 6), 40, 10),
	'steps-hostile': () => s.stepAt(s.hostile(), 5),
	'recorded-directions': () => recordedBefore('step-next', 'try'),
	'recorded-end': () => recordedBefore('pause'),
	rules: s.rules,
	'rules-opened': () => s.later(s.rules(), { type: 'move', by: 5 }, { type: 'enter' }),
	'rules-traced': () => s.later(s.rules(), { type: 'move', by: 3 }, { type: 'enter' }),
	'rules-none': () => s.on(s.counts(), 'rules'),
	'rules-hostile': () => s.rules(s.EVIL.replaceAll('"', '').replaceAll('\n', ' ')),
	'rules-120x40': () => s.sized(s.rules(), 120, 40),
	'rules-40x10': () => s.sized(s.rules(), 40, 10),
	'dialog-tap': () => s.later(s.rules(), { type: 'tap-form', tap: 'tap' }, { type: 'tap-cycle', by: 1 }),
	'dialog-tap-wrong': () =>
		s.later(
			s.rules(),
			{ type: 'tap-form', tap: 'preview' },
			{ type: 'tap-text', text: '-m string -j DROP' },
			{ type: 'accept' },
		),
	'dialog-tap-confirm': () => s.later(s.rules(), { type: 'each-state' }),
	log: () => s.on(s.reasons(), 'log'),
	'log-empty': () => s.on(s.quiet(), 'log'),
	'log-refused': () => s.on(s.refused(), 'log'),
	'log-hostile': () => s.on(s.hostile(), 'log'),
	'log-120x40': () => s.sized(s.on(s.reasons(), 'log'), 120, 40),
	'log-40x10': () => s.sized(s.on(s.reasons(), 'log'), 40, 10),
	changes: s.conflict,
	'changes-empty': () => s.on(s.counts(), 'changes'),
	'changes-hostile': () => s.on(s.hostile(), 'changes'),
	'changes-120x40': () => s.sized(s.conflict(), 120, 40),
	'changes-40x10': () => s.sized(s.conflict(), 40, 10),
	'changes-last-minute': () => ({ ...s.reasons(), now: s.NOW + 560_000, wall: s.WALL + 560_000 }),
	'dialog-namespaces': s.namespaces,
	'dialog-namespaces-hostile': () => s.namespaces(s.EVIL),
	'dialog-namespaces-120x40': () => s.sized(s.namespaces(), 120, 40),
	'dialog-choose': () => s.later(s.counts(), { type: 'log-why' }),
	'dialog-confirm-logs-more': () => s.later(s.counts(), { type: 'log-why' }, { type: 'accept' }),
	'dialog-confirm-nflog': () =>
		s.later(
			{ ...s.counts(), facts: s.nflog().facts, settings: s.quietGroup() },
			{ type: 'log-why' },
			{ type: 'accept' },
		),
	'dialog-confirm-probes': () => s.later(canBeProbed(), { type: 'log-why' }),
	'dialog-confirm-treats-differently': liberal,
	'dialog-confirm-ascii': () => s.ascii(liberal()),
	'dialog-confirm-40x12': () => s.sized(liberal(), 40, 12),
	'dialog-confirm-20x5': () => s.sized(liberal(), 20, 5),
	'dialog-number': () => s.later(onSwitches(), { type: 'move-to', where: 'last' }, { type: 'switch' }),
	'dialog-quit': () => s.later(s.reasons(), { type: 'quit', keepScreen: false }),
	'dialog-leftover': () =>
		s.later(s.counts(), { type: 'others', leases: [foundLease('K2A9', { createdAt: s.WALL - 600_000 })] }),
	'dialog-help': () => s.later(s.reasons(), { type: 'help' }),
	'dialog-help-120x40': () => s.sized(s.later(s.reasons(), { type: 'help' }), 120, 40),
	'dialog-commands': () => s.later(s.reasons(), { type: 'commands' }, { type: 'commands-query', text: 'un' }),
	'dialog-failure': () => s.later(s.reasons(), { type: 'change-failed', failure: CONFLICT }),
}

test.each(Object.entries(CASES))('%s', async (name, state) => {
	const lines = await drawn(state())
	await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../screens/${name}.txt`)
})
