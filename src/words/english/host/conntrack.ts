// Sentences for people, by the file that says them.

import { errnoWords } from '../../errno.ts'

// host/conntrack/conntrack-cli.ts
export const itsOutputWasNotUnderstood = (slice: string): string => `its output was not understood: ${slice}`
export const conntrack = (args: string): string => `conntrack ${args}`
export const rootCapNetAdmin = 'root (CAP_NET_ADMIN)'

// host/conntrack/flow-facts.ts
export const theConnectionTable = (title: string, detail: string, next: string): string =>
	`the connection table (${title}: ${detail}${next === '' ? '' : `; ${next}`})`
export const moreEntriesThan = (most: number): string => `entries beyond the first ${most}`
export const moreEntriesOfALargeTable =
	'more entries of this flow behind NAT (the table is large, and each lookup is expensive)'
export const localSocketsOf = (protocol: string): string => `local sockets of ${protocol}`
export const localSocketsWithoutBothPorts = 'local sockets (give both ports)'
export const localSocketsSsIsNot = 'local sockets (ss is not installed: apt install iproute2)'
export const sportAndDport = (sport: number, dport: number): string =>
	`( sport = :${sport} and dport = :${dport} )`
export const localSocketsSsFailed = (split: string): string => `local sockets (ss failed: ${split})`

// host/conntrack/listing-file.ts
export const isPacked = (path: string, kind: string): string => `${path} is packed (${kind})`
export const isAFolder = (path: string): string => `${path} is a directory`
export const lookInside = (path: string): string => `look inside with ctscope read ${path}`
export const isLongerThan64Mb = (path: string): string => `${path} is longer than 64 MB`
export const giveAPartOfIt = 'give a part of it'
export const thereIsNoSuchFile = 'there is no such file'
export const thisUserMayNotReadIt = 'this user may not read it'
export const theSystemSays = (code: string): string => `the system answers: ${errnoWords(code)}`
export const cannotBeRead = (path: string, why: string): string => `${path} cannot be read: ${why}`

// host/conntrack/lists.ts
export const entriesOfPacketsThatHave =
	'entries of packets that have not left the hooks yet: a few are normal; those that stay belong to packets held in a queue'
export const thisKernelNoLongerKeeps =
	'this kernel no longer keeps an unconfirmed list: packets waiting in NFQUEUE and the difference between -C and -L are what remains of it'
export const theKernelAnsweredWithAn =
	'the kernel answered with an empty list and does not say whether it keeps one: from Linux 5.19 on there is none'
export const entriesWhoseEndCouldNot =
	'entries whose DESTROY event could not be delivered to a listener with reliable events, such as conntrackd: it is too slow'
export const entriesTakenOutOfThe =
	'entries taken out of the table and still in use: packets in a queue, or listeners with reliable events that are too slow'
export const entriesTakenOutOfTheTable =
	'entries taken out of the table and not freed yet; what keeps them differs between kernels before and after Linux 5.19'
