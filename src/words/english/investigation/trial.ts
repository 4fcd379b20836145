// Sentences for people, by the file that says them.

// investigation/trial/chance.ts
export const sBeforeSWithIt = (text: string, text2: string, text3: string): string =>
	`${text}/s before, ${text2}/s with it, ${text3}/s after`
export const tooFewPacketsOrSeconds = 'too few packets or seconds to judge'
export const noMoreThanChanceThis = (p: string): string =>
	`no more than chance (${p}): this setting changes nothing`
export const moreThanChanceButUpwards = (p: string): string =>
	`more than chance (${p}), but upwards: it does not help`
export const lowerByMoreThanChance = (p: string): string =>
	`lower by more than chance (${p}), and not seen afterwards: repeat it`
export const lowerButItDidNot =
	'lower, but it did not come back afterwards: something else changed meanwhile, repeat it'
export const fellByAndCameBack = (share: string, p: string): string =>
	`fell by ${share} and came back, more than chance (${p})`
export const thisSettingExplainsIt = (fall: string): string => `${fall}: this setting explains it`
export const thisExplainsAPart = (fall: string): string => `${fall}: this explains a part`

// investigation/trial/experiments.ts
export const linesOfSSS = (reason: string, before: string, during: string, after: string): string =>
	`Lines of "${reason}": ${before}/s, ${during}/s, ${after}/s.`
export const measuredShorter = (cut: string): string => `Measured shorter: ${cut}.`
export const aSynproxyNeedsIt = (rule: string): string =>
	`not offered: it breaks the connections that this rule answers: ${rule}`
export const packetsOutsideTheWindowKeep = 'packets outside the window keep their entry'
export const statefulRulesAcceptPacketsOutside = 'stateful rules accept packets outside the window'
export const anRstOutsideTheWindow = 'an RST outside the window no longer counts as INVALID'
export const aForgedRstIsPassed = 'a forged RST is passed on, as without conntrack'
export const checksumsAreNoLongerLooked = 'checksums are no longer looked at'
export const packetsWithAWrongChecksum =
	'packets with a wrong checksum make entries; the receiver still refuses them'
export const entriesLiveAsLongAs = (usualTimeouts: undefined | number): string =>
	`entries live as long as usual (${usualTimeouts} s); it counts for entries that are touched from now on`
export const theTableGrowsByConnections = 'the table grows by connections that are forgotten now'
export const connectionsArePickedUpIn = 'connections are picked up in their middle'
export const anyAckMakesAnEntry = 'any ACK makes an entry: a scan fills the table'
