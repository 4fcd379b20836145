import { NFLOG_LOGGER } from '../../changes/log-source.ts'
import { netnsName } from '../../investigation/netns-words.ts'
import type { NetnsRow } from '../../model/namespaces.ts'
import * as english from '../../words/english/app/dialogs.ts'
import { glyphsOf } from '../../words/glyphs.ts'
import { type Line, line, span } from '../../words/line.ts'
import { grouped, rate } from '../../words/numbers.ts'
import { fitted, safe, wrap } from '../../words/text.ts'
import { selectedNetns } from '../changing/netns-choice.ts'
import { toldOfNetns } from '../log/elsewhere.ts'
import { readingText } from '../screens/parts/reading.ts'
import type { State } from '../state/state.ts'
import { answersOf } from './answers.ts'
import type { Sheet } from './sheet.ts'

/** Cells of the columns behind the name: two numbers and the entries, then how it logs, or what probes tell. */
const NUMBERS = 9 + 7 + 9 + 18

/** Who gets the lines, as the rest of the program calls it. */
const loggerName = (logger: string | null): string =>
	logger === NFLOG_LOGGER ? english.nflog : (logger ?? '-').replace(/^nf_log_.*/, english.kernelLog)

/** All network namespaces with what conntrack counts in each. */
export function netnsSheet(selected: number, state: State, inner: number): Sheet {
	const { value, failure } = state.namespaces
	const { mark, ellipsis } = glyphsOf(state.modes)
	const name = Math.max(12, inner - NUMBERS - 2)
	const cell = (text: string, width: number) => ` ${fitted(safe(text), width - 1, 'right', ellipsis)}`
	const isProbed = state.way?.source === 'probe'
	const head = line(
		span(
			`  ${fitted('NAMESPACE', name)}${cell('INVALID', 9)}${cell('/s', 7)}${cell('ENTRIES', 9)}${isProbed ? cell(english.mostFrequent, 18) : `${cell('LOG', 6)}${cell('LOGGER', 12)}`}`,
			'dim',
		),
	)
	const rowLine = (row: NetnsRow, index: number): Line => {
		const here = index === selected
		const told = toldOfNetns(state, row.inode)
		// Probes tell at once, and of namespaces too whose counters cannot be read.
		const perSecond = isProbed ? (told?.rate ?? 0) : value?.rates.get(row.inode)
		const logs = [cell(row.logInvalid ?? '-', 6), cell(loggerName(row.logger), 12)]
		const text = [
			`${here ? mark : ' '}${row.here ? '*' : ' '}${fitted(safe(netnsName(row)), name, 'left', ellipsis)}`,
			cell(row.invalid === null ? '-' : grouped(row.invalid), 9),
			cell(perSecond === undefined ? '-' : rate(perSecond), 7),
			cell(row.entries === null ? '-' : grouped(row.entries), 9),
			...(isProbed ? [cell(told?.reasons[0]?.text ?? '-', 18)] : logs),
		].join('')
		return line(span(text, here ? 'selected' : (perSecond ?? 0) > 0 ? 'attention' : 'plain'))
	}
	const row = selectedNetns(state)
	return {
		title: english.networkNamespacesOfThisHost,
		tone: 'plain',
		head: value === undefined ? [] : [head],
		body:
			value === undefined
				? wrap(
						failure === undefined
							? (readingText(state, 'namespaces') ?? english.theyAreBeingRead)
							: english.theyCannotBeRead,
						inner,
					).map((text) => line(text))
				: value.rows.map(rowLine),
		answers: [
			...toldLines(row, state, inner),
			...aboutLines(row, inner),
			...answersOf('namespaces', state, inner),
		],
		follow: selected,
	}
}

const REASONS_SHOWN = 3

/** Of the selected one: what probes have told since they were set. */
function toldLines(row: NetnsRow | undefined, state: State, inner: number): readonly Line[] {
	if (row === undefined || state.way?.source !== 'probe') return []
	const { count = 0, reasons = [] } = toldOfNetns(state, row.inode) ?? {}
	const first = reasons.slice(0, REASONS_SHOWN).map((one) => `${one.text} ${grouped(one.count)}`)
	const rest = reasons.length - first.length
	const words =
		count === 0
			? english.probesToldNothing
			: english.probesTold(
					grouped(count),
					[...first, ...(rest > 0 ? [english.andMoreOfThem(rest)] : [])].join(', '),
				)
	return wrap(safe(words), inner).map((text) => line(span(text)))
}

/** Of the selected one: container, processes, limit. */
function aboutLines(row: NetnsRow | undefined, inner: number): readonly Line[] {
	if (row === undefined) return []
	const { container, processes, first, max, path, here, why } = row
	const parts = [
		...(here ? [english.youAreHere] : []),
		...(container === null
			? []
			: [`${container.engine} ${container.id}${container.pod === null ? '' : english.pod(container.pod)}`]),
		first === null
			? english.noProcess
			: english.first(grouped(processes), processes === 1 ? 'process' : 'processes', first.name, first.pid),
		...(why === '' ? [] : [english.someOfItCouldNot(why)]),
		...(max === null ? [] : [english.atMostEntries(grouped(max))]),
		english.everythingIsPutBackBefore(path),
	]
	return wrap(safe(parts.join('; ')), inner).map((text) => line(span(text, 'dim')))
}
