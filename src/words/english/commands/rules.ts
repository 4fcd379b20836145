// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// commands/flow/command.ts
export const exampleCtscopeFlowTcp10 = `
Examples:
  ctscope flow tcp 10.0.3.7:51022 10.0.0.7:443
  ctscope flow --zone 7 --icmp-id 4711 icmp 10.0.3.7 10.0.0.7
  ctscope flow --for 5m tcp 10.0.3.7:51022 10.0.0.7:443    who ends its entry`
export const joinEntrySocketAndRules =
	'show entry, socket and rules of one flow, and what follows from them; changes nothing'
export const protocolSourcePortDestinationPort = 'PROTOCOL SOURCE[:PORT] DESTINATION[:PORT], or a packet line'
export const printJson = 'print JSON'
export const onlyThisZone =
	'look for its entry in this zone of conntrack only; 0 is that of packets without one'
export const idOfItsEcho = 'the id of its ICMP echo: what ICMP has instead of ports'
export const aNumberUpTo65535 = 'a whole number from 0 to 65535'
export const watchItsEnd =
	'watch at most this long until the entry of this flow ends, and say when and how it ended (conntrack -E)'
export const aTimeFrom1sToAnHour = 'a time from 1s to 1h'

// commands/flow/flow.ts
export const icmpIdIsOfIcmp = (protocol: string): string =>
	`--icmp-id is for ICMP, and this flow is ${protocol}: give its ports, as in 10.0.3.7:51022`
export const endsNameNoZone =
	'--for does not work with --zone or --icmp-id: the end events of the kernel name neither; leave one of them out'
export const theRules = (detail: string): string => `the rules (${detail})`
export const notChecked = '  not checked: '
export const entryEndedAt = (time: string, how: string): string => `its entry ended at ${time}: ${how}`
export const entryDidNotEnd = (seconds: string, olderToo: boolean): string =>
	`no end of its entry was reported in ${seconds} s.${olderToo ? '' : ' Here the kernel reports none for entries that are older than this watch.'}`
export const itsEndWasNotWatched = (detail: string): string => `how its entry ends (${detail})`
export const someEndsWereNotTold = 'ends of entries that were too many at once for the reader'
export const theTable = 'the connection table'
export const nothingIsSaidOfThisFlow = (what: string): string =>
	`no answer about this flow, because this could not be read: ${what}`
export const ctscopeGiveProtocolSource =
	'ctscope: give PROTOCOL SOURCE[:PORT] DESTINATION[:PORT], or a packet line in quotes; an IPv6 address with a port needs brackets\n'

// commands/rules/command.ts
export const examplesCtscopeRulesInterval10 = `
Examples:
  ctscope rules --interval 10              what they count in ten seconds
  iptables-save -c | ctscope rules -       those of another host`
export const tellWhichRulesActOn =
	'list the rules that match INVALID or log, with owner and counters; changes nothing'
export const aListingOfAnotherHost =
	'a listing of another host (iptables-save -c, iptables -S, iptables -nvL, nft list ruleset, nft -j), also several after each other; - reads standard input'
export const timeBetweenTheTwoReadings = 'time between the two readings that are compared'

// commands/rules/rules.ts
export const someRulesAreNotShown = (title: string, detail: string, next: string): string =>
	`some rules are not shown: ${title}: ${detail}${next === '' ? '' : `; ${next}`}`
export const readAs = (format: string): string => `read as ${format}`
export const holdsNoRulesThatCan = (file: string): string => `${file} has no rules that ctscope can read`
export const holdsNoRulesBut = (file: string, kinds: string): string =>
	`${file} holds no rules: its lines are of ${kinds}`
export const giveWhatIptablesSaveC =
	'give what iptables-save -c, iptables -S, iptables -nvL, nft list ruleset, nft -j list ruleset or nfacct list prints'
export const aDiffTakesAway = (lines: string): string => `read as a diff: ${lines} that it removes left out`

// commands/rules/text.ts
export const noRules = 'no rules'
export const n1OfThemActsOn = '1 of them matches INVALID or logs'
export const ofThemActOnInvalid = (length: number): string => `${length} of them match INVALID or log`
export const moreMay = (count: string): string => `, ${count} more may`
export const rules = (total: string, said: string, count: string): string => `${total} (${said}), ${count}`
export const listing = (number: number, head: string): string =>
	`listing ${number}${head === '' ? '' : `: ${head}`}`
export const stateNotShown = 'its state is not shown, it may be INVALID'
export const inChainsThatNoHook = 'in chains that no hook leads to'
export const setsAndMapsThatThese = 'sets and maps that these rules look into'
export const countersWithAName = 'counters with a name'
export const packetsBytes = (name: string, packets: string, bytes: string): string =>
	`${name}: ${some(packets, 'packet')}, ${some(bytes, 'byte')}`
export const noCounter = 'no counter'
export const packetsBytes2 = (packets: string, bytes: string): string =>
	`${some(packets, 'packet')}, ${some(bytes, 'byte')}`
export const rule = (family: string, table: string, path: string, part: number): string =>
	`${family} ${table} ${path} rule ${part}`
export const beforeConntrack = 'before conntrack'
export const zeroedBySomebody = 'zeroed by someone'
export const notCounted = 'not counted'

export const noHook = 'no hook'
export const ruleFact = (one: {
	readonly place: string
	readonly action: string
	readonly where: string
	readonly counted: string
	readonly about: string
	readonly text: string
	readonly reached: string
}): string =>
	`${one.place} ${one.action} ${one.where}: ${one.counted}${one.about === '' ? '' : ` [${one.about}]`}: ${one.text}${one.reached === '' ? '' : `; ${one.reached}`}`

// commands/trace/command.ts
export const examplesCtscopeTraceTheNext = `
Examples:
  ctscope trace                            the next five INVALID packets
  ctscope trace --for 1m -- -p tcp -s 10.0.0.1 --sport 443`
export const followAFewInvalidPackets = 'trace a few INVALID packets through the rules: which one decides?'
export const whichPacketsInsteadOfInvalid =
	'which packets instead of INVALID ones: -- -p tcp -s 10.0.0.1 --sport 443'
export const endAfterThisTime = 'end after this time'
export const aTimeSuchAs10s = 'a time such as 10s or 1m'
export const endAfterSoManyPackets = 'end after this many packets'
export const aNumberFrom1On = 'a number from 1 on'
export const goOnAlsoWhereA = 'go on also where a rule switches connection tracking on'

// commands/trace/trace.ts
export const goOn = (what: string): string => `${what}. Go on?`
export const tracingForAtMostS = (forMs: number): string => `tracing for at most ${forMs} s; ctrl-c ends it`
export const tracingWasEndedBeforeIts = (early: string): string => `tracing ended early: ${early}`
export const rulePackets = (
	actionOf: string,
	family: string,
	table: string,
	chain: string,
	part: number,
	rise: number,
	text: string,
): string => `${actionOf}: ${family} ${table} ${chain} rule ${part}: +${rise} packets: ${text}`
export const thereAreIptablesLegacyRules =
	'there are iptables-legacy rules, which are not traced; what they counted meanwhile (all packets, not only those traced)'
export const noPacketCameThatWould = 'no packet came that would have been traced'

// commands/trace/text.ts
export const nothing = 'nothing'
export const verdictHead = 'verdict'
export const flowAndMore = (flow: string, more: number): string =>
	more === 0 ? flow : `${flow} (and ${more === 1 ? '1 more packet' : `${more} more packets`} took this path)`
