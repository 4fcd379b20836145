import { sameAddress } from '../../kernel/packet/address.ts'
import * as english from '../../words/english/investigation/causes.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { visible } from '../../words/visible.ts'
import { type Evidence, sumOf } from '../evidence.ts'
import { joinFlow } from '../join/join.ts'
import { judged, smallTimeouts, trialSays, USUAL_TIMEOUTS } from '../trial/experiments.ts'
import { lastingFor } from '../trial/lasting.ts'
import type { CauseRule, Suspicion } from './cause.ts'
import { MANY, probesOf, strayAnswersOf } from './packets.ts'
import { type LookAlike, type Sign, unless } from './proof.ts'
import { leaks } from './translated.ts'
import { countOf, entriesOf, namesOf, packetsOf, reverseOf, type Seen, unproxied, type View } from './view.ts'

/** Reasons of packets that have no entry. */
const NO_ENTRY = /^tcp-(?:new|rst)/
/** States in which an end still waits for the other one. */
const ALIVE = [
	'ESTAB',
	'SYN-SENT',
	'SYN-RECV',
	'FIN-WAIT-1',
	'CLOSE-WAIT',
	'LAST-ACK',
	'CLOSING',
	'FIN-WAIT-2',
]
/** Of these the last FIN or RST has gone out and has no acknowledgement. */
const LEAVING = ['FIN-WAIT-1', 'LAST-ACK', 'CLOSING']
/** So many packets without a repetition say that nobody waits. */
const ENOUGH = 10

/** A local socket with exactly these four ends that is not over. */
function livingSocket({ facts, query }: Seen) {
	if (facts?.sockets === undefined || query === undefined) return undefined
	const ends = (local: { address: string; port: number | null }, peer: typeof local) =>
		sameAddress(local.address, query.source) &&
		local.port === query.sourcePort &&
		sameAddress(peer.address, query.destination) &&
		peer.port === query.destinationPort
	return facts.sockets.find(
		({ state, local, peer }) => ALIVE.includes(state) && (ends(local, peer) || ends(peer, local)),
	)
}

/** The reason whose line told of it. */
const lineFor = ({ reasonId }: Seen, { reasons }: Evidence) =>
	reasons.find(({ reason }) => reason.id === reasonId)?.reason

/** Causes in which packets come of connections that conntrack does not know, or no longer. */
export const goneCauses: CauseRule = (view, evidence) => {
	const flows = unproxied(view).filter(
		({ reasonId, segments: { odd, syn, synAck, fin, data, ack, rst } }) =>
			NO_ENTRY.test(reasonId) && odd + syn === 0 && (fin + data + ack + rst > 0 || synAck === 0),
	)
	const waits = (flow: Seen) => livingSocket(flow) !== undefined || flow.segments.again > 0
	// Whose entry was seen to end while it was open has lost it, whether or not somebody waits.
	const hasLost = (flow: Seen) => {
		const { deleted, timedOut } = endsOf([flow], evidence)
		return timedOut.length > 0 || deleted.some(({ isClosed }) => !isClosed)
	}
	const waiting = flows.filter((flow) => waits(flow) || hasLost(flow))
	const stuck = waiting.filter((flow) => isStuck(flow, evidence))
	const left = waiting.filter((flow) => !stuck.includes(flow))
	const translated = leaks(view, evidence, flows, new Set(waiting))
	const told = new Set(
		[...waiting, ...translated.flows, ...probesOf(view), ...strayAnswersOf(view)].map(({ flow }) => flow),
	)
	const rest = flows.filter(({ flow }) => !told.has(flow) && !told.has(reverseOf(flow)))
	return [
		...neverLeaving(stuck, view, evidence),
		...translated.causes,
		...gone(left, view, evidence),
		...late(rest, view, evidence),
		...unopened(view, evidence),
		...byDesign(view, evidence),
		...smallTimeout(waiting, view, evidence),
	]
}

const drops = (evidence: Evidence, hooks: readonly string[]) =>
	evidence.rules?.acting.find(({ hook, action }) => hooks.includes(hook) && /(?:drop|reject)$/.test(action))

