import { packetKey } from '../../kernel/packet/packet.ts'
import { ofIcmp } from './icmp.ts'
import { ofOthers } from './others.ts'
import type { Asked, Suspect } from './suspect.ts'
import { ofTcp } from './tcp.ts'

const ORDER = { shown: 0, likely: 1, possible: 2 } as const

/** What a rule's prefix says that its author logs: `[UFW AUDIT INVALID]`, `STATE_INVALID_DROP:`, `ctstate inv`. */
const SAYS_INVALID = /inva?l|\binv\b|_inv(?:[_\W]|$)|ct[_ -]?state/i

export const saysInvalid = (prefix: string): boolean => SAYS_INVALID.test(prefix)

/**
 * Why the packet of a rule's line may be INVALID, best first: from its flags, ports and direction, from what an ICMP error
 * quotes, and from lines beside it. Only `shown` is more than a possibility.
 */
export function suspectsOf(asked: Asked): readonly Suspect[] {
	const { packet } = asked.line
	const told = toldBeside(asked)
	if (told !== undefined) return [told]
	const { protocol } = packet
	const own =
		protocol === 'TCP'
			? ofTcp(asked)
			: protocol === 'ICMP' || protocol === 'ICMPv6'
				? ofIcmp(asked)
				: ofOthers(asked)
	return [...ofShape(asked), ...own, ...ofTable(asked), ...notSaid(asked)].sort(
		(a, b) => ORDER[a.standing] - ORDER[b.standing],
	)
}

/** The kernel's own line about the same packet: then nothing has to be guessed. */
function toldBeside({ line, beside }: Asked): Suspect | undefined {
	const key = packetKey(line.packet)
	const found = beside.find(
		(one) => one.reason !== undefined && one.line !== undefined && packetKey(one.line.packet) === key,
	)
	if (found?.reason === undefined) return undefined
	const { id, title } = found.reason
	return {
		id: 'told',
		standing: 'shown',
		says: `conntrack itself says why, in the line about the same packet: ${title} (${id})`,
		because: 'addresses, ports, numbers and flags of the two lines are the same',
		decides: [`ctscope explain ${id}`],
	}
}

function ofShape({ line: { packet } }: Asked): readonly Suspect[] {
	const { words } = packet
	const found: Suspect[] = []
	if (words.some((word) => word === 'MF' || word.startsWith('FRAG:')))
		found.push({
			id: 'fragment',
			standing: 'likely',
			says: 'A fragment: conntrack reassembles fragments before it looks, so a single one was incomplete, or bypassed that.',
			because: 'the line has MF or FRAG',
			decides: [
				'nstat -az | grep -i Reasm: do failures grow?',
				"tcpdump -vni any 'ip[6:2] & 0x3fff != 0': are all pieces there?",
			],
		})
	if (words.some((word) => word === 'TRUNCATED' || word.startsWith('INCOMPLETE')))
		found.push({
			id: 'cut-header',
			standing: 'shown',
			says: 'The packet ends within its headers: no tracker accepts that.',
			because: 'the line says TRUNCATED or INCOMPLETE',
			decides: ['log_invalid names it: "short packet", "truncated/malformed packet"'],
		})
	return found
}

function ofTable({ beside }: Asked): readonly Suspect[] {
	if (!beside.some(({ isTableFull }) => isTableFull === true)) return []
	return [
		{
			id: 'table-was-full',
			standing: 'likely',
			says: 'The table was full: the packet that should have made the entry was dropped, or the entry was evicted for another one, and this packet finds none.',
			because: '"table full" is logged next to it',
			decides: [
				'conntrack -C against sysctl net.netfilter.nf_conntrack_max',
				'drop and early_drop of conntrack -S',
			],
		},
	]
}

function notSaid({ line }: Asked): readonly Suspect[] {
	if (saysInvalid(line.prefix)) return []
	return [
		{
			id: 'not-said',
			standing: 'possible',
			says: 'The packet is perhaps not INVALID at all: the prefix does not say so, and a rule that logs everything it refuses logs new connections too.',
			because: '',
			decides: ['ctscope rules: which rule has this prefix, and which state does it match?'],
		},
	]
}
