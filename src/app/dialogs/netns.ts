import { netnsName } from '../../investigation/netns-words.ts'
import type { NetnsRow } from '../../model/namespaces.ts'
import * as english from '../../words/english/app/dialogs.ts'
import { glyphsOf } from '../../words/glyphs.ts'
import { type Line, line, span } from '../../words/line.ts'
import { grouped, rate } from '../../words/numbers.ts'
import { fitted, safe, wrap } from '../../words/text.ts'
import { selectedNetns } from '../changing/netns-choice.ts'
import type { State } from '../state/state.ts'
import { answersOf } from './answers.ts'
import type { Sheet } from './sheet.ts'

/** Cells of the columns behind the name. */
const NUMBERS = 9 + 7 + 9 + 6 + 12

/** All network namespaces with what conntrack counts in each. */
export function netnsSheet(selected: number, state: State, inner: number): Sheet {
	const { value, failure } = state.namespaces
	const { mark, ellipsis } = glyphsOf(state.modes)
	const name = Math.max(12, inner - NUMBERS - 2)
	const cell = (text: string, width: number) => ` ${fitted(safe(text), width - 1, 'right', ellipsis)}`
	const head = line(
		span(
			`  ${fitted('NAMESPACE', name)}${cell('INVALID', 9)}${cell('/s', 7)}${cell('ENTRIES', 9)}${cell('LOG', 6)}${cell('LOGGER', 12)}`,
			'dim',
		),
	)
	const rowLine = (row: NetnsRow, index: number): Line => {
		const here = index === selected
		const perSecond = value?.rates.get(row.inode)
		const text = [
			`${here ? mark : ' '}${row.here ? '*' : ' '}${fitted(safe(netnsName(row)), name, 'left', ellipsis)}`,
			cell(row.invalid === null ? '-' : grouped(row.invalid), 9),
			cell(perSecond === undefined ? '-' : rate(perSecond), 7),
			cell(row.entries === null ? '-' : grouped(row.entries), 9),
			cell(row.logInvalid ?? '-', 6),
			cell((row.logger ?? '-').replace(/^nf_log_|^nfnetlink_/, ''), 12),
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
				? wrap(failure === undefined ? english.theyAreBeingRead : english.theyCannotBeRead, inner).map(
						(text) => line(text),
					)
				: value.rows.map(rowLine),
		answers: [...aboutLines(row, inner), ...answersOf('namespaces', state, inner)],
		follow: selected,
	}
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