function isStuck(flow: Seen, evidence: Evidence): boolean {
	const socket = livingSocket(flow)
	return (
		flow.way === 'sent' &&
		socket !== undefined &&
		LEAVING.includes(socket.state) &&
		drops(evidence, ['output', 'postrouting']) !== undefined
	)
}

function neverLeaving(flows: readonly Seen[], view: View, evidence: Evidence): readonly Suspicion[] {
	const [first] = flows
	const rule = drops(evidence, ['output', 'postrouting'])
	if (first === undefined || rule === undefined || first.facts === undefined) return []
	return [
		{
			id: 'fin-never-leaves',
			title: english.theFinNeverLeaves,
			sentence: joinFlow(first.facts, evidence.rules, lineFor(first, evidence)).sentences.join(' '),
			remedies: [english.doNotDropInvalidInOutput(rule.place), english.findWhoDeletesEntriesConntrack],
			packets: packetsOf(view, flows),
			flows: namesOf(flows),
			signs: [
				{ says: english.socketsWaitForTheirFin(counted(flows.length, 'socket')), isSeen: true },
				{ says: english.ruleDropsWhatThisHostSends(rule.place), isSeen: true },
				{ says: english.noEntry, isSeen: flows.every((flow) => (entriesOf(flow) ?? []).length === 0) },
			],
			lookAlikes: [],
		},
	]
}

const likeLate = (flows: readonly Seen[]): LookAlike => {
	const sockets = flows.filter((flow) => livingSocket(flow) !== undefined).length
	const again = sumOf(flows.map(({ segments }) => segments.again))
	return {
		title: english.latePacketsOfConnectionsThat,
		ruledOut: unless(
			sockets > 0 || again >= 2,
			sockets > 0
				? english.socketsStillHaveThem(counted(sockets, 'connection'))
				: english.theSameSegmentsComeAgain(grouped(again)),
		),
		tells: english.whetherSegmentsComeAgain,
	}
}

/** By whom, and how: what conntrack said of the entries of these flows when they ended. */
function endsOf(flows: readonly Seen[], { ended }: Evidence) {
	const isOf = ({ query }: Seen, one: NonNullable<Evidence['ended']>[number]) =>
		query?.protocol === one.protocol &&
		[one.original, one.reply].some(
			(tuple) =>
				tuple !== null &&
				((same(tuple.src, query.source) &&
					tuple.sport === query.sourcePort &&
					same(tuple.dst, query.destination) &&
					tuple.dport === query.destinationPort) ||
					(same(tuple.dst, query.source) &&
						tuple.dport === query.sourcePort &&
						same(tuple.src, query.destination) &&
						tuple.sport === query.destinationPort)),
		)
	const mine = (ended ?? []).filter((one) => flows.some((flow) => isOf(flow, one)))
	const deleted = mine.filter(({ portId }) => portId !== null)
	return {
		deleted,
		timedOut: mine.filter(({ portId, isClosed }) => portId === null && !isClosed),
		closed: mine.filter(({ portId, isClosed }) => portId === null && isClosed),
	}
}
const same = (one: string | null, other: string) => one !== null && sameAddress(one, other)

/** So many entries that end in one moment are no single ones. */
const MANY_AT_ONCE = 20
const SOME_AT_ONCE = 3
const MOMENT_MS = 200

type Ended = NonNullable<Evidence['ended']>

/** The most that ended within a moment, and how many services they were of. */
function together(entries: Ended): { readonly most: number; readonly services: number } {
	let best = { most: 0, services: 0 }
	let from = 0
	for (const [to, { at }] of entries.entries()) {
		while (at - (entries[from]?.at ?? at) > MOMENT_MS) from++
		if (to - from + 1 <= best.most) continue
		const moment = entries.slice(from, to + 1)
		const services = new Set(moment.map(({ original }) => `${original.dst} ${original.dport}`)).size
		best = { most: moment.length, services }
	}
	return best
}

/** What a program has deleted at once: all there is, or what a filter has chosen. */
function isFlush(deleted: Ended): boolean {
	const { most, services } = together(deleted)
	return most >= MANY_AT_ONCE || (most >= SOME_AT_ONCE && services > 1)
}

