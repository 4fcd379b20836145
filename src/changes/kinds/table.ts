import type { Knob, KnobId } from '../../model/knob.ts'
import * as english from '../../words/english/changes/kinds.ts'
import { TAP_LEVELS, type Tap } from '../tap/tap.ts'
import { oneLine, tableScript } from '../tap/tap-rules.ts'
import { parseTap } from '../tap/tap-text.ts'
import { tapInWords, tapName } from '../tap/tap-words.ts'
import type { Kind } from './kind.ts'

/** A table of ours is not there. */
export const ABSENT = 'absent'
/** There is a table of that name, and it is not ours. */
export const FOREIGN = 'foreign'

/** How many tables of ours there can be in a network namespace. */
export const MOST_TABLES = 16

/** The names of our tables: `ctscope`, `ctscope_2` and so on. One table for each tap, so that each goes by itself. */
export const TABLES: readonly string[] = Array.from({ length: MOST_TABLES }, (_, index) =>
	index === 0 ? 'ctscope' : `ctscope_${index + 1}`,
)

const PREFIX = 'table:'

export const knobOfTable = (table: string): KnobId => `${PREFIX}${table}`

/** The table that a knob stands for; undefined for all others. */
export const tableOfKnob = (id: KnobId): string | undefined =>
	id.startsWith(PREFIX) ? id.slice(PREFIX.length) : undefined

/** The tap that a change puts into a table of ours; undefined for all other changes. */
export const tapOfChange = ({
	knob,
	set,
}: {
	readonly knob: KnobId
	readonly set: string
}): Tap | undefined => (tableOfKnob(knob) === undefined ? undefined : parseTap(set))

/** The knob of a table of ours; undefined for any other name. */
function tableKnob(table: string): Knob | undefined {
	if (!TABLES.includes(table)) return undefined
	return {
		id: knobOfTable(table),
		sysctl: english.nftTableInet(table),
		path: english.nftListTableInet(table),
		class: 'logs-more',
		scope: 'netns',
		kind: { type: 'table', table },
	}
}

/** A table of nftables of our own, with one tap. */
export const TABLE: Kind<'table'> = {
	named: { prefix: PREFIX, knob: tableKnob },
	by: 'rules',
	shownIn: 'tables',
	canonical: (text) =>
		text === ABSENT || text === FOREIGN || parseTap(text) !== undefined ? text : undefined,
	problem({ sysctl }, value, from) {
		if (value === FOREIGN || from === FOREIGN) return english.isThereAndNotOurs(sysctl)
		return value === ABSENT || from === ABSENT ? undefined : english.holdsATapAlreadyIt(sysctl)
	},
	title: ({ kind }) => english.rulesOfOurOwnIn(kind.table),
	effect: () => [english.aTableOfOurOwn, english.costEachPacketOfThese, english.theTableGoesWithThe],
	inWords: tapInWords,
	shellLine({ kind: { table } }, value) {
		const tap = parseTap(value)
		if (tap === undefined) return english.nftDeleteTableInet(table)
		return english.nft(oneLine(tableScript(table, tap, { owner: false })).trim())
	},
	name: (_, value) => tapName(value),
	level(_, __, to) {
		const tap = parseTap(to)
		const logs = tap?.to.kind === 'kmsg' && (tap.kind === 'tap' || tap.kind === 'preview')
		return logs ? TAP_LEVELS.indexOf(tap.level) : undefined
	},
	attempt: ({ sysctl }) => english.addingThe(sysctl),
}
