// Sentences for people, by the file that says them.

// investigation/causes/packet-causes.ts
export const badChecksums = 'bad checksums'
export const captureAtTheSenderAnd =
	'Capture at the sender and here, and compare: where the checksum is right before a hop and wrong behind it, that hop breaks it.'
export const onAVirtualMachineOr =
	'On a virtual machine or a bad NIC: ethtool -K INTERFACE rx off tx off, and look again.'
export const withNfConntrackChecksum0 =
	'With nf_conntrack_checksum 0 conntrack no longer looks; the receiver still throws such packets away.'
export const thePacketsArriveWithA = `The packets arrive with a wrong checksum: something on their way changed them, or their sender did not fill it in.`
export const aPortScan = 'a port scan'
export const nothingIsBrokenARule = 'Nothing is broken: a rule that drops INVALID does what it is for.'
export const ifItIsOneSource =
	'If it is one source, block it before conntrack (a raw or prerouting -300 chain), so that it costs less.'
export const somebodyScansAddressesAndPorts = (size: string): string =>
	`Somebody scans: ${size} addresses and ports get a packet or two each, and belong to no connection.`
export const targetsPacketsForEachFlow = (size: string, toFixed: string): string =>
	`${size} targets, ${toFixed} packets for each flow`
export const mostComeFrom = (top: string): string => `most come from ${top}`
export const windowsThatConntrackReadsOtherwise =
	'TCP windows that conntrack and the endpoints see differently'
export const lookForAMiddleboxThat =
	'Look for a middlebox that takes the window scale option away or rewrites sequence numbers, and for offloads (ethtool -k): conntrack then computes another window than the ends have.'
export const nfConntrackTcpBeLiberal =
	'nf_conntrack_tcp_be_liberal 1 lets packets outside the window keep their entry; only an RST outside of it is still INVALID.'
export const bothDirectionsPassAndYet =
	'Both directions pass, and yet packets lie outside the window that conntrack has computed.'
export const packetsLieOutsideTheWindow =
	'Packets lie outside the window that conntrack has computed; whether both directions pass is not known.'

// investigation/causes/state-causes.ts
export const asymmetricRouting = 'asymmetric routing'
export const routeBothDirectionsThroughThis = 'Route both directions through this host, or neither.'
export const whereThatCannotBeDo =
	'Where that cannot be, do not track these flows (notrack in a raw chain) and filter them without states.'
export const nfConntrackTcpBeLiberal1 =
	'nf_conntrack_tcp_be_liberal 1 lets packets outside the window pass; the entries still know half of the truth.'
export const onlyOneDirectionOfThese =
	'Only one direction of these connections passes this host: asymmetric routing. What the other side acknowledges is not seen, so the window stays where it was.'
export const theSenderGoesOnFar =
	'The sender goes on far beyond what was acknowledged here, so it gets acknowledgements on another way: likely asymmetric routing. Counting both directions would prove it.'
export const countedPacketsOneWayThe = (there: string, back: string): string =>
	`counted: ${there} packets one way, ${back} the other`
export const ofEntriesHaveNoReply = (unreplied: number, known: number): string =>
	`${unreplied} of ${known} entries have no reply`
export const theEntryIsGoneWhile = 'the entry is gone while the socket lives'
export const findWhoDeletesEntriesConntrack =
	'Find who deletes entries (conntrack -D or -F in a script, a controller, a full table), or which timeout is too small.'
export const letTheRuleThatDrops =
	'Let the rule that drops INVALID spare what this host sends (OUTPUT), or reset such connections instead of dropping.'
export const ofALocalSocketHas = (gone: number, counted: string): string =>
	`${gone} of ${counted}: a local socket has the connection, and there was no entry`
export const repliesThatAreNotTranslated = 'replies that are not translated back'
export const dropInvalidPacketsInForward =
	'Drop INVALID packets in FORWARD, so that none leaves with an address that the other side does not know (kube-proxy has such a rule).'
