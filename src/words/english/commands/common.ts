// Sentences for people, by the file that says them.

import { errnoWords } from '../../errno.ts'

// commands/common/command-options.ts
export const give = (hint: string): string => `give ${hint}`
export const aPathAsNameWhen = 'a path, as ./NAME when the name begins with a dash'
export const allNoneTcpUdpIcmp = 'all, none, tcp, udp, icmp, icmpv6, sctp, gre, or a number from 1 to 255'
export const lookAtAnotherNetworkNamespace = 'look at another network namespace'
export const whereChangesAreRecordedDefault = (defaultStateDir: string): string =>
	`where changes are recorded (default: ${defaultStateDir})`
export const howLongChangesStayOn = 'how long changes stay on: 90s, 10m, 1h; 1m to 4h'
export const aTimeFrom1mTo = 'a time from 1m to 4h, such as 90s, 10m or 1h'
export const moreLogLinesASecond = 'more log lines a second for 3 s: undo what logs more; 0: never'
export const aWholeNumberOfLog = (highestMaxRate: number): string =>
	`a whole number of log lines a second from 1 to ${highestMaxRate}, or 0 for never`
export const allTcpUdpIcmpIcmpv6 = 'all, tcp, udp, icmp, icmpv6, sctp, gre, a number, or none with --printk'
export const aFunctionFileLineFile = 'a function, FILE:LINE, FILE:FUNCTION or proposed'
export const letCallSitesPrintFunction =
	"let call sites print: FUNCTION, FILE:LINE, FILE:FUNCTION or proposed; see 'ctscope printk'"
export const whatTheConsoleShowsMeanwhile = 'what the console shows meanwhile, as dmesg -n: 1 to 8'
export const aNumberFrom1To = 'a number from 1 to 8'
export const whereTheReasonsComeFrom = 'where the reasons come from: kernel probes, NFLOG or the kernel log'
export const autoProbeNflogKmsg =
	'auto, probe (kernel probes: no setting of conntrack), nflog (NFLOG group 0, through tcpdump) or kmsg (the kernel log)'
export const writeOverAFileOf = 'overwrite an existing file of yours'
export const aTimeFrom01 = 'a time from 0.1 to 3600 seconds'

// commands/common/done-changes.ts
export const putBackExceptWhatStays = 'put back, except what stays'
export const allPutBack = 'all put back'
export const somethingWasLeftAlone = 'SOMETHING WAS LEFT ALONE'
export const anUndoFailed = 'AN UNDO FAILED'
export const allPutBackButLate = 'all put back, BUT LATE'
export const callSites = (length: number): string => `${length} call sites`
export const callSite = 'call site'
export const byHand = (byHand: string): string => `    by hand: ${byHand}`

// commands/common/failure-exit.ts
export const ctscope = (what: string): string => `ctscope: ${what}`
export const ctscope2 = (message: string): string => `ctscope: ${message}\n`
export const whichCommandGiveItAs = 'which command? give it as: ctscope run -- COMMAND'
/** `$1` is what was given. */
export const itTakesNone = ', it takes none: $1'
export const itTakesOne = ', it takes one: $1'
export const seeCtscopeHelp = (message: string): string => `ctscope: ${message}; see ctscope --help\n`

// commands/common/output.ts
export const ctscopeStandardOutputCannotBe = (trouble: string): string =>
	`ctscope: standard output cannot be written: ${errnoWords(trouble)}\n`

// commands/common/signals.ts
export const itEndedWhileItWas = 'ended while it was switching on; the guard puts everything back'

// commands/common/subcommand.ts
export const looksAtNoHostLeave = (name: string, name2: string): string =>
	`${name} looks at no host: leave out --netns; see ctscope ${name2} --help`
export const isNoOneOf = (given: string, name: string, choices: string): string =>
	`'${given}' is no ${name}: give one of ${choices}`

// cli.ts
export const needsNode = (oldest: number, found: string, path: string): string =>
	`ctscope: Node ${oldest} or newer is needed, and ${path} is ${found}: install a newer one, or use the package for this system (.deb, .rpm) or the one file, which bring their own\n`
