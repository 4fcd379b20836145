import * as english from '../../words/english/investigation/causes.ts'
import { certainly, HEADLINES, likely, possibly } from '../../words/english/investigation/headlines.ts'
import { capital } from '../../words/numbers.ts'
import type { Evidence } from '../evidence.ts'
import type { Cause, CauseId, CauseRule, Suspicion } from '../proof/cause.ts'
import { earned, type Proof } from '../proof/proof.ts'
import { entriesOf, hasNoLine, type View, viewOf } from '../proof/view.ts'
import { goneCauses } from './gone.ts'
import { packetCauses } from './packets.ts'
import { silentCauses } from './silent.ts'
import { tableCauses } from './table-causes.ts'
import { windowCauses } from './windows.ts'

export type { Cause } from '../proof/cause.ts'

const RULES: readonly CauseRule[] = [tableCauses, packetCauses, windowCauses, goneCauses, silentCauses]

/** Fewer INVALID packets of the usual kinds than this are on every host. */
const TRICKLE = 10

/** What is only compatible with so few of the packets is not worth saying. */
const LITTLE = 0.3

/**
 * The causes that the evidence speaks for: those that are proven first, and of each the one that explains most. None for a
 * host with nothing but the usual trickle.
 */
export function findCauses(evidence: Evidence): readonly Cause[] {
	const view = viewOf(evidence)
	const all = RULES.flatMap((rule) => rule(view, evidence)).flatMap((one): Cause[] => {
		// What names no flow is not told by lines: a full table is read, and what has no line was counted here.
		const isTold = one.flows.length > 0
		const proof = earned(view.isMixed && isTold ? mayBeOfOthers(one, view) : one)
		// What has no share among INVALID packets is no part of them.
		const isLittle = proof?.confidence === 'low' && one.packets > 0 && one.packets < LITTLE * view.packets
		return proof === undefined || isLittle || (one.isUsual === true && one.packets < TRICKLE)
			? []
			: [causeOf(one, proof, view.packets)]
	})
	return all
		.filter((one) => !isDecided(one, all))
		.toSorted(
			(one, other) =>
				Number(one.confidence === 'low') - Number(other.confidence === 'low') || other.share - one.share,
		)
}

/** What follows from a cause, and users see: true beside it. */
const EFFECTS: readonly string[] = ['fin-never-leaves', 'reply-not-translated', 'leak-without-nat']

/** Says that entries are gone, and not why. */
const UNEXPLAINED: CauseId = 'entry-gone'

/** What only fits the packets that another cause is proven of, and what leaves open what that one says of the same flows. */
function isDecided({ id, confidence, share, flows }: Cause, all: readonly Cause[]): boolean {
	if (flows.length === 0 || EFFECTS.includes(id) || (confidence !== 'low' && id !== UNEXPLAINED)) return false
	return all.some((other) => {
		if (other.id === id || (id === UNEXPLAINED && EFFECTS.includes(other.id))) return false
		const theirs = new Set(other.flows)
		return other.confidence === 'high' && other.share >= share && flows.every((flow) => theirs.has(flow))
	})
}

/** What looks like a cause here may be one somewhere else: it is likely only where its flows are known here. */
const mayBeOfOthers = (one: Suspicion, view: View): Proof => ({
	signs: [...one.signs, { says: english.itsFlowsAreKnownHere, isSeen: areKnownHere(one, view) || undefined }],
	lookAlikes: [...one.lookAlikes, OTHERS],
})

/** Most of those that were looked at have an entry or a socket in this network namespace, or go to an address of it. */
function areKnownHere({ flows }: Suspicion, view: View): boolean {
	const names = new Set(flows)
	const lookedAt = view.flows.filter(
		(one) => names.has(one.flow) && (one.facts !== undefined || hasNoLine(one)),
	)
	const known = lookedAt.filter(
		(one) =>
			hasNoLine(one) ||
			one.way === 'received' ||
			(one.facts?.sockets?.length ?? 0) > 0 ||
			(entriesOf(one)?.length ?? 0) > 0,
	)
	return known.length > lookedAt.length / 2
}

const OTHERS = { title: english.linesOfOtherNamespaces, ruledOut: undefined, tells: english.takeNflogInstead }

const causeOf = (
	{ id, title, sentence, remedies, packets, flows, lasting = [] }: Suspicion,
	proof: NonNullable<ReturnType<typeof earned>>,
	all: number,
): Cause => ({
	id,
	headline: headlineOf(id, proof.confidence),
	title,
	sentence,
	remedies,
	flows,
	lasting,
	share: all === 0 ? 0 : Math.min(1, packets / all),
	...proof,
})

/** What is not certain is not said as if it were. */
function headlineOf(id: CauseId, confidence: Cause['confidence']): string {
	const headline = HEADLINES[id]
	if (confidence === 'high') return certainly(capital(headline))
	return confidence === 'medium' ? likely(headline) : possibly(headline)
}
