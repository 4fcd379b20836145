// Sentences for people, by the file that says them.

// investigation/trial/chance.ts
export const sBeforeSWithIt = (text: string, text2: string, text3: string): string =>
	`${text}/s before, ${text2}/s with it, ${text3}/s after`
export const tooFewPacketsOrSeconds = 'too few packets or seconds to judge'
export const noMoreThanChanceThis = (p: string): string =>
	`no more than chance (${p}): no effect of this setting was seen`
export const moreThanChanceButUpwards = (p: string): string =>
	`more than chance (${p}), but upwards: it does not help`
export const lowerByMoreThanChance = (p: string): string =>
	`lower by more than chance (${p}), and not seen afterwards: repeat it`
export const lowerButItDidNot =
	'lower, but it did not rise again afterwards: something else changed meanwhile, repeat it'
export const fellByAndCameBack = (share: string, p: string): string =>
	`fell by ${share} and rose again, more than chance (${p})`
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
export const checksumsAreNoLongerLooked = 'checksums are no longer verified'
export const packetsWithAWrongChecksum =
	'packets with a wrong checksum make entries; the receiver still refuses them'
export const entriesLiveAsLongAs = (usualTimeouts: undefined | number): string =>
	`entries live as long as usual (${usualTimeouts} s); it counts for entries that are touched from now on`
export const theTableGrowsByConnections = 'the table grows by connections that are forgotten now'
export const connectionsArePickedUpIn = 'connections are picked up mid-stream'
export const anyAckMakesAnEntry = 'any ACK makes an entry: a scan fills the table'

// investigation/trial/forecast.ts
export const invalidPacket = 'INVALID packet'
export const none = 'none'
export const wouldLetPass = (passes: string, of: string): string => `would let ${passes} of ${of} pass`
export const settingWould = (setting: string, passes: string, unknown: string): string =>
	`${setting}: ${passes}${unknown}`
export const andNotKnown = (unknown: string): string => ` (not known: ${unknown})`
export const wouldPass = (of: string, settings: string): string =>
	`Of ${of} with a known reason, this many would pass with a setting, each packet by itself: ${settings}.`
export const resetsWithAck = 'An RST whose ACK lies beyond the window stays INVALID.'
export const moreWithoutALine = (packets: string): string =>
	`${packets} more not logged: not known for any setting.`
export const linesWereLost = (lines: string): string => `${lines} lost: those packets are not counted here.`
export const mayBeOfOthers = 'Some of the lines may be from other network namespaces.'
export const saidExactly = (passes: string, of: string, share: string): string =>
	`Forecast: ${passes} of ${of} would pass (${share}).`
export const saidBetween = (least: string, most: string, of: string): string =>
	`Forecast: ${least} to ${most} of ${of} would pass.`
export const notCompared = 'This trial does not measure that.'
export const seenInTrial = (fell: string, words: string): string => `Seen: ${fell} fewer, ${words}.`
export const comparedWords = {
	'as-said': 'as forecast',
	less: 'less than forecast: other packets came meanwhile, or fail at a later check too',
	more: 'more than forecast: what passes moves the window, and is not retransmitted',
} as const