type Told = Pick<Suspicion, 'id' | 'title' | 'sentence' | 'remedies'>

const likeTimedOut: LookAlike = {
	title: english.entriesThatTimeOut,
	ruledOut: english.conntrackToldWhoDeleted,
	tells: english.whoDeletesTells,
}

const whoOf = ([one]: Ended) => english.byWhom(visible(one?.program ?? ''), one?.portId ?? 0)

const tellsOf = (all: Ended): Sign => ({
	says: english.entriesDeletedBy(grouped(all.length), whoOf(all)),
	isSeen: true,
})

function deletedBy(all: Ended, count: number): Told {
	const who = whoOf(all)
	const remedies = [english.stopWhoDeletes(who)]
	return isFlush(all)
		? {
				id: 'entry-flushed',
				title: english.entriesAreFlushed,
				sentence: english.somebodyFlushesTheTable(grouped(all.length), who),
				remedies,
			}
		: {
				id: 'entry-deleted',
				title: english.entriesAreDeleted,
				sentence: english.somebodyDeletesEntries(grouped(count), who),
				remedies,
			}
}

/** Masquerading forgets what went out by an address or interface that is no more (net/netfilter/nf_nat_masquerade.c). */
const likeAddressWent = ({ shaping }: View): LookAlike => ({
	title: english.anAddressWent,
	ruledOut: unless(
		shaping('nat')?.every(({ text }) => !/masquerade/i.test(text)) === true,
		english.noRuleDoes('masquerade'),
	),
	tells: english.ipMonitor,
})

/** How the entries of these flows have ended, as far as it was told. */
type Stories = {
	readonly deleted: readonly Seen[]
	readonly timedOut: readonly Seen[]
	readonly closed: readonly Seen[]
	/** Nothing was told of them. */
	readonly unknown: readonly Seen[]
}

/**
 * Each flow has the story of its own entry. Whose entry ended before it was watched goes with the flows of the same service
 * whose entries were deleted: who deletes them takes them by address and port, or all.
 */
function storiesOf(flows: readonly Seen[], evidence: Evidence): Stories {
	const stories = {
		deleted: [] as Seen[],
		timedOut: [] as Seen[],
		closed: [] as Seen[],
		unknown: [] as Seen[],
	}
	for (const flow of flows) {
		const { deleted, timedOut, closed } = endsOf([flow], evidence)
		const isDeleted = deleted.some(({ isClosed }) => !isClosed)
		const story = isDeleted
			? 'deleted'
			: timedOut.length > 0
				? 'timedOut'
				: closed.length > 0
					? 'closed'
					: 'unknown'
		stories[story].push(flow)
	}
	// The kernel removes many at once for other reasons: an interface that went down, a namespace, no room.
	if (together(endsOf(stories.timedOut, evidence).timedOut).most >= SOME_AT_ONCE)
		stories.unknown.push(...stories.timedOut.splice(0))
	const services = new Set(stories.deleted.map(serviceOf))
	const isOfThem = (flow: Seen) => services.has(serviceOf(flow))
	return {
		...stories,
		deleted: [...stories.deleted, ...stories.unknown.filter(isOfThem)],
		unknown: stories.unknown.filter((flow) => !isOfThem(flow)),
	}
}

/** The end with the smaller port; clients draw theirs from above. */
const serviceOf = ({ query }: Seen): string =>
	query === undefined || (query.sourcePort ?? 0) < (query.destinationPort ?? 0)
		? `${query?.source} ${query?.sourcePort}`
		: `${query.destination} ${query.destinationPort}`

