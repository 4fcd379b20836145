// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// app/screens/rules/commands.ts
export const logPacketsByStateHook = 'Log packets by state, hook and match with a temporary rule'
export const followAFewInvalidPackets = 'Trace a few INVALID packets through the rules: which one decides?'
export const inTheDetailsOfA = 'In the details of a rule: trace a few INVALID packets through the rules'
export const traceIt = 'trace it'
export const openTheDetailsOfA = 'open the details of a rule first'
export const previewWhatTheSelectedRule =
	'Preview what the selected rule, or one that is typed, would drop: count and log, drop nothing'
export const logNewEstablishedRelatedAnd =
	'Log NEW, ESTABLISHED, RELATED and INVALID packets in input and output, each state separately'
export const allStates = 'all states'
export const countPacketsByHookAnd = 'Count packets by hook and state with temporary rules'

// app/screens/rules/detail.ts
export const theRulesAreBeingRead = 'The rules are being read.'
export const noRuleFitsTheFilter = 'No rule matches the filter.'
export const thereAreNoRulesHere =
	'There are no rules in this network namespace: INVALID packets pass like any other.'
export const addsRulesOfOurOwn = (key: string): string => `${key} adds temporary rules that log or count.`
export const rulesStandInTheOrder = 'Rules are in the order in which a packet meets them.'
export const followsOrLogs = (key: string, key2: string): string =>
	`${key} traces a few INVALID packets through them; ${key2} logs or counts by temporary rules.`
export const noHookLeadsThere = 'no hook leads there'
export const hookPriority = (hook: string, priority: number): string => `hook ${hook} priority ${priority}`
export const ruleOf = (
	part: number,
	part2: string,
	family: string,
	table: string,
	path: string,
	part3: string,
	backend: string,
): string => `rule ${part}${part2} of ${family} ${table} ${path}, ${part3} (${backend})`
export const itHasNoCounterSo =
	'It has no counter, so how often it matches is not known; a preview counts that.'
export const somebodyHasZeroedTheCounter = ' Someone has zeroed the counter since.'
export const theCounterMayBeShared = (sharedCounter: string): string =>
	` The counter ${sharedCounter} may be shared with other rules.`
export const withoutACounter = 'without a counter'
export const sinceWatchingBegan = (packets: string, rate: string): string =>
	`${packets} since watching began, now ${rate}/s`
export const packetsBytesInAll = (packets: string, bytes: string, part: string, part2: string): string =>
	`In all ${some(packets, 'packet')}, ${some(bytes, 'byte')}.${part}${part2}`
export const madeBy = (owner: string): string => ` Made by ${owner}.`
export const comment = (comment: string): string => ` Comment: ${comment}`
export const itStandsBeforeConntrackWhere =
	'It runs before conntrack, where no packet has a state: it never matches INVALID.'
export const tracesAFewPacketsThrough = (key: string, key2: string): string =>
	`${key} traces a few packets through it; ${key2} counts and logs what it would hit.`
export const seeItByHand = (command: string): string => `By hand: ${command}`
export const itsStateIsNotShown = (asks: string, command: string): string =>
	`It may match INVALID: the states that it matches are not shown here (${asks}). This shows them: ${command}`
export const notCounted = 'not counted'
export const packetsBytes = (packets: string, bytes: string): string =>
	`${some(packets, 'packet')}, ${some(bytes, 'byte')}`
export const policy = (policy: string): string => `policy ${policy} `
export const hookPriorityRulesWhatNone = (
	hook: string,
	priority: number,
	size: string,
	backend: string,
): string =>
	`Hook ${hook}, priority ${priority}, ${size} (${backend}). This applies to packets that none of its rules decides.`
export const noPacketSoFar = 'No packet so far.'
export const itsLinesAreOnLog = (name: string, packets: number, per: string, burst: number): string =>
	`Its lines are on Log, under ${name}. At most ${packets} a ${per}, ${burst} at once.`
export const packetsThatItHasMarked =
	'The packets that it has marked are below, hook by hook; => is the rule that decided.'
export const inTableInetTakesIt = (table: string, key: string, sameByHand: string): string =>
	`In table inet ${table}; ${key} removes it. The same by hand: ${sameByHand}`

// app/screens/rules/grid.ts
export const noneActsOnInvalid = 'none matches INVALID'
export const noneKnownToAct = 'none is known to match INVALID'
export const onInvalid = (counted: string): string => `${counted} INVALID`

