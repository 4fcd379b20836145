import { flowOf } from '../../kernel/packet/flow.ts'
import type { Packet } from '../../kernel/packet/packet.ts'
import { GROUPINGS, type Grouping } from '../../model/grouping.ts'
import { endsOf, keysOf, NOT_KNOWN } from './grouping.ts'

/** One packet of the account. */
export type SeenPacket = {
	/** Undefined where its line was cut before its addresses. */
	readonly packet: Packet | undefined
	/** Protocol and reason in words, or what it is where no line is about it. */
	readonly what: string
	/** No line is about it. */
	readonly isSilent: boolean
	/** Key of its network namespace; NOT_KNOWN where it may be of any. */
	readonly netns: string
	/** So many of them, where a log has counted them; one where it is left out. */
	readonly times?: number
}

/** Different values in a bounded number of places. `isMore`: there were others, or may have been. */
export type Distinct = { readonly values: ReadonlySet<string>; readonly isMore: boolean }
/** Counts of the first so many values; what came when all places were taken is added up. */
export type Tops = { readonly counts: ReadonlyMap<string, number>; readonly others: number }

/** Packets that have something in common. */
export type WhoGroup = {
	/** As `keysOf` says it; NOT_KNOWN for those that do not say. */
	readonly key: string
	/** All packets, those without a line among them. */
	readonly count: number
	readonly silent: number
	readonly firstAt: number
	readonly lastAt: number
	/** Counts in each of the last seconds, newest last, as those of the reasons. */
	readonly recent: readonly number[]
	readonly sources: Distinct
	readonly targets: Distinct
	/** Destination ports, each with its protocol. */
	readonly ports: Distinct
	readonly reasons: Tops
	readonly flows: Tops
}

/** All packets by one grouping: those of the groups and those beyond them are all there are. */
export type WhoTally = {
	/** Most frequent first. */
	readonly groups: readonly WhoGroup[]
	/** Packets of groups that had to make room. */
	readonly beyond: { readonly count: number; readonly silent: number }
	/** Values in all `Distinct` of the groups. */
	readonly kept: number
}

export type Who = Readonly<Record<Grouping, WhoTally>>

export type WhoLimits = {
	readonly groups: number
	/** Different sources, targets or ports of one group, and values of all of them together. */
	readonly distinct: number
	readonly kept: number
	readonly reasons: number
	readonly flows: number
}

export const WHO_LIMITS: WhoLimits = { groups: 200, distinct: 1_000, kept: 20_000, reasons: 8, flows: 12 }

const NO_TALLY: WhoTally = { groups: [], beyond: { count: 0, silent: 0 }, kept: 0 }

export const NOBODY: Who = byGrouping(() => NO_TALLY)

export function byGrouping<Made>(make: (by: Grouping) => Made): Readonly<Record<Grouping, Made>> {
	return Object.fromEntries(GROUPINGS.map((by) => [by, make(by)])) as Readonly<Record<Grouping, Made>>
}

/**
 * With more packets, all at one time. A group that comes when all places are taken gets that of the rarest one, whose packets
 * go to those beyond: no count is ever too high, and whoever becomes frequent late is still seen.
 */
export function whoWith(who: Who, seen: readonly SeenPacket[], at: number, limits = WHO_LIMITS): Who {
	if (seen.length === 0) return who
	const packets = seen.map((one) => {
		const ends = endsOf(one.packet)
		const flow = one.packet === undefined ? NOT_KNOWN : flowOf(one.packet)
		return { ...one, ends, flow, keys: { ...keysOf(one.packet, ends), namespace: one.netns } }
	})
	return byGrouping((by) => {
		let tally = who[by]
		// So there are never more than twice as many groups as are kept.
		for (let from = 0; from < packets.length; from += limits.groups)
			tally = tallyWith(tally, by, packets.slice(from, from + limits.groups), at, limits)
		return tally
	})
}

