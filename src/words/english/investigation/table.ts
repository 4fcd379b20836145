// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// investigation/table/tracking.ts
export const conntrackIsNotLoaded =
	'nf_conntrack is not loaded here: there is no nf_conntrack_count and no counter'
export const loadConntrack = 'modprobe nf_conntrack, and add a rule that matches on ct state'
export const entries = (count: number): string =>
	count === 1 ? 'one entry' : `${some(count, 'entry', 'entries')}`
export const entriesInTheTable = (entries: string): string => `${entries} in the table`
export const aRuleNeedsIt = (rule: string): string => `the table is empty, but ${rule} needs conntrack`
export const entriesAreMade = 'entries come and go'
export const counterRises = (counter: string): string =>
	`the table is empty, but the counter ${counter} rises`
export const packetsPassedUnseen = (packets: string, seconds: string): string =>
	`${some(packets, 'packet')} passed in ${seconds} s, and no entry came and no counter moved`
export const noRuleNeedsIt = (passed: string, entries: string): string =>
	`no rule here needs conntrack${entries === '' ? '' : `, and ${entries} may be left from before`}${passed === '' ? '' : `; ${passed}`}`
export const nothingShowsTracking = (passed: string, entries: string): string =>
	passed !== ''
		? `${passed}${entries === '' ? '' : `; ${entries} may be left from before`}`
		: 'no entry, and no counter that moves: perhaps no rule here matches on ct state'
export const beginTracking =
	'conntrack starts with the first rule that does, such as: nft ... ct state invalid counter; or the packets are in another network namespace (--netns)'
export const placeOfRule = (family: string, table: string, chain: string, number: number): string =>
	`${family} ${table} ${chain} rule ${number}`

// investigation/table/fill-words.ts
export const countOf = (count: string, max: string): string => `${count} of ${max}`
export const countOfMax = (count: string, max: string): string =>
	`${count} of ${some(max, 'entry', 'entries')}`
export const newConnectionsAreDropped = (rate: string): string =>
	`conntrack table full: new connections are dropped now, ${rate}/s`
export const entriesAreThrownOut = (rate: string): string =>
	`conntrack table full: entries are evicted for new ones now, ${rate}/s`
export const tableIsFull = (of: string): string => `conntrack table full: ${of}`
export const tableIsNearlyFull = (of: string): string => `conntrack table nearly full: ${of}`
export const fullDropped = (rate: string): string => `table full: ${rate}/s dropped`
export const fullThrownOut = (rate: string): string => `table full: ${rate}/s evicted`
export const tablePercent = (percent: string): string => `conntrack table ${percent}`
export const fullAndDropping = (of: string, rate: string): string =>
	`The conntrack table is full (${of}): new connections are dropped now, ${rate}/s. Connections that have an entry go on.`
export const fullAndEvicting = (of: string, rate: string): string =>
	`The conntrack table is full (${of}): entries that are not ASSURED are evicted for new ones now, ${rate}/s. What comes later for them belongs to no connection.`
export const fullAndStill = (of: string): string =>
	`The conntrack table is full (${of}). The next new connection evicts an entry that is not ASSURED, or is dropped.`
export const nearlyFull = (of: string): string =>
	`The conntrack table is nearly full (${of}). When it is full, new connections are dropped.`
export const thereIsRoom = (of: string): string => `There is room in the conntrack table (${of}).`
export const dropRate = (rate: string): string => `drop ${rate}/s`
export const earlyDropRate = (rate: string): string => `early_drop ${rate}/s`
export const entriesNow = (count: string, max: string, percent: string): string =>
	`${some(count, 'entry', 'entries')} of at most ${max} (nf_conntrack_max), ${percent}`
export const peakOfSeconds = (peak: string): string =>
	`${some(peak, 'entry', 'entries')} within the last seconds`
export const dropMoves = (rate: string): string => `the counter drop rises by ${rate}/s now, without clashes`
export const dropMoved = (count: string, seconds: string): string =>
	`the counter drop has risen by ${count} in ${seconds} s, not now`
export const earlyDropMoves = (rate: string): string => `the counter early_drop rises by ${rate}/s now`
export const earlyDropMoved = (count: string, seconds: string): string =>
	`the counter early_drop has risen by ${count} in ${seconds} s, not now`
export const clashesBesides = (rate: string): string =>
	`insert_failed rises by ${rate}/s: clashes of identical entries, not a lack of room`
export const limitOfTheHost =
	'nf_conntrack_max is one value for the whole host, set in the initial network namespace; each namespace has that much room'