// app/screens/rules/rows.ts
export const tap = (table: string): string => `tap ${table}`
export const tap2 = (name: string, tappedInWords: string): string => `tap ${name} ${tappedInWords}`
export const noHookLeadsToThese = 'no hook leads to these'
export const rulesAreNotListed = (count: string): string =>
	`${some(count, 'more rule is', 'more rules are')} not listed here; ctscope rules prints all of them`
export const rule = (key: string): string => `rule ${key}`
export const policy2 = (backend: string, family: string, table: string, name: string): string =>
	`policy ${backend} ${family} ${table} ${name}`
export const policy3 = (
	policy: string,
	hook: string,
	backend: string,
	family: string,
	table: string,
	name: string,
): string => `policy ${policy} ${hook} ${backend} ${family} ${table} ${name}`
export const sinceStart = 'SINCE START'
export const rulesOfOurOwn = 'temporary rules of ctscope'
export const packetsThatWereTraced = 'packets that were traced, hook by hook'
export const policiesWhatNoRuleDecides = 'policies: what no rule decides'
export const head = (key: string): string => `head ${key}`

// app/screens/rules/screen.ts
export const whichRulesActOnInvalid =
	'which rules match INVALID or log, and temporary rules that log or count'
export const enterTracesItEscCloses = 'enter traces it; esc closes the details'

// app/screens/rules/tap-form.ts
export const severalWithCommas = (tapHooks: string): string => `${tapHooks}; several with commas`
export const linesAtMost10Second = 'lines at most: 10/second, 5/minute'
export const linesAtOnceBeforeThe = 'lines at once before the rate holds'
export const whatALineBeginsWith = 'what a line begins with, up to 29 characters; empty: made of the name'
export const commasTogetherBlanksATap = (tapStates: string): string =>
	`${tapStates}; commas: together, blanks: a tap for each; empty: any`
export const newEstablishedRelatedInvalid = 'new established related invalid'
export const anAddressOrNetworkIn = 'an address or network; ! in front: any other'
export const fromPort = 'from port'
export const n221000200080443 = '22, 1000-2000, 80,443; ! in front: any other'
export const toPort = 'to port'
export const inBy = 'in by'
export const interfaceSuchAsEth0Or = 'interface, such as eth0 or eth*'
export const outBy = 'out by'
export const linesTo = 'lines to'
export const kmsgTheKernelLogNflog =
	'kmsg: the kernel log; nflog: group 0, read by ctscope; nflog:N: your own reader'
export const ofTheLineInThe = (tapLevels: string): string => `of the line in the kernel log: ${tapLevels}`
export const lineSays = 'line says'
export const besidesSeveralWithCommas = (tapOptions: string): string =>
	`besides: ${tapOptions}; several with commas`
export const asForIptablesOrNft = 'as for iptables or nft: -p tcp --dport 1234 -j DROP'
export const tcpUdpIcmpANumber = 'tcp, udp, icmp, a number; ! in front: any other; empty: any'

// app/screens/rules/trace-pick.ts
export const anyInvalidPacket = 'traces INVALID packets of any flow: none is selected on Watch'
export const flowGoesOn = (flow: string, count: string, since: string, ago: string): string =>
	`traces ${flow}, because it keeps sending: ${some(count, 'packet')} in ${since} s, the last one ${ago} s ago`
export const flowsFromOne = (address: string, flows: string): string =>
	`traces all INVALID packets from ${address}: none of its ${flows} sends again and again, so the next one is likely another flow of it`
export const flowsToOne = (address: string, flows: string): string =>
	`traces all INVALID packets to ${address}: none of the ${flows} to it sends again and again, so the next one is likely another flow`
export const flowMayBeOver = (flow: string, ago: string): string =>
	`traces ${flow}: it last sent ${ago} s ago, and may not send again; no flow of this reason keeps sending`

// app/screens/rules/way-detail.ts
export const sameWayToo = (flows: string, more: number): string =>
	`On the same path: ${flows}${more > 0 ? ` and ${more} more` : ''}.`
export const thisDecided = 'This rule decided.'
export const listChain = (family: string, table: string, chain: string): string =>
	`nft -a list chain ${family} ${table} ${chain}`
export const standsIn = (chain: string, command: string): string => `In ${chain}. By hand: ${command}`

// app/screens/rules/way-rows.ts
export const traced = (id: string): string => `traced ${id}`
export const verdictUnknown = 'verdict not known'
export const wayHead = (flow: string, verdict: string, more: number): string =>
	`${flow}: ${verdict}${more === 0 ? '' : more === 1 ? ' (and 1 more packet)' : ` (and ${more} more packets)`}`
export const traceIsOn = (verdict: string, key: string): string =>
	`the trace is over (${verdict}): ${key} shows the path and the rule that decided`
