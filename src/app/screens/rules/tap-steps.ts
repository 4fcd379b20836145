import { tableOfKnob } from '../../../changes/kinds/table.ts'
import { type Tap, tapOf } from '../../../changes/tap/tap.ts'
import { isTracking, planTaps, SWITCHES_ON } from '../../../changes/tap-plan.ts'
import { describe } from '../../../words/failure.ts'
import { capital } from '../../../words/numbers.ts'
import { changesInForce } from '../../changing/changes-in-force.ts'
import { whyNotWrite } from '../../changing/may-write.ts'
import { ourTaps } from '../../changing/our-taps.ts'
import type { Step } from '../../changing/switching.ts'
import type { State } from '../../state/state.ts'
import { watchPane } from '../watch/rows.ts'
import { rulesPane } from './rows.ts'
import { type TapForm, tapForm, tapsOfForm } from './tap-form.ts'

/** Why no rules of our own can be added now; undefined when it can be tried. */
export function whyNotTap(state: State): string | undefined {
	if (state.facts === undefined || state.settings.value === undefined) return 'the host was not looked at yet'
	if (state.facts.tools.nft === null) return 'nft is not installed: apt install nftables'
	return whyNotWrite(state)
}

/** The details of a rule are open: enter goes on from there. */
export function isRuleOpened(state: State): boolean {
	if (state.screen !== 'rules' || !state.panes.rules.detail) return false
	const { rows, selected } = rulesPane(state)
	return rows[selected]?.item.kind === 'rule'
}

/** The exact writes for these taps, before they happen. */
export function tapStep(state: State, taps: readonly Tap[]): Step {
	const reason = whyNotTap(state)
	const settings = state.settings.value
	const { facts } = state
	if (reason !== undefined || settings === undefined || facts === undefined)
		return { reason: reason ?? 'the host was not looked at yet' }
	const there = state.taps.value
	const ours = ourTaps(state)
	// What was added a moment ago may not be read again yet.
	const held = changesInForce(state.lease).flatMap(({ knob }) => tableOfKnob(knob) ?? [])
	const chains = state.rules.value?.ruleset.chains ?? []
	const { plan, blockers, notes } = planTaps({
		taps,
		settings,
		netns: facts.netns,
		tables: [
			...(there?.tables ?? []),
			...held,
			...chains.flatMap(({ family, table }) => (family === 'inet' ? [table] : [])),
		],
		others: [...(there?.taps ?? []).map(({ tap }) => tap), ...ours.map(({ tap }) => tap)],
		isTracking: isTracking(
			settings.count,
			state.counters.value === undefined ? undefined : [state.counters.value.totals],
			state.rules.value?.ruleset.rules,
		),
		nft: facts.tools.nft,
		ours: { reader: state.nflog.status === 'following' ? 'running' : 'off' },
		modules: state.modules.value?.list,
	})
	const warning = notes.includes(SWITCHES_ON) ? { warning: `${capital(SWITCHES_ON)}.` } : {}
	return {
		dialog: {
			kind: 'confirm-change',
			plan,
			blockers,
			notes: notes.filter((note) => note !== SWITCHES_ON),
			...warning,
		},
	}
}

/** What follows after the form: the exact writes, or what is wrong in it. */
export function formStep(state: State, form: TapForm): Step | { readonly error: string } {
	const taps = tapsOfForm(form)
	if (taps.ok) return tapStep(state, taps.value)
	return { error: describe(taps.failure).detail }
}

/** The states that the states of a connection are told apart by, each with a tap of its own. */
export const eachState = (): readonly Tap[] =>
	(['new', 'established', 'related', 'invalid'] as const).map((state) =>
		tapOf({ kind: 'tap', hooks: ['input', 'output'], states: [state] }),
	)

export const byState = (): readonly Tap[] => [
	tapOf({ kind: 'count', hooks: ['prerouting', 'input', 'forward', 'output', 'postrouting'] }),
]

/** A preview of the selected rule; its match as far as a tap can say it. */
export function previewForm(state: State): TapForm {
	const { rows, selected } = rulesPane(state)
	const item = rows[selected]?.item
	if (state.screen !== 'rules' || item?.kind !== 'rule') return tapForm('preview')
	const { rule, hook } = item.row
	const text = rule.text
		.replace(
			/ ?\b(?:counter(?: packets \d+ bytes \d+)?|comment "[^"]*"|log(?: prefix "[^"]*")?(?: level \w+)?)/g,
			'',
		)
		.trim()
	return tapForm('preview', { rule: text, ...(hook === '' || hook === 'ingress' ? {} : { hook }) })
}

/** On Watch the flow of the selected reason, if it can be matched; else INVALID packets of any flow. */
export function tracedTaps(state: State): readonly Tap[] {
	const usual = { kind: 'trace', hooks: ['prerouting', 'output'], states: ['invalid'] } as const
	if (state.screen !== 'watch') return [tapOf(usual)]
	const { rows, selected } = watchPane(state)
	const item = rows[selected]?.item
	const flow = item?.kind === 'reason' ? item.row.flows[0]?.flow : undefined
	const [, from, to] = /^(\S+) > (\S+)$/.exec(flow ?? '') ?? []
	const [source, target] = [endOf(from), endOf(to)]
	if (item?.kind !== 'reason' || source === undefined || target === undefined) return [tapOf(usual)]
	const proto = item.row.reason.protocol.toLowerCase()
	const is = (value: string) => ({ not: false, value })
	const hasPorts =
		source.port !== undefined && target.port !== undefined && ['tcp', 'udp', 'sctp'].includes(proto)
	return [
		tapOf({
			...usual,
			name: 'flow',
			match: {
				saddr: is(source.address),
				daddr: is(target.address),
				...(hasPorts ? { proto: is(proto), sport: is(source.port ?? ''), dport: is(target.port ?? '') } : {}),
			},
		}),
	]
}

/** `10.0.0.1:80`, `[2001:db8::1]:80`, or an address alone. */
function endOf(
	text: string | undefined,
): { readonly address: string; readonly port: string | undefined } | undefined {
	const [, six, four, port] =
		/^(?:\[([0-9a-f:.]+)\]|([0-9.]+|[0-9a-f:]+:[0-9a-f:]*))(?::(\d+))?$/i.exec(text ?? '') ?? []
	const address = six ?? four
	return address === undefined ? undefined : { address, port }
}
