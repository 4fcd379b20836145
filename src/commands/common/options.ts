import type { SourceWish } from '../../changes/log-source.ts'
import type { Grouping } from '../../model/grouping.ts'
import type { ScenarioId } from '../../practice/scenario.ts'

/** What every subcommand takes. */
export type CommonOptions = {
	/** Network namespace as it was asked for; undefined for the one that ctscope was started in. */
	readonly netns: string | undefined
	readonly stateDir: string
}

export type TuiOptions = CommonOptions & {
	readonly readOnly: boolean
	readonly alternateScreen: boolean
	/** Wheel and clicks. */
	readonly mouse: boolean
	readonly ascii: boolean
	readonly color: boolean
	/** How long changes stay in force, ms. */
	readonly ttlMs: number
	/** Lines a second in the kernel log above which what logs more is undone; 0: never. */
	readonly maxRate: number
	/** Where the reasons are to come from. */
	readonly source: SourceWish
	/** File for a recording of everything that is observed. */
	readonly record: string | undefined
	/** That file may be there already. */
	readonly force: boolean
	/** The scenario of the practice that this is. */
	readonly practice: ScenarioId | undefined
}

export type StatusOptions = CommonOptions & { readonly json: boolean }

export type WatchOptions = CommonOptions & {
	readonly json: boolean
	readonly intervalMs: number
	/** Readings to print; undefined: until ended. */
	readonly count: number | undefined
	/** Set kernel probes meanwhile; undefined: change nothing. */
	readonly source: 'probe' | undefined
	/** The longest that they stay, ms. */
	readonly ttlMs: number
}

export type RunOptions = CommonOptions & {
	/** Layer 4 protocol number, 255 for all, 0 for none: then only call sites are switched. */
	readonly protocol: number
	/** Which call sites are to print: FUNCTION, FILE:LINE, FILE:FUNCTION or `proposed`. */
	readonly printk: readonly string[]
	/** Console level while COMMAND runs, 1 to 8; undefined leaves it. */
	readonly consoleLevel: number | undefined
	readonly ttlMs: number
	readonly maxRate: number
	readonly source: SourceWish
	/** pcapng file for the packets themselves, absolute. */
	readonly capture: string | undefined
	/** File for the JSON report. */
	readonly json: string | undefined
	/** Both files may be there already. */
	readonly force: boolean
	/** Tell also of network namespaces that are made while COMMAND runs; kernel probes alone can. */
	readonly followsNetns: boolean
	/** Print each packet by itself. */
	readonly packets: boolean
	/** Tell packets apart by this too. */
	readonly by: Grouping | undefined
	/** Ask for the names of the addresses that they are told apart by. */
	readonly names: boolean
	/** Packets by the id of a reason or by a part of the account: how many have to come. */
	readonly expect: readonly { readonly id: string; readonly count: number }[]
	readonly command: readonly string[]
}

/** Exit statuses of the program; `run` has those of its command beside them. */
export const EXIT = {
	ok: 0,
	/** Wrong use, or an error of the program. */
	usage: 1,
	/** Not permitted, or not supported here. */
	refused: 2,
	/** Finished, and something that someone else set was left alone. */
	conflict: 3,
	undoFailed: 4,
	/** Held by another session. */
	held: 5,
	/** `run`: a flood of the kernel log ended logging before COMMAND ended. */
	flood: 6,
	/** Everything was put back, but later than promised. */
	late: 7,
	/** `investigate`: causes were found. It shares its number with what else somebody has to look at. */
	causes: 7,
	/** `run --expect`: other packets came than were expected, or that is not sure. */
	unexpected: 8,
	/** `status`: changes are in force. */
	inForce: 10,
	/** `status`: whether changes are in force could not be read. */
	notKnown: 11,
} as const
