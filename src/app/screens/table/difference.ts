import type { Lists, TableWalk } from '../../../model/table-readings.ts'
import * as english from '../../../words/english/app/table.ts'
import { grouped } from '../../../words/numbers.ts'

/** How many entries `conntrack -L` gave, both families together. */
const listed = ({ ipv4, ipv6 }: TableWalk): number => ipv4.entries + ipv6.entries

/**
 * Why `conntrack -C` before the listing and the entries listed are not equal, in one sentence, from what was measured.
 * The counter goes up when an entry is allocated and down when its memory is freed; the listing skips expired
 * entries and frees some of them on its way (nf_conntrack_netlink.c, ctnetlink_dump_table), so it lowers -C itself.
 */
export function differenceInWords(walk: TableWalk, lists: Lists | undefined): string {
	const difference = walk.countBefore - listed(walk)
	const odd = walk.ipv4.notUnderstood + walk.ipv6.notUnderstood
	const unread = odd > 0 ? english.linesOfTheListingWere(grouped(odd)) : ''
	if (difference === 0) {
		const moved = walk.countAfter === walk.countBefore ? '' : english.theTableChangedRightAfter
		return english.everyCountedEntryWasListed(moved, unread)
	}
	if (difference < 0) return english.moreListedThanCountedEntries(grouped(-difference), unread)
	const parts = known(walk, lists, difference)
	const told = parts.reduce((sum, { count }) => sum + count, 0)
	const rest = difference - told
	const sentences = parts.map(({ text }) => text)
	if (rest > 0) sentences.push(restInWords(rest, told > 0, lists))
	return english.moreCountedThanListed(grouped(difference), sentences.join('; '), unread)
}

type Part = { readonly count: number; readonly text: string }

/** What was measured and explains a part; never more than the difference. */
function known(walk: TableWalk, lists: Lists | undefined, difference: number): readonly Part[] {
	const parts: Part[] = []
	let left = difference
	const take = (count: number, text: (count: number) => string) => {
		const taken = Math.min(count, left)
		if (taken <= 0) return
		left -= taken
		parts.push({ count: taken, text: text(taken) })
	}
	if (lists?.unconfirmed.kept === 'yes')
		take(lists.unconfirmed.size, (count) => english.unconfirmedThePacketIsStill(grouped(count)))
	if (lists !== undefined && lists.dying.kept !== 'no')
		take(lists.dying.size, (count) => english.dying(grouped(count)))
	if (lists?.unconfirmed.kept !== 'yes') {
		const waiting = (lists?.queues ?? []).reduce((sum, queue) => sum + queue.waiting, 0)
		take(waiting, (count) => english.upToBelongToPackets(grouped(count)))
	}
	take(walk.countBefore - walk.countAfter, (count) => english.hadExpiredAndTheListing(grouped(count)))
	return parts
}

function restInWords(rest: number, other: boolean, lists: Lists | undefined): string {
	const unconfirmed = lists?.unconfirmed.kept === 'yes' ? '' : english.unconfirmedThisKernelDoesNot
	return english.areExpiredAndNotFreed(other ? english.theOther(grouped(rest)) : `these`, unconfirmed)
}
