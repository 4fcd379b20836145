import { TAP_HOOKS, TAP_LEVELS, TAP_OPTIONS, TAP_STATES, type Tap } from '../../../changes/tap/tap.ts'
import { tapsAsked } from '../../../changes/tap/tap-asked.ts'
import { matchedOf } from '../../../changes/tap/tap-text.ts'
import * as english from '../../../words/english/app/rules.ts'
import type { Result } from '../../../words/failure.ts'
import type { Dialog } from '../../state/state.ts'

export type TapForm = Extract<Dialog, { kind: 'tap' }>

export type TapField = {
	readonly id: string
	readonly label: string
	/** What can be typed. */
	readonly hint: string
	/** Values that left and right go through; empty where anything is typed. */
	readonly values: readonly string[]
}

const field = (id: string, label: string, hint: string, values: readonly string[] = []): TapField => ({
	id,
	label,
	hint,
	values,
})

const HOOK = field('hook', 'hook', english.severalWithCommas(TAP_HOOKS.join(', ')), [
	...TAP_HOOKS,
	'input,output',
	'input,forward,output',
])
const LIMITS = [
	field('rate', 'rate', english.linesAtMost10Second, ['1/second', '10/second', '100/second', '5/minute']),
	field('burst', 'burst', english.linesAtOnceBeforeThe, ['5', '20', '100']),
]
const PREFIX = field('prefix', 'prefix', english.whatALineBeginsWith)

/** What can be said of a tap; a preview has its rule, and the rest is for both. */
const FIELDS: Readonly<Record<'tap' | 'preview', readonly TapField[]>> = {
	tap: [
		field('state', 'state', english.commasTogetherBlanksATap(TAP_STATES.join(', ')), [
			...TAP_STATES,
			english.newEstablishedRelatedInvalid,
			'',
		]),
		HOOK,
		field('proto', 'protocol', english.tcpUdpIcmpANumber, ['', 'tcp', 'udp', 'icmp', 'icmpv6', 'sctp']),
		field('saddr', 'from', english.anAddressOrNetworkIn),
		field('daddr', 'to', english.anAddressOrNetworkIn),
		field('sport', english.fromPort, english.n221000200080443),
		field('dport', english.toPort, english.n221000200080443),
		field('in', english.inBy, english.interfaceSuchAsEth0Or),
		field('out', english.outBy, english.interfaceSuchAsEth0Or),
		...LIMITS,
		field('to', english.linesTo, english.kmsgTheKernelLogNflog, ['kmsg', 'nflog']),
		field('level', 'level', english.ofTheLineInThe(TAP_LEVELS.join(', ')), TAP_LEVELS),
		field('log', english.lineSays, english.besidesSeveralWithCommas(TAP_OPTIONS.join(', ')), [
			'',
			...TAP_OPTIONS,
			TAP_OPTIONS.join(','),
		]),
		PREFIX,
	],
	preview: [field('rule', 'rule', english.asForIptablesOrNft), HOOK, ...LIMITS, PREFIX],
}

export const fieldsOf = ({ tap }: Pick<TapForm, 'tap'>): readonly TapField[] => FIELDS[tap]

/** The form as it opens. */
export function tapForm(tap: TapForm['tap'], given: Readonly<Record<string, string>> = {}): TapForm {
	const usual =
		tap === 'tap'
			? {
					state: 'invalid',
					hook: 'input,forward,output',
					rate: '10/second',
					burst: '20',
					to: 'kmsg',
					level: 'warn',
				}
			: { hook: 'input', rate: '10/second', burst: '20' }
	return { kind: 'tap', tap, values: { ...usual, ...given }, selected: 0, error: '' }
}

/** The taps that the form asks for, or what is wrong with it. */
export function tapsOfForm({ tap, values }: TapForm): Result<readonly Tap[]> {
	const text = (id: string) => (values[id] ?? '').trim()
	const list = (id: string) =>
		text(id)
			.split(',')
			.flatMap((word) => word.trim() || [])
	const match = Object.fromEntries(
		(['proto', 'saddr', 'daddr', 'sport', 'dport', 'in', 'out'] as const).flatMap((id) =>
			text(id) === '' ? [] : [[id, matchedOf(text(id).replace(/^! /, '!'))]],
		),
	)
	const states = text('state')
		.split(/\s+/)
		.filter((word) => word !== '')
	// Typed blanks around a prefix are meant, an empty one is not.
	const prefix = values.prefix ?? ''
	return tapsAsked({
		kind: tap,
		hooks: list('hook'),
		states,
		rate: text('rate') || undefined,
		burst: text('burst') === '' ? undefined : Number(text('burst')),
		level: text('level') || undefined,
		options: list('log'),
		to: text('to') || undefined,
		prefix: prefix.trim() === '' ? undefined : prefix,
		rule: text('rule'),
		match,
	})
}

/** The value after or before the present one, where a field has some to go through. */
export function cycled(form: TapForm, by: 1 | -1): TapForm {
	const here = fieldsOf(form)[form.selected]
	if (here === undefined || here.values.length === 0) return form
	const { id, values } = here
	const at = values.indexOf(form.values[id] ?? '')
	const next = values[at < 0 ? 0 : (at + by + values.length) % values.length] ?? ''
	return { ...form, values: { ...form.values, [id]: next }, error: '' }
}
