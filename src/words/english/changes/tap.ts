// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// changes/tap/tap-asked.ts
export const ctscopeTapHelpShowsExamples = "'ctscope tap --help' shows examples"
export const toGiveKmsgNflogOr = (text: string): string => `--to ${text}: give kmsg, nflog or nflog:N`
export const give = (name: string, wrong: string, known: string): string =>
	`--${name} ${wrong}: give ${known}`
export const rateGivePacketsPerSecond = (rate: undefined | string): string =>
	`--rate ${rate}: give packets per second or minute, such as 10/second`

// changes/tap/tap-commands.ts
export const nftInsertRuleInetFilter = (hook: string, rule: string): string =>
	`nft 'insert rule inet filter ${hook} ${rule}'`
export const mConntrackCtstate = (toUpperCase: string): string => `-m conntrack --ctstate ${toUpperCase}`
export const jNflogNflogGroupNflog = (group: number, prefix: string): string =>
	`-j NFLOG --nflog-group ${group} --nflog-prefix "${prefix}"`
export const mLimitLimitLimitBurst = (packets: number, per: string, burst: number): string =>
	`-m limit --limit ${packets}/${per} --limit-burst ${burst}`
export const mMultiport = (option: string): string => `-m multiport ${option}`

// changes/tap/tap-rules.ts
export const returnComment = (piece: string): string => `\t\treturn comment "${piece}"`
export const createTableInet = (table: string): string => `create table inet ${table}`
export const flagsOwner = '\tflags owner'
export const chainAbout = '\tchain about {'
export const chain = (hook: string): string => `\tchain ${hook} {`
export const ctState = (first: undefined | string): string => `ct state ${first}`
export const tcpSequence = 'tcp sequence'
export const tcpOptions = 'tcp options'
export const ipOptions = 'ip options'
export const group = (named: string, group: number): string => `${named} group ${group}`
export const snaplen = (group: string, bytes: number): string => `${group} snaplen ${bytes} queue-threshold 1`
export const level = (named: string, level: string): string => `${named} level ${level}`
export const flagsTcp = (tcp: string): string => `flags tcp ${tcp}`
export const flags = (flagWords: string): string => `flags ${flagWords}`
export const level2 = (named: string, level: string, flags: string): string =>
	`${named} level ${level} ${flags}`
export const metaNfproto = (part: string): string => `meta nfproto ${part}`
export const iifname = (isNot: string, value: string): string => `iifname ${isNot}"${value}"`
export const oifname = (isNot: string, value: string): string => `oifname ${isNot}"${value}"`
export const saddr = (version: undefined | string, isNot: string, value: string): string =>
	`${version} saddr ${isNot}${value}`
export const daddr = (version: undefined | string, isNot: string, value: string): string =>
	`${version} daddr ${isNot}${value}`
export const metaL4proto = (isNot: string, value: string): string => `meta l4proto ${isNot}${value}`
export const sport = (transport: string, isNot: string, setOf: string): string =>
	`${transport} sport ${isNot}${setOf}`
export const dport = (transport: string, isNot: string, setOf: string): string =>
	`${transport} dport ${isNot}${setOf}`
export const tcpFlags = (bits: string, part: string, bits2: string): string =>
	`tcp flags & (${bits}) ${part} ${bits2}`

// changes/tap/tap-text.ts
export const nflog = (group: number): string => `nflog:${group}`

// changes/tap/tap-typed.ts
export const theChainIsReachedBy = (chain: string): string =>
	`the chain ${chain} is reached by jumps only: name a hook instead`
export const cannotBeCopiedIntoA = (word: string): string =>
	`${word} cannot be copied into a tap: leave it out, and the tap sees more than the rule would`
export const theMatchCannotBeCopied = (name: string): string =>
	`the match ${name} cannot be copied into a tap: leave it out, and the tap sees more than the rule would`
export const needsAValueBehindIt = (after: string): string => `${after} needs a value after it`
export const isNotAState = (unknown: string, tapStates: string): string =>
	`${unknown} is not a state: ${tapStates}`
export const addRule = 'add rule'
export const cannotBeCopiedIntoATap = (word: string, key: string): string =>
	`${word} ${key} cannot be copied into a tap: leave it out, and the tap sees more than the rule would`
export const aWithoutIts = 'a { without its }'
export const typeARuleSuchAs = 'type a rule, such as -p tcp --dport 1234 -j DROP'

// changes/tap/tap-words.ts
export const fromPort = 'from port'
export const toPort = 'to port'
export const inBy = 'in by'
export const outBy = 'out by'
export const everyPacket = 'every packet'
export const previewsARuleFor = 'previews a rule for'
export const countsByState = 'counts by state'
export const notThere = 'not there'
export const aTableThatIsNot = 'a table that ctscope did not make'

// changes/tap/tap.ts
export const aTapIsNamedWith = (stringify: string): string =>
	`a tap is named with up to 24 letters, digits, _ . and -, not ${stringify}`
export const nameAHook = (tapHooks: string): string => `name a hook: ${tapHooks}`
export const aPrefixHasAtMost = (longestPrefix: number, length: number): string =>
	`a prefix has at most ${some(longestPrefix, 'character')}, this one has ${length}`
export const aPrefixTakesPlainAscii = 'a prefix takes plain ASCII characters without " \\ $ and *'
export const aPrefixIsNeededLines = 'a prefix is needed: it identifies the lines'
export const rateAndBurstAre1 = (highestRate: number): string =>
	`rate and burst are 1 to ${some(highestRate, 'packet')}`
export const aPacketIsCutForNflog = 'a packet is cut for NFLOG only, to 1 to 65535 bytes'
export const aGroupOfNflogIs = 'a group of NFLOG is 0 to 65535'
export const isNotAProtocolTcp = (stringify: string): string =>
	`${stringify} is not a protocol: tcp, udp, icmp, ... or a number up to 255`
export const anIpv4AndAnIpv6 = 'an IPv4 and an IPv6 address never meet in one packet'
export const isNotAPort22 = (stringify: string): string =>
	`${stringify} is not a port: 22, 1000-2000, or several with commas`
export const hasARangeThatEnds = (stringify: string): string =>
	`${stringify} has a range that ends before it begins`
export const portsBelongToAProtocol = 'ports belong to a protocol: say tcp, udp, sctp or dccp too'
export const isNotAChoiceOf = (stringify: string): string =>
	`${stringify} is not a choice of TCP flags, such as syn,ack/syn`
export const tcpFlagsBelongToTcp = 'TCP flags belong to tcp: say tcp too'
export const isNoNameOfAn = (stringify: string, key: string): string =>
	`${stringify} is not an interface name (${key})`
export const aPacketInHasNo = (noIn: string): string =>
	`a packet in ${noIn} has no interface it came in on: leave it out, or the hook`
export const aPacketInHasNoInterface = (noOut: string): string =>
	`a packet in ${noOut} has no interface yet that it leaves by: leave it out, or the hook`
export const isNotAnAddressOr = (stringify: string): string =>
	`${stringify} is not an address or network, such as 10.0.0.0/8 or 2001:db8::/32`
export const isNotAnAddressOf = (text: string, part: string): string => `${text} is not an address of ${part}`
