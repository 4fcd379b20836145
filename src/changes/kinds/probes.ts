import {
	type FollowedProbes,
	type ProbeSet,
	parseProbes,
	probesText,
} from '../../kernel/probes/probe-sets.ts'
import type { Change, HeldChange, Plan } from '../../model/change.ts'
import type { Knob, KnobId } from '../../model/knob.ts'
import * as english from '../../words/english/changes/kinds.ts'
import type { Kind } from './kind.ts'
import { PROBES_PREFIX, TRACEFS, TRACEFS_FOLDER } from './mount.ts'
import { costInWords } from './probe-cost.ts'
import { ABSENT } from './table.ts'

/** Some of them are there, or somebody has switched them off. */
export const PARTLY = 'partly'

/** Eight hexadecimal digits, drawn for each change: the group is nobody else's. */
const TOKEN = /^[\da-f]{8}$/

export const knobOfProbes = (token: string): KnobId => `${PROBES_PREFIX}${token}`

const GROUP = 'ctscope_'

/** Name of a group of probes, and of its instance. */
export const groupOf = (token: string): string => `${GROUP}${token}`

/** Undefined for a name that no group of ours has. */
export function tokenOf(group: string): string | undefined {
	const token = group.startsWith(GROUP) ? group.slice(GROUP.length) : ''
	return TOKEN.test(token) ? token : undefined
}

/** What is looked at for each packet, or for each connection, stays half a minute. */
export const PROBE_BOUND_MS = 30_000

/** Whether such probes run for each packet. */
export const looksAtEach = (value: string): boolean => parseProbes(value)?.set === 'invalid'
const isBounded = (set: ProbeSet | undefined): boolean => set === 'invalid' || set === 'lists'

function probesKnob(token: string): Knob | undefined {
	if (!TOKEN.test(token)) return undefined
	const group = groupOf(token)
	return {
		id: knobOfProbes(token),
		sysctl: english.probesOfGroup(group),
		path: `${TRACEFS_FOLDER}/instances/${group}`,
		class: 'logs-more',
		scope: 'host',
		kind: { type: 'probes', group },
	}
}

/** Kernel probes through tracefs: what conntrack complains about, with no setting of its own. */
export const PROBES: Kind<'probes'> = {
	named: { prefix: PROBES_PREFIX, knob: probesKnob },
	by: 'probes',
	shownIn: 'probes',
	canonical: (text) =>
		text === ABSENT || text === PARTLY || parseProbes(text) !== undefined ? text : undefined,
	problem({ sysctl }, value, from) {
		if (value === PARTLY) return english.isNoValueToWrite(value)
		return value === ABSENT || from === ABSENT ? undefined : english.areThereAlready(sysctl)
	},
	// The group has a name that was drawn for it: whatever is there of it, and in whatever state, is ours.
	isWrittenAs: (value, now) => value !== ABSENT && now !== ABSENT,
	title: ({ kind }) => english.kernelProbes(kind.group),
	effect: (_, value = '') =>
		parseProbes(value)?.set === 'lists'
			? [
					english.theKernelTellsOfEntries,
					english.listProbesCost(PROBE_BOUND_MS / 1000),
					english.theProbesGoWithThe,
				]
			: [english.theKernelTellsUs, english.probesCost, english.theProbesGoWithThe],
	inWords: (value) => {
		const asked = parseProbes(value)
		return asked === undefined
			? value === ABSENT
				? english.noProbes
				: value
			: english.PROBES_TELL[asked.set]
	},
	shellLine({ kind: { group } }, value) {
		const asked = parseProbes(value)
		return asked === undefined
			? english.removeProbes(TRACEFS_FOLDER, group)
			: english.makeProbes(TRACEFS_FOLDER, group, english.PROBES_TELL[asked.set])
	},
	name: (_, value) => {
		const asked = parseProbes(value)
		return asked && english.probesThatTell(english.PROBES_TELL[asked.set])
	},
	boundMs: (value) => (isBounded(parseProbes(value)?.set) ? PROBE_BOUND_MS : undefined),
	attempt: () => english.settingProbes,
	undoHint: (code) => (code === 'EBUSY' ? english.somebodyUsesTheProbes : undefined),
}

/** What the reader of such a change has to know; undefined for a change of another kind. */
export function probesOfChange({ knob, set }: Pick<HeldChange, 'knob' | 'set'>): FollowedProbes | undefined {
	const token = knob.startsWith(PROBES_PREFIX) ? knob.slice(PROBES_PREFIX.length) : ''
	const asked = TOKEN.test(token) ? parseProbes(set) : undefined
	return asked && { ...asked, group: groupOf(token) }
}

/** Probes that a plan sets beside those that tell reasons. */
export const isBesideReasons =
	({ changes }: Pick<Plan, 'changes'>) =>
	(change: Change): boolean => {
		const set = setOf(change)
		return set !== undefined && set !== 'reasons' && changes.some((one) => setOf(one) === 'reasons')
	}

const setOf = ({ knob, to }: Change): ProbeSet | undefined =>
	knob.startsWith(PROBES_PREFIX) ? parseProbes(to)?.set : undefined

/** In words, what such probes tell. */
export const probesTell = (change: Change): string => english.PROBES_TELL[setOf(change) ?? 'reasons']

/** What a group of probes is called, and how its events end: drawn by chance each time. */
export type DrawnProbes = {
	/** Eight hexadecimal digits. */
	readonly token: string
	/** Of 32 bits. */
	readonly secret: number
	/** tracefs is not mounted: that is a change too. */
	readonly needsMount?: boolean
}

export type PlannedProbes = {
	readonly change: Change
	/** That one, and before it what it needs: for a plan, which is shown whole before anything of it is made. */
	readonly changes: readonly Change[]
	readonly probes: FollowedProbes
	/** What they cost here, for whoever is asked whether they are to be set; empty where that is next to nothing. */
	readonly says: readonly string[]
}

/** The changes of several sets as one plan: what they all need is in it once. */
export const allChanges = (planned: readonly PlannedProbes[]): readonly Change[] => [
	...new Map(planned.flatMap(({ changes }) => changes).map((change) => [change.knob, change])).values(),
]

/**
 * The changes that set such probes, and what their reader has to know. `perSecond`: packets that pass connection tracking
 * here, where that was measured: the guard measures it once more, and what one costs, and refuses what is too much.
 */
export function planProbes(
	set: ProbeSet,
	{ token, secret, needsMount }: DrawnProbes,
	perSecond?: number,
): PlannedProbes {
	const change = { knob: knobOfProbes(token), from: ABSENT, to: probesText({ set, secret }) }
	const mounting = needsMount === true ? [{ knob: TRACEFS.id, from: ABSENT, to: 'mounted' }] : []
	const cost = perSecond === undefined ? [] : [costInWords({ perSecond, packetNs: undefined })]
	return {
		change,
		changes: [...mounting, change],
		probes: { set, secret, group: groupOf(token) },
		says: looksAtEach(change.to) ? cost : [],
	}
}
