import { endLine, type PathLine, pathLines, textOf } from '../../../investigation/path/lines.ts'
import type { Path } from '../../../investigation/path/path.ts'
import { type SameWay, sameWays } from '../../../investigation/path/same-way.ts'
import type { MonotonicMs } from '../../../model/clock.ts'
import * as english from '../../../words/english/app/rules.ts'
import { safe, wrap } from '../../../words/text.ts'
import { keyOf } from '../../state/bindings.ts'
import type { PaneRow } from '../../state/pane-list.ts'
import type { State } from '../../state/state.ts'

export type WayItem =
	/** Packets that went one way. `text` is a piece of what stands there: what is too wide for the list goes on in the next row. */
	| { readonly kind: 'traced'; readonly way: SameWay; readonly text: string }
	/** A line of their way. */
	| { readonly kind: 'way'; readonly way: SameWay; readonly line: PathLine; readonly text: string }

/** A line that is longer is hard to read. */
const WIDEST = 140
const HANG = 2

/** What the last trace told, the ways of most packets first: each with its hooks, chains and rules below it. */
export function wayRows(state: State): readonly PaneRow<WayItem>[] {
	const cells = Math.max(20, Math.min(WIDEST, state.size.columns - 1))
	return ordered(state.traced).flatMap((way): readonly PaneRow<WayItem>[] => {
		const { path, paths } = way
		const key = english.traced(path.packet.id)
		const head = english.wayHead(path.flow, path.decision?.word ?? english.verdictUnknown, paths.length - 1)
		return [
			...pieces('', head, cells).map((text, piece) => ({
				key: pieceKey(key, piece),
				text: head,
				item: { kind: 'traced' as const, way, text },
			})),
			...linesOf(path).flatMap((line, index) => {
				const whole = textOf(line)
				const indent = whole.slice(0, whole.length - line.text.length)
				return pieces(indent, line.text, cells).map((text, piece) => ({
					key: pieceKey(lineKey(key, index), piece),
					text: `${path.flow} ${line.text}`,
					item: { kind: 'way' as const, way, line, text },
				}))
			}),
		]
	})
}

/** Where nothing tells what became of it, that stands behind the last step, and what else is not known behind that. */
function linesOf(path: Path): readonly PathLine[] {
	const lines = pathLines(path)
	const end = endLine(path)
	const untold = lines.findIndex(({ kind }) => kind === 'untold')
	return end === undefined ? lines : lines.toSpliced(untold < 0 ? lines.length : untold, 0, end)
}

const lineKey = (key: string, index: number): string => `${key} ${index}`
const pieceKey = (key: string, piece: number): string => (piece === 0 ? key : `${key}+${piece}`)

/** The text behind its indent, in as many pieces as it needs. */
function pieces(indent: string, text: string, cells: number): readonly string[] {
	const deep = indent.length + HANG < cells / 2 ? ' '.repeat(indent.length + HANG) : '  '
	const [first = '', ...rest] = wrap(safe(text), cells - deep.length)
	return [`${indent}${first}`, ...rest.map((part) => `${deep}${part}`)]
}

/** Those that were taken first, then by how many packets went there. */
const ordered = (paths: readonly Path[]): readonly SameWay[] =>
	sameWays(paths).toSorted(
		(one, other) =>
			Number(other.path.ending === 'decided') - Number(one.path.ending === 'decided') ||
			other.paths.length - one.paths.length,
	)

const isEnd = ({ kind, indent }: PathLine): boolean => kind === 'end' && indent === 0

/** The cursor goes to the rule that decided; on another screen a message says where it is. */
export function traceEnded(state: State, at: MonotonicMs): State {
	const rows = wayRows(state)
	const found =
		rows.find(({ item }) => item.kind === 'way' && (item.line.decides || isEnd(item.line))) ?? rows[0]
	if (found === undefined) return state
	const pane = { ...state.panes.rules, selectedKey: found.key, filter: '', inverted: false, sort: undefined }
	const next = { ...state, panes: { ...state.panes, rules: pane } }
	if (state.screen === 'rules') return next
	const { path } = found.item.way
	return {
		...next,
		notice: {
			text: english.traceIsOn(path.decision?.word ?? english.verdictUnknown, keyOf('go-rules')),
			tone: 'info',
			at,
		},
	}
}