function gone(flows: readonly Seen[], view: View, evidence: Evidence): readonly Suspicion[] {
	const { deleted, timedOut, closed, unknown } = storiesOf(flows, evidence)
	return [
		...lost(deleted, view, evidence, (base) => {
			const own = endsOf(deleted, evidence).deleted.filter(({ isClosed }) => !isClosed)
			// What else the same program has deleted shows whether it chooses.
			const all = (evidence.ended ?? []).filter(
				({ portId, program }) => portId !== null && program === own[0]?.program,
			)
			return {
				...base,
				...deletedBy(all, own.length),
				signs: [...base.signs, tellsOf(all)],
				lookAlikes: [...base.lookAlikes, likeTimedOut],
			}
		}),
		...lost(timedOut, view, evidence, (base) => {
			const count = grouped(endsOf(timedOut, evidence).timedOut.length)
			return {
				...base,
				id: 'entry-timed-out',
				title: english.entriesThatTimeOut,
				sentence: english.entriesEndedByTheirTimeout(count),
				remedies: [english.raiseTheTimeoutAboveThe],
				signs: [...base.signs, { says: english.endedWithoutAProgram(count), isSeen: true }],
				lookAlikes: [...base.lookAlikes, likeAddressWent(view)],
			}
		}),
		...lost(closed, view, evidence, ({ packets, flows: names, signs }) => {
			const count = grouped(endsOf(closed, evidence).closed.length)
			return {
				id: 'late',
				title: english.latePacketsOfConnectionsThat,
				sentence: english.oneEndHasClosed,
				remedies: [english.findWhatLosesTheRst],
				packets,
				flows: names,
				isUsual: true,
				signs: [...signs, { says: english.entriesEndedClosed(count), isSeen: true }],
				lookAlikes: [],
			}
		}),
		...lost(unknown, view, evidence, (base) => ({
			...base,
			id: 'entry-gone',
			title: english.theEntryIsGoneWhile,
			lookAlikes: [
				...base.lookAlikes,
				{
					title: english.connectionsFromBeforeAreNot,
					ruledOut: unless(evidence.values.tcp_loose === '1', 'nf_conntrack_tcp_loose = 1'),
					tells: english.readTcpLoose,
				},
			],
		})),
	]
}

type Lost = Omit<Suspicion, 'id' | 'title'>

/** What is said of flows whose entry is gone while an end waits, however it went. */
function lost(
	flows: readonly Seen[],
	view: View,
	evidence: Evidence,
	tell: (base: Lost) => Suspicion,
): readonly Suspicion[] {
	const [first] = flows.toSorted(
		(a, b) => Number(livingSocket(b) !== undefined) - Number(livingSocket(a) !== undefined),
	)
	if (first === undefined) return []
	const sockets = flows.filter((flow) => livingSocket(flow) !== undefined).length
	const again = sumOf(flows.map(({ segments }) => segments.again))
	const join =
		first.facts === undefined || sockets === 0
			? undefined
			: joinFlow(first.facts, evidence.rules, lineFor(first, evidence))
	const says =
		sockets > 0
			? english.ofALocalSocketHas(sockets, counted(flows.length, 'flow'))
			: again > 0
				? english.theSameSegmentsComeAgain(grouped(again))
				: english.packetsWithoutTheirEntry(counted(countOf(flows), 'packet'))
	return [
		tell({
			packets: packetsOf(view, flows),
			flows: namesOf(flows),
			sentence: join?.sentences.join(' ') ?? english.somebodyStillWaitsForAnswers(grouped(again)),
			remedies: [
				english.findWhoDeletesEntriesConntrack,
				...(drops(evidence, ['output']) === undefined ? [] : [english.letTheRuleThatDrops]),
			],
			signs: [
				{ says, isSeen: true },
				...(join?.evidence ?? []).map((line) => ({ says: line, isSeen: true })),
			],
			lookAlikes: [likeLate(flows)],
		}),
	]
}

