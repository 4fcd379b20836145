export type CounterWord = 'worry' | 'expected' | 'normal'

type Meaning = {
	readonly text: string
	/** Rises of this counter are losses that should not be. */
	readonly worry?: boolean
	/** Above this rate per second even an expected rise is worth a look. */
	readonly worryAbove?: number
	/** Rises all the time in the course of ordinary work. */
	readonly ordinary?: boolean
}

/** What each counter of `conntrack -S` counts (net/netfilter/nf_conntrack_core.c and its users). */
const MEANINGS: Readonly<Record<string, Meaning>> = {
	invalid: {
		text: 'packets that belong to no entry and may not make one; a few a second are usual (late retransmits, scans)',
		worryAbove: 10,
	},
	insert_failed: {
		text: 'entries that lost a race with an equal one, or met a full hash chain; a few are usual with DNS, the packet is dropped',
		worryAbove: 10,
	},
	drop: {
		text: 'packets dropped by conntrack itself: table full, or no memory, or a tracker said drop',
		worry: true,
	},
	early_drop: { text: 'entries thrown out to make room: the table was full', worry: true },
	error: {
		text: 'ICMP and ICMPv6 packets that failed their check; invalid does not count these',
		worryAbove: 10,
	},
	chaintoolong: {
		text: 'entries refused because their hash chain was too long: attack, or too few buckets',
		worry: true,
	},
	clash_resolve: {
		text: 'races between two packets of one new flow that were settled without loss',
		worryAbove: 1000,
	},
	search_restart: { text: 'look-ups begun again because the table moved under them', worryAbove: 1000 },
	found: { text: 'look-ups of NAT that met a tuple in use', ordinary: true },
	insert: { text: 'entries made through netlink (conntrackd, conntrack -I)', ordinary: true },
	new: { text: 'not counted by current kernels', ordinary: true },
	ignore: { text: 'packets that carried an entry already; not counted by current kernels', ordinary: true },
	delete: { text: 'not counted by current kernels', ordinary: true },
	delete_list: { text: 'not counted by current kernels', ordinary: true },
	searched: { text: 'not counted by current kernels', ordinary: true },
	expect_new: { text: 'expected connections announced by helpers', ordinary: true },
	expect_create: { text: 'expected connections added', ordinary: true },
	expect_delete: { text: 'expected connections removed', ordinary: true },
}

/** One word about what the counter did since the start; undefined for a counter that we do not know. */
export function counterWord(name: string, rise: number, perSecond: number): CounterWord | undefined {
	const meaning = MEANINGS[name]
	if (meaning === undefined) return undefined
	if (rise <= 0 || meaning.ordinary === true) return 'normal'
	if (meaning.worry === true || perSecond > (meaning.worryAbove ?? Number.POSITIVE_INFINITY)) return 'worry'
	return 'expected'
}

/** What the counter counts. */
export const counterMeaning = (name: string): string =>
	MEANINGS[name]?.text ?? 'not known here: newer kernels count more'
