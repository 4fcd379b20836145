// Sentences for people, by the file that says them.

/**
 * What each cause comes to, as one says it to a colleague. They begin in lower case, because what is not certain stands
 * behind "Likely:" or "Possible:".
 */
export const HEADLINES = {
	backscatter: 'answers arrive to packets that nobody here sent: someone forges these addresses',
	'bridged-twice': 'br_netfilter counts bridged packets more than once',
	'by-design': 'a synproxy rule makes these packets INVALID on purpose',
	checksum: 'packets arrive with bad checksums',
	'cloud-limit': 'the cloud drops packets over its own limit of tracked connections',
	'entry-deleted': 'a program deletes entries of live connections',
	'entry-evicted': 'the table is full, and entries are evicted to make room',
	'entry-flushed': 'a program flushes the conntrack table, or much of it',
	'entry-gone': 'entries are gone while their connections are alive',
	'entry-timed-out': 'entries time out while their connections are alive',
	'fin-never-leaves': 'a rule keeps packets of this host from leaving',
	'helper-drop': 'a conntrack helper drops packets that it does not understand',
	'icmp-unasked': 'unsolicited echo replies arrive',
	'icmp-unrelated': 'ICMP errors quote connections that conntrack does not know',
	'insert-failed': 'new connections are dropped, because their entries clash with others',
	late: 'packets arrive late, when their connection is over',
	'leak-without-nat': 'packets leave this host without NAT, because no entry exists for them',
	malformed: 'the packets themselves are malformed',
	'not-picked-up': 'packets from the middle of connections have no entry, and nf_conntrack_tcp_loose is 0',
	'not-tracking': 'conntrack does not track here',
	'notrack-one-way': 'a rule keeps one direction of these connections from being tracked',
	offload: 'these flows bypass conntrack in a flowtable, and meet an outdated window when they come back',
	'one-direction':
		'this host sees one direction only: the other takes another path, or is lost before conntrack',
	'reply-not-translated':
		'replies come from an address that the client did not contact: NAT is not reversed for them',
	'reverse-path': 'the reverse path filter drops packets',
	'rst-outside-window': 'RSTs outside the window meet open connections, which continue',
	scan: 'someone scans addresses and ports',
	'sequence-rewritten': 'something on the path rewrites sequence numbers',
	'small-timeout': 'a timeout is too small: conntrack forgets connections that are only idle',
	'table-full': 'the conntrack table is full',
	'window-scale-unknown': 'conntrack computes a smaller TCP window than the ends use',
	'zone-mismatch': 'the two directions of these connections are in different conntrack zones',
} as const

/** Of what is certain, likely, or no more than possible. */
export const certainly = (headline: string): string => `${headline}.`
export const likely = (headline: string): string => `Likely: ${headline}.`
export const possibly = (headline: string): string => `Possible: ${headline}.`