function late(flows: readonly Seen[], view: View, evidence: Evidence): readonly Suspicion[] {
	const over = flows.filter(
		(flow) =>
			flow.segments.fin + flow.segments.rst > 0 &&
			(entriesOf(flow) ?? []).length === 0 &&
			flow.way !== 'sent',
	)
	if (over.length === 0) return []
	const looked = over.filter(({ facts }) => facts?.sockets !== undefined).length
	const packets = packetsOf(view, over)
	const deleted = (evidence.ended ?? []).filter(({ portId }) => portId !== null).length
	const { closed } = endsOf(over, evidence)
	const ends = new Set(over.map(({ query }) => `${query?.destination} ${query?.destinationPort}`)).size
	const fins = sumOf(over.map(({ segments }) => segments.fin))
	const services = new Set(
		over.map(({ query }) => Math.min(query?.sourcePort ?? 0, query?.destinationPort ?? 0)),
	).size
	return [
		{
			id: 'late',
			title: english.latePacketsOfConnectionsThat,
			sentence: english.rstAndFinPacketsOf,
			remedies: [english.mostlyHarmlessTheEndsHave],
			packets,
			flows: namesOf(over),
			isUsual: true,
			signs: [
				{ says: english.lookedAtNoEntryNo(counted(looked, 'flow')), isSeen: looked > 0 ? true : undefined },
				{ says: english.nothingCameAgain(grouped(packets)), isSeen: packets >= ENOUGH ? true : undefined },
			],
			lookAlikes: [
				{
					title: english.entriesAreDeleted,
					ruledOut:
						closed.length >= over.length / 2
							? english.entriesEndedClosed(grouped(closed.length))
							: unless(evidence.ended !== undefined && deleted === 0, english.noEntryWasDeleted),
					tells: english.whoDeletesTells,
				},
				{
					title: english.strangersOrForgotten,
					ruledOut: unless(
						closed.length >= over.length / 2,
						english.entriesEndedClosed(grouped(closed.length)),
					),
					tells: english.whoDeletesTells,
				},
				{
					title: english.backscatterOfAnAttack,
					ruledOut: unless(ends < MANY || fins > 0, english.fewTargets(ends)),
					tells: english.howManyTargets,
				},
				{
					title: english.aPortScan,
					ruledOut: unless(services < 5 && view.packets > 0, english.fewPorts),
					tells: english.howManyTargets,
				},
			],
		},
	]
}

/** Packets from the middle of connections, where nothing is picked up: who has taken the entries away? */
function unopened(view: View, evidence: Evidence): readonly Suspicion[] {
	const taken = (evidence.ended ?? []).filter(
		({ portId, isClosed, protocol }) => protocol === 'tcp' && portId !== null && !isClosed,
	)
	if (!isMidStream(view, evidence) || taken.length === 0) return notPickedUp(view, evidence)
	return [
		{
			...deletedBy(taken, taken.length),
			sentence: english.somebodyDeletesMeanwhile(grouped(taken.length), whoOf(taken)),
			packets: view.silent,
			flows: [],
			signs: [
				{ says: english.packetsWithoutALine(grouped(view.silent)), isSeen: true },
				{ says: english.nfConntrackTcpLooseIs, isSeen: true },
				tellsOf(taken),
			],
			// No line says whose packets these are.
			lookAlikes: [
				likeTimedOut,
				{ title: english.aPortScan, ruledOut: undefined, tells: english.howManyTargets },
			],
		},
	]
}

const isMidStream = ({ silent, shaping }: View, { values, silent: paths }: Evidence): boolean =>
	silent > 0 &&
	values.tcp_loose === '0' &&
	(shaping('synproxy')?.length ?? 0) === 0 &&
	paths.some(({ id, standing }) => id === 'silent-tcp-loose' && standing === 'likely')

/** Packets from the middle of connections: no kernel has a line for them. */
function notPickedUp(view: View, evidence: Evidence): readonly Suspicion[] {
	const proxies = view.shaping('synproxy')
	if (!isMidStream(view, evidence)) return []
	const { silent, packets } = view
	const proved = evidence.experiments.find(
		(trial) => trial.knob === 'tcp_loose' && judged(trial).verdict === 'explains',
	)
	const small = smallTimeouts(evidence.values)
	const deleted = (evidence.ended ?? []).filter(({ portId }) => portId !== null).length
	return [
		{
			id: 'not-picked-up',
			title: english.connectionsFromBeforeAreNot,
			sentence: english.packetsFromTheMiddleOf,
			remedies: [english.afterARestartAFailover, english.nfConntrackTcpLoose1],
			packets: Math.min(silent, packets),
			flows: [],
			lasting: proved === undefined ? [] : lastingFor('tcp_loose', 1, evidence.conntrackBuiltIn),
			signs: [
				{ says: english.packetsWithoutALine(grouped(silent)), isSeen: true },
				{ says: 'nf_conntrack_tcp_loose = 0', isSeen: true },
				...(proved === undefined
					? []
					: [{ says: english.whatStands('tcp_loose 1', trialSays(proved)), isSeen: true }]),
			],
			lookAlikes: [
				{
					title: english.synproxyByDesign,
					ruledOut: proxies === undefined ? undefined : english.noRuleDoes('synproxy'),
					tells: english.listRules,
				},
				{
					title: english.aPortScan,
					ruledOut: unless(proved !== undefined, english.packetsPassWithLoose),
					tells: english.howManyTargets,
				},
				{
					title: english.theEntryIsGoneWhile,
					ruledOut: unless(
						evidence.ended !== undefined && deleted === 0 && small.length === 0,
						english.noEntryWasDeleted,
					),
					tells: english.whoDeletesTells,
				},
			],
		},
	]
}