type Counted = SeenPacket & {
	readonly ends: ReturnType<typeof endsOf>
	readonly flow: string
	readonly keys: Readonly<Record<Grouping, string>>
}

function tallyWith(
	{ groups, beyond, kept }: WhoTally,
	by: Grouping,
	packets: readonly Counted[],
	at: number,
	limits: WhoLimits,
): WhoTally {
	const all = new Map(groups.map((group) => [group.key, group]))
	const drafts = new Map<string, Draft>()
	const room: Room = { left: limits.kept - kept }
	for (const one of packets) {
		const key = one.keys[by]
		const draft = drafts.get(key) ?? new Draft(all.get(key), key, at, limits, room)
		drafts.set(key, draft)
		draft.add(one)
	}
	for (const [key, draft] of drafts) all.set(key, draft.group())
	const sorted = [...all.values()].sort(byCount)
	const left = sorted.length > limits.groups ? rarest(sorted, sorted.length - limits.groups) : NONE
	return {
		groups: left.size === 0 ? sorted : sorted.filter((group) => !left.has(group)),
		beyond: {
			count: beyond.count + sum(left, ({ count }) => count),
			silent: beyond.silent + sum(left, ({ silent }) => silent),
		},
		kept: limits.kept - room.left - sum(left, sizeOf),
	}
}

const NONE: ReadonlySet<WhoGroup> = new Set()

function sum(groups: Iterable<WhoGroup>, of: (group: WhoGroup) => number): number {
	let all = 0
	for (const group of groups) all += of(group)
	return all
}

const sizeOf = ({ sources, targets, ports }: WhoGroup): number =>
	sources.values.size + targets.values.size + ports.values.size

function byCount(a: WhoGroup, b: WhoGroup): number {
	return b.count - a.count || b.lastAt - a.lastAt || (a.key < b.key ? -1 : 1)
}

/** What is not known is one group, and has its place for good. */
const rarest = (sorted: readonly WhoGroup[], many: number): ReadonlySet<WhoGroup> =>
	new Set(sorted.filter(({ key }) => key !== NOT_KNOWN).slice(-many))

type Room = { left: number }

const NOTHING: Distinct = { values: new Set(), isMore: false }
const NO_TOPS: Tops = { counts: new Map(), others: 0 }

/** A group that is being added to: one copy of what grows. */
class Draft {
	readonly #before: WhoGroup | undefined
	readonly #key: string
	readonly #at: number
	readonly #sources: OpenDistinct
	readonly #targets: OpenDistinct
	readonly #ports: OpenDistinct
	readonly #reasons: OpenTops
	readonly #flows: OpenTops
	#count = 0
	#silent = 0

	constructor(before: WhoGroup | undefined, key: string, at: number, limits: WhoLimits, room: Room) {
		this.#before = before
		this.#key = key
		this.#at = at
		this.#sources = new OpenDistinct(before?.sources ?? NOTHING, limits.distinct, room)
		this.#targets = new OpenDistinct(before?.targets ?? NOTHING, limits.distinct, room)
		this.#ports = new OpenDistinct(before?.ports ?? NOTHING, limits.distinct, room)
		this.#reasons = new OpenTops(before?.reasons ?? NO_TOPS, limits.reasons)
		this.#flows = new OpenTops(before?.flows ?? NO_TOPS, limits.flows)
	}

	add({ ends, flow, what, isSilent, times = 1 }: Counted): void {
		this.#count += times
		if (isSilent) this.#silent += times
		this.#sources.add(ends.source)
		this.#targets.add(ends.target)
		this.#ports.add(ends.port)
		this.#reasons.add(what, times)
		this.#flows.add(flow, times)
	}