export const beginFrom = (name: string, share: string): string =>
	`${share} of the entries were opened by ${name}`
export const goTo = (name: string, share: string): string => `${share} of the entries go to ${name}`
export const nobodyStandsOut = 'no address, network or service has a fifth of the entries'
export const kindsOfEntries = (kinds: string, unreplied: string): string =>
	`entries: ${kinds}; ${unreplied} without a reply`
export const lookedAt = (looked: string, seconds: string): string =>
	`${some(looked, 'entry was', 'entries were')} looked at for that, ${seconds} s ago`
export const raiseMax = (max: string): string =>
	`Raise the limit: sysctl -w net.netfilter.nf_conntrack_max=${max}, and net.netfilter.nf_conntrack_buckets in proportion. An entry takes about 400 bytes of memory.`
export const raiseMaxElsewhere = (max: string): string =>
	`Raise the limit in the initial network namespace, where it is set for all: sysctl -w net.netfilter.nf_conntrack_max=${max}, and net.netfilter.nf_conntrack_buckets in proportion. An entry takes about 400 bytes of memory.`
export const lookWhoFillsIt =
	'Find who fills it: conntrack -L, by source address and state. Then limit that source, or shorten the timeout of that state.'
export const shortenTimeout = (kind: string, share: string, knob: string, value: string): string =>
	`${share} of the entries are ${kind}, which stay for nf_conntrack_${knob} = ${value} s: a shorter one makes room sooner.`
export const dealWithSource = (name: string, share: string): string =>
	`Look at what ${name} does, which began ${share} of the entries: stop it, or limit its entries (nft: ct count over; iptables: -m connlimit).`
export const lookAtTarget = (name: string): string =>
	`Much of it goes to ${name}: do not track what needs no state there (notrack), or limit new connections to it.`

// investigation/table/lives-words.ts
export const noneNow = 'none now'
export const soManyNow = (now: string): string => `${now} now`
export const heldForLong = (held: string, time: string): string => `${held} of them for ${time} or longer`
export const theOldest = (time: string): string => `the oldest for ${time}`
export const atMost = (most: string): string => `at most ${most} at once`
export const mayHaveLeft = (doubtful: string): string =>
	`${doubtful} more may be in it: events were lost since they came`
export const addressesNotKnown = 'addresses not known'
export const lessThan = (time: string): string => `less than ${time}`
export const orLonger = (time: string): string => `${time} or longer`
export const fromTo = (from: string, to: string): string => `${from} to ${to}`
export const noEntry = 'no entry'
export const entriesTheLongest = (entries: string, time: string): string => `${entries}, the longest ${time}`
export const madeBefore =
	'Entries that were made, or removed, before the probes were set are in no list here, however long they are held.'
export const noPlaceToSeeThemMade =
	'This kernel has no __nf_conntrack_alloc that a probe can be set on: what is unconfirmed is not known, and only entries that were removed since are known.'
export const confirmedThoughMadeBefore = (entries: string): string =>
	`${entries} had been made before the probes were set, and confirmed since.`
export const freedThoughRemovedBefore = (entries: string): string =>
	`${entries} had been made, or removed, before the probes were set, and freed since.`
export const eventsWereLost = (events: string): string =>
	`${events} lost: entries that came before the last loss may have left the list unseen, and are counted apart.`
export const notFollowed = (entries: string): string => `${entries} not followed: too many at once.`
export const packetWaits = 'packet waits'
export const packetsWait = 'packets wait'
export const theyMayBeOfNfqueue = (queue: number, packets: string): string =>
	`In NFQUEUE ${queue} ${packets}: these entries may be theirs.`
export const whatHoldsUnconfirmed =
	'An entry stays unconfirmed as long as the first packet of its connection is held inside of this host. Possible: an NFQUEUE whose reader gives no verdict (/proc/net/netfilter/nfnetlink_queue shows what waits), a queue discipline that ct of tc or Open vSwitch has sent it to (tc -s qdisc: backlog), a socket, or, when none of these holds a packet, a fault of the kernel or of a module.'
export const whatHoldsDying =
	'An entry stays dying as long as someone uses it. Possible: a packet of it in an NFQUEUE (/proc/net/netfilter/nfnetlink_queue), in a queue discipline (tc -s qdisc: backlog) or in a socket, a connection that it expected (conntrack -L, such as FTP data), a listener that takes no DESTROY event (conntrack -L dying lists those from Linux 5.19 on), or, when there is none of these, a fault of the kernel or of a module.'