function byDesign(view: View, { values }: Evidence): readonly Suspicion[] {
	const [rule] = view.shaping('synproxy') ?? []
	const proxied = view.flows.filter((flow) => !unproxied(view).includes(flow))
	const packets = countOf(proxied) + (proxied.length > 0 ? 0 : view.silent)
	if (rule === undefined || packets === 0) return []
	const isOff = values.tcp_loose === '0'
	return [
		{
			id: 'by-design',
			title: english.synproxyByDesign,
			sentence: english.synproxyAnswersWithInvalid,
			remedies: [english.nothingIsBrokenSynproxy],
			packets,
			flows: namesOf(proxied),
			isUsual: true,
			signs: [
				{ says: english.ruleSays(rule.text), isSeen: true },
				{ says: 'nf_conntrack_tcp_loose = 0', isSeen: isOff ? true : undefined },
			],
			lookAlikes: [],
		},
	]
}

/** A small value is not guilty by itself: something must have rested longer than that. */
function smallTimeout(waiting: readonly Seen[], view: View, evidence: Evidence): readonly Suspicion[] {
	const { silent } = view
	const { values, experiments, ended } = evidence
	const proved = experiments.find(
		(trial) => /timeout/.test(trial.knob) && judged(trial).verdict === 'explains',
	)
	const isAfter =
		evidence.silent.some(({ id, standing }) => id === 'silent-tcp-loose' && standing === 'likely') &&
		silent > 0
	const [small] = smallTimeouts(values).filter((knob) => knob.startsWith('tcp_'))
	const knob = proved?.knob ?? small
	if (knob === undefined || (waiting.length === 0 && !isAfter && proved === undefined)) return []
	const was = proved?.from ?? values[knob]
	// Whatever else has ended by itself says nothing of these.
	const timedOut = waiting.length > 0 ? endsOf(waiting, evidence).timedOut.length : 0
	const deleted = (ended ?? []).filter(({ portId }) => portId !== null).length
	return [
		{
			id: 'small-timeout',
			title: english.aTimeoutThatIsToo,
			sentence: english.nfConntrackIsSUsual(knob, was, grouped(USUAL_TIMEOUTS[knob] ?? 0)),
			remedies: [english.raiseTheTimeoutAboveThe, english.seeWhoSetItGrep],
			packets: packetsOf(view, waiting) + (isAfter ? silent : 0),
			flows: namesOf(waiting),
			lasting: lastingFor(knob, USUAL_TIMEOUTS[knob] ?? 600, evidence.conntrackBuiltIn),
			signs: [
				{ says: `nf_conntrack_${knob} = ${was}`, isSeen: true },
				...(isAfter ? [{ says: english.nfConntrackTcpLooseIs, isSeen: true }] : []),
				proved === undefined
					? { says: english.endedWithoutAProgram(grouped(timedOut)), isSeen: timedOut > 0 ? true : undefined }
					: { says: english.whatStands(`${knob} ${proved.to}`, trialSays(proved)), isSeen: true },
			],
			lookAlikes: [
				{
					title: english.entriesAreDeleted,
					ruledOut: unless(
						proved !== undefined || (ended !== undefined && deleted === 0),
						english.noEntryWasDeleted,
					),
					tells: english.whoDeletesTells,
				},
			],
		},
	]
}