export const findWhyTheEntryIs =
	'Find why the entry is gone: a timeout, a script that deletes entries, a full table.'
export const thisHostTranslatesAddressesNat = (source: string): string =>
	`This host translates addresses (NAT), but not of INVALID packets: ${source} reaches the other side under its own address, which is unknown there, and is answered with a reset.`
export const ofThatPassThroughHave = (length: number, counted: string): string =>
	`${length} of ${counted} that pass through have no entry and a private source`
export const thereAreNatRulesAnd = 'there are NAT rules, and no rule drops INVALID in FORWARD'
export const aTimeoutThatIsToo = 'a timeout that is too small'
export const raiseTheTimeoutAboveThe =
	'Raise the timeout above the longest idle time of these connections, or let them send keepalives more often.'
export const seeWhoSetItGrep =
	'See who set it: grep -r nf_conntrack /etc/sysctl.conf /etc/sysctl.d, or the controller of the node.'
export const nfConntrackIsSUsual = (knob: string, was: undefined | string, usualTimeouts: string): string =>
	`nf_conntrack_${knob} is ${was} s (usual: ${usualTimeouts} s): connections that rest longer are forgotten, and what they send afterwards belongs to none.`
export const nfConntrackTcpLooseIs =
	'nf_conntrack_tcp_loose is 0: packets from the middle of a connection are INVALID, without a line'
export const connectionsFromBeforeAreNot = 'connections from before are not picked up'
export const afterARestartAFailover =
	'After a restart, a failover or a flush of the table this passes as connections begin anew.'
export const nfConntrackTcpLoose1 =
	'nf_conntrack_tcp_loose 1 picks connections up in their middle; conntrackd keeps the tables of two hosts alike.'
export const packetsFromTheMiddleOf =
	'Packets from the middle of connections that this host has no entry for: nf_conntrack_tcp_loose is 0, so they are INVALID, without a line.'
export const packetsWithoutALine = (count: string): string => `${count} packets without a line`
export const latePacketsOfConnectionsThat = 'late packets of connections that are over'
export const mostlyHarmlessTheEndsHave =
	'Mostly harmless: the ends have closed already. Dropping them hurts nobody who is still talking.'
export const ifUsersComplainLookWhether =
	'If users complain, look whether the ends still have these connections (ss -tn on both).'
export const rstAndFinPacketsOf =
	'RST and FIN packets of connections that neither conntrack nor a local socket knows any more.'
export const lookedAtNoEntryNo = (counted: string): string => `${counted} looked at: no entry, no socket`

// investigation/causes/table-causes.ts
export const theTableIsFull = 'the conntrack table is full'
export const nothingIsEvicted = 'entries thrown out for new ones: early_drop does not move'
export const noClashes = 'clashes of equal entries: insert_failed does not move'
export const entriesAreEvicted = 'entries are thrown out for new ones'
export const entriesAreEvictedSoPackets =
	'The table is full, and the kernel throws entries out that are not ASSURED to make room for new ones. A late answer to a connection that lost its entry is INVALID.'
export const nothingIsDropped = 'new connections that are dropped: drop does not move'
export const conntrackDoesNotWorkHere = 'conntrack does not track here'
export const addARuleThatNeedsIt =
	'If it is meant to: add a rule that asks for the state of a connection, such as nft ... ct state invalid counter. Without one the kernel does not track, since Linux 4.10.'
export const lookInTheOtherNamespace =
	'If the trouble is real, it is in another network namespace or on another host: list the namespaces, and look there.'
export const noPacketIsTracked =
	'No rule of this network namespace needs conntrack, so the kernel does not track here: no packet can be INVALID, and no rule can see a state.'
export const notAQuietHost = 'a quiet host: packets pass'
export const noPacketWasInvalid = 'INVALID that is only rare: none was counted while we looked'