	group(): WhoGroup {
		const { count = 0, silent = 0, firstAt = this.#at, recent = [0] } = this.#before ?? {}
		return {
			key: this.#key,
			count: count + this.#count,
			silent: silent + this.#silent,
			firstAt,
			lastAt: this.#at,
			recent: [...recent.slice(0, -1), (recent.at(-1) ?? 0) + this.#count],
			sources: this.#sources.made(),
			targets: this.#targets.made(),
			ports: this.#ports.made(),
			reasons: this.#reasons.made(),
			flows: this.#flows.made(),
		}
	}
}

class OpenDistinct {
	readonly #before: Distinct
	readonly #limit: number
	readonly #room: Room
	#own: Set<string> | undefined
	#isMore: boolean

	constructor(before: Distinct, limit: number, room: Room) {
		this.#before = before
		this.#limit = limit
		this.#room = room
		this.#isMore = before.isMore
	}

	/** What is not known is no value. */
	add(value: string): void {
		const values = this.#own ?? this.#before.values
		if (value === NOT_KNOWN || values.has(value)) return
		if (values.size >= this.#limit || this.#room.left <= 0) {
			this.#isMore = true
			return
		}
		this.#own ??= new Set(values)
		this.#own.add(value)
		this.#room.left--
	}

	made(): Distinct {
		return this.#own === undefined && this.#isMore === this.#before.isMore
			? this.#before
			: { values: this.#own ?? this.#before.values, isMore: this.#isMore }
	}
}

class OpenTops {
	readonly #limit: number
	readonly #counts: Map<string, number>
	#others: number

	constructor({ counts, others }: Tops, limit: number) {
		this.#limit = limit
		this.#counts = new Map(counts)
		this.#others = others
	}

	/** The rarest one makes room: what becomes frequent late is still seen. */
	add(value: string, times: number): void {
		const known = this.#counts.get(value)
		if (known === undefined && this.#counts.size >= this.#limit) this.#makeRoom()
		this.#counts.set(value, (known ?? 0) + times)
	}

	#makeRoom(): void {
		let rarest = ''
		let least = Number.POSITIVE_INFINITY
		// In a scan each packet comes here, for each grouping: nothing is allocated.
		this.#counts.forEach((count, value) => {
			if (count >= least) return
			rarest = value
			least = count
		})
		this.#counts.delete(rarest)
		this.#others += least
	}

	made(): Tops {
		return { counts: this.#counts, others: this.#others }
	}
}

/** Groups as an account takes them: all their packets, those beyond them and the rest are what the account has. */
export type WhoParts = {
	/** Most frequent first. */
	readonly groups: readonly WhoGroup[]
	/** Packets of groups that had no place of their own. */
	readonly beyond: number
	/** Packets of the account that nobody has seen one by one. */
	readonly rest: number
}

/**
 * The groups with no more packets than the account has, with a line (`told`) and without (`silent`). The counters are read
 * once a second: what came last is what they do not have yet.
 */
export function within(
	tally: WhoTally,
	account: { readonly told: number; readonly silent: number },
): WhoParts {
	const { groups, beyond } = tally
	const silent = sum(groups, (group) => group.silent) + beyond.silent
	const told = sum(groups, ({ count }) => count) + beyond.count - silent
	const over = { told: Math.max(0, told - account.told), silent: Math.max(0, silent - account.silent) }
	const take = (part: keyof typeof over, there: number): number => {
		const taken = Math.min(there, over[part])
		over[part] -= taken
		return there - taken
	}
	const cut =
		over.told + over.silent === 0
			? groups
			: groups
					.toSorted((a, b) => b.lastAt - a.lastAt || byCount(a, b))
					.map((group) => {
						const left = {
							told: take('told', group.count - group.silent),
							silent: take('silent', group.silent),
						}
						return { ...group, count: left.told + left.silent, silent: left.silent }
					})
					.filter(({ count }) => count > 0)
					.sort(byCount)
	const others = take('told', beyond.count - beyond.silent) + take('silent', beyond.silent)
	return {
		groups: cut,
		beyond: others,
		rest: account.told + account.silent - sum(cut, ({ count }) => count) - others,
	}
}
