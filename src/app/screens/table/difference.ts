import type { Lists, TableWalk } from '../../../model/table-readings.ts'
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
	const unread = odd > 0 ? ` ${grouped(odd)} lines of the listing were not understood.` : ''
	if (difference === 0) {
		const moved = walk.countAfter === walk.countBefore ? '' : ' The table changed right after it was read.'
		return `Every counted entry was listed.${moved}${unread}`
	}
	if (difference < 0)
		return `${grouped(-difference)} more listed than counted: entries that were made while the list was read.${unread}`
	const parts = known(walk, lists, difference)
	const told = parts.reduce((sum, { count }) => sum + count, 0)
	const rest = difference - told
	const sentences = parts.map(({ text }) => text)
	if (rest > 0) sentences.push(restInWords(rest, told > 0, lists))
	return `${grouped(difference)} more counted than listed: ${sentences.join('; ')}.${unread}`
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
		take(lists.unconfirmed.size, (count) => `${grouped(count)} unconfirmed (the packet is still on its way)`)
	if (lists !== undefined && lists.dying.kept !== 'no')
		take(lists.dying.size, (count) => `${grouped(count)} dying`)
	if (lists?.unconfirmed.kept !== 'yes') {
		const waiting = (lists?.queues ?? []).reduce((sum, queue) => sum + queue.waiting, 0)
		take(waiting, (count) => `up to ${grouped(count)} belong to packets that wait in NFQUEUE (unconfirmed)`)
	}
	take(
		walk.countBefore - walk.countAfter,
		(count) => `${grouped(count)} had expired, and the listing itself freed them`,
	)
	return parts
}

function restInWords(rest: number, other: boolean, lists: Lists | undefined): string {
	const unconfirmed =
		lists?.unconfirmed.kept === 'yes' ? '' : 'unconfirmed (this kernel does not list them), '
	return `${other ? `the other ${grouped(rest)}` : `these`} are ${unconfirmed}expired and not freed yet, or came and went while the list was read`
}
