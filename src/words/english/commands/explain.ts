// Sentences for people, by the file that says them.

// commands/explain/command.ts
export const examplesCtscopeExplainNfCt = `
Examples:
  ctscope explain 'nf_ct_proto_6: invalid rst IN=eth0 OUT= SRC=10.0.3.7 ...'
  ctscope explain 'STATE_INVALID_DROP: IN=eth0 OUT= SRC=10.0.3.7 ... ACK FIN'
  ctscope explain "$(grep 'SPT=443 DPT=51514' /var/log/kern.log)"
  ctscope explain SEQ is over upper bound
  ctscope explain insert_failed
  ctscope explain ct state invalid
  ctscope explain --list`
export const sayWhatAReasonMeans = 'say what a reason means, what causes it and what to do; needs no root'
export const aLineOfALog =
	"a line of a log or several, the kernel's words, the id of a reason, a counter, a field of conntrack -L, a setting, a rule, an error"
export const printAllReasons = 'print all reasons'
export const printJson = 'print JSON'
export const explainWhatGiveALog =
	"explain what? give a log line, the kernel's words or an id, or --list; see ctscope explain --help"

// commands/explain/explain.ts
export const giveALineOfThe =
	'Give a line of the log, the text of a reason, or its id. ctscope explain --list shows all.'

// commands/explain/text.ts
export const severalReasonsHaveThisText = `Several reasons have this text; the number in nf_ct_proto_N says which one a line means:`
export const noReasonHasThisText = `No reason has this text or this id. About these words:`
export const aMessageBesideThoseOf = 'Not a message of log_invalid: it is not about a single INVALID packet.'
export const aLineOfARule = (part: string): string =>
	`A line of a rule${part}: LOG, nft log or TRACE wrote it, and its words are those of whoever wrote the rule. Why conntrack calls a packet INVALID is in lines of nf_conntrack_log_invalid, which begin with nf_ct_proto_N.`
export const aLineOfConntrackWith = (protocol: string, title: string): string =>
	`A line of conntrack (${protocol}) with a text that the catalogue does not have: "${title}". Its verdict is not known.`
export const nothingIsKnownAbout = (slice: string): string => `Nothing is known about "${slice}".`
export const helpersWhichDrop = 'HELPERS, which drop packets'
export const countedWithoutALine = 'COUNTED, NOT LOGGED'
export const thisLine = 'This line'
export const noneChangesThisVerdict = 'none changes this verdict'
export const cost = (effect: string, cost: string): string => `${effect}. Cost: ${cost}`
export const errorConntrackSUpTo = 'error (conntrack -S); up to 5.0 invalid too'
export const invalidWhereItIsInvalid = 'invalid where it is INVALID'
export const invalidConntrackS = 'invalid (conntrack -S)'
export const onceWithTheLineBefore = 'once, with the line before'
export const byNoCounter = 'by no counter'
export const invalidWithoutALine = (id: string): string => `${id}   INVALID without a log line`
export const theKernelCountsThePacket = (title: string): string =>
	`${title}. The kernel counts the packet and prints nothing.`
export const ctscopeExplainIdTellsMore = 'ctscope explain ID shows more; ctscope explain --list shows all.'
export const ctscopeExplainListShowsAll = 'ctscope explain --list shows all.'

export const TERM_KINDS = {
	counter: 'counter of conntrack -S',
	field: 'field of conntrack -L',
	setting: 'setting (sysctl)',
	rule: 'in rules of nft and iptables',
	error: 'error message',
}
export const lookAt = 'Look at'
export const whatTheLineShows = 'Why this packet is INVALID, as far as the line shows it:'
export const whyItMayBeInvalid =
	'Why this packet may be INVALID: possibilities, as far as the line shows, and how to decide between them.'
export const STANDINGS = { shown: 'Shown', likely: 'Likely', possible: 'Possible' }
export const since = (because: string): string => `Because: ${because}.`
export const itsTextWasCut = 'its text was cut, and no other reason begins like this'
