// Sentences for people, by the file that says them.

// commands/doctor/command.ts
export const exampleCtscopeDoctorNetnsWeb = `
Example:
  ctscope doctor --netns web`
export const tellWhatIsMissingOn =
	'show what is missing on this host, and whether a reason line can reach ctscope'
export const printJson = 'print JSON'

// commands/doctor/doctor.ts
export const listsTheTableCountsClash = 'lists the table, counts clash_resolve and chaintoolong'
export const rulesOfNftables = 'rules of nftables'
export const rulesOfIptables = 'rules of iptables'
export const readsReasonsAndPacketsFrom = 'reads reasons and packets from nfnetlink_log'
export const endsTheirReaderTogetherWith = 'ends their reader together with ctscope'
export const aptInstall = (what: string, debianPackage: string): string =>
	`${what}: apt install ${debianPackage}`
export const okEverythingThatIsLooked = '  ok       everything that is looked for can be seen'
export const sourceOfTheReasons = 'SOURCE of the reasons'
export const printkCallSitesDynamicDebug = 'PRINTK call sites (dynamic debug)'
export const willAReasonLineReach = 'WILL A REASON LINE REACH CTSCOPE?'
export const changesAreGuardedByA =
	'changes are guarded by a service of systemd, with a timer behind it: they are undone even when every process of the session is killed'
/** As wide as the heads of the other rows. */
export const leftOnHead = '  LEFT ON  '
export const leftOn = (what: string, problem: string): string =>
	`${what}: ${problem === '' ? 'its session has ended, and nobody undoes it' : problem}`
export const kernelProbesCanBeSet =
	'kernel probes can be set: ctscope run --source probe shows reasons without changing any setting of conntrack'
export const kernelProbesCannotBeSet = (why: string): string => `kernel probes cannot be set: ${why}`
export const thereIsNoSystemdHere = (unbroken: string): string =>
	`there is no systemd here: changes are guarded by a separate process; when it is killed together with ctscope, run ${unbroken}`

export const toolOk = (tool: string, version: string): string => `${tool} ok ${version}`
export const toolMissing = (tool: string, how: string): string => `${tool} missing: ${how}`
export const question = (answer: string, asked: string, because: string, next: string): string =>
	`${answer}: ${asked} ${because}${next === '' ? '' : `; ${next}`}`

// commands/namespaces/command.ts
export const exampleCtscopeNamespacesInterval10 = `
Example:
  ctscope namespaces --interval 10         rates over ten seconds`
export const timeBetweenTheTwoReadings = 'time between the two readings that are compared'
export const listAllNetworkNamespaces =
	'list all network namespaces with what conntrack counts in each; changes nothing'

// commands/namespaces/namespaces.ts
export const lookingIntoNamespaces = (done: string, all: string): string =>
	`ctscope: looking into network namespaces, ${done} of ${all}`
export const waitingForRates = (seconds: number): string =>
	`ctscope: waiting ${seconds} s for the second reading, which gives the rates`
export const enterWith = 'ENTER WITH'
export const pod = (pod: string): string => ` pod ${pod}`

// commands/status/command.ts
export const printWhatIsSetWhat =
	'print what is set, what is counted and what is in force (the default without a terminal)'

// commands/status/facts.ts
export const settingNotThere = 'not there'
export const notKnown = 'not known'
export const failed = (title: string, detail: string, next: string): string =>
	`${title}: ${detail}${next === '' ? '' : `; ${next}`}`
export const missing = (what: string, why: string, next: string): string =>
	`${what}: ${why}${next === '' ? '' : `; ${next}`}`
export const change = (one: {
	readonly values: string
	readonly reads: string
	readonly state: string
	readonly end: string
	readonly owner: string
	readonly note: string
}): string =>
	`${one.values}, ${one.reads}, ${one.state}, ${one.end}, by ${one.owner}${one.note === '' ? '' : `, ${one.note}`}`

// commands/status/printk.ts
export const callSites = 'call sites'
export const andMore = (length: number): string => `    and ${length} more`
export const noneOfThemOfNetfilter = 'none of them of netfilter: its modules are not loaded'
export const noneOfThosePrints = 'none of those prints'
export const ofThosePrints = 'of those prints'
export const ofThosePrint = 'of those print'
export const ofNetfilter = (netfilter: string, state: string): string => `${netfilter} of netfilter, ${state}`
export const modulesLoaded = 'modules loaded'
export const modulesBuiltIn = 'modules built in'
export const modulesNotLoaded = 'modules not loaded'
export const usedBy = (usedBy: string): string => `used by ${usedBy}`
export const inUse = (refcount: number): string => `in use (${refcount})`

// commands/status/text.ts
export const notTheInitialOne = ' (not the initial one)'
export const sudoBy = (name: string, sudoUser: string): string => `${name} (sudo by ${sudoUser})`
export const notInstalled = (tool: string): string => `${tool} not installed`
export const linux = (hostname: string, kernel: string, wall: string): string =>
	`${hostname}  Linux ${kernel}  ${wall}`
export const withoutCapNetAdmin = ', without CAP_NET_ADMIN'
export const uid = (name: string, uid: number, part: string): string => `${name}, uid ${uid}${part}`
export const versionUnknown = (tool: string): string => `${tool} (version unknown)`
export const countedSinceTheNetworkNamespace = 'COUNTED since the network namespace was made, all CPUs'
export const printkCallSitesAndModules = 'PRINTK call sites and modules'
export const lease = (leaseId: string): string => `lease ${leaseId}: `
export const inForce = (counted: string): string => `${counted} IN FORCE`
export const noChangesInForce = 'NO CHANGES IN FORCE'
export const changesInForceNotKnown = 'CHANGES IN FORCE: NOT KNOWN'
export const itsUndoWasRefusedAnd = 'its undo was refused; the guard tries again, later once a minute'
export const undoIn = (left: string, wall: string): string => `undo in ${left} (${wall})`
export const nobodyUndoesItItsSession = (unbroken: string): string =>
	`NOBODY UNDOES IT: its session is dead; run: ${unbroken}`
export const inNet = (netnsInode: number | null): string => `in net:[${netnsInode}]`
export const now = (now: string): string => `now ${now}`
export const byHand = '    by hand: '
export const notAvailableHere = 'NOT AVAILABLE HERE'
export const loggingOfTheReasons = 'LOGGING of the reasons'
export const notThere = (padEnd: string): string => `  ${padEnd} not there`
export const nothingCouldBeBound = '; nothing could be bound'
export const couldBe = (available: string): string => `; could be ${available}`
export const nfLogFor = (familyName: string): string => `nf_log for ${familyName}`
export const consoleKernelPrintk = 'console (kernel.printk)'
export const netlinkGroup0Nflog = 'NFLOG group 0'
export const ctscopeWouldRead = 'ctscope would read'
export const whoReadsItCannotBe = 'who reads it cannot be seen'
export const notThereIsNotLoaded = (nflogLogger: string): string => `not there: ${nflogLogger} is not loaded`
export const nobodyReadsIt = 'nobody reads it'
export const readsIt = (listenerInWords: string): string => `${listenerInWords} reads it`

// commands/metrics/command.ts
export const printMetrics = 'print counters and settings for Prometheus, all network namespaces at once'
export const withRules = 'also counters of rules that match INVALID; starts a child process for each backend'
export const asOpenMetrics = 'OpenMetrics 1.0 instead of the text format that node_exporter reads'
export const exampleOfMetrics = `
For node_exporter's textfile collector, which must never see half a file:
  ctscope metrics --rules > ctscope.prom.new && mv ctscope.prom.new ctscope.prom
Reasons are not among them: they need a log that is on, see ctscope run and
ctscope watch --json.`

// commands/metrics/families.ts
export const metricHelp = {
	info: 'Version of ctscope and release of the kernel.',
	counters: 'Counters of conntrack -S and /proc/net/stat/nf_conntrack, all CPUs together.',
	entries: 'Entries in the connection table.',
	limit: 'nf_conntrack_max: the most entries that it may have.',
	invalid: 'INVALID packets since the network namespace was made.',
	settings: 'Settings of conntrack and of its log that are numbers, by the name that sysctl has for them.',
	logger: '1 for the logger that is bound to a protocol family, by its number (2 IPv4, 10 IPv6).',
	changes: 'Changes of ctscope sessions that are in force.',
	failedUndos: 'Changes whose undo has failed: ctscope revert --all tries again.',
	rules: 'Packets counted by rules that match INVALID.',
	unreadRules: 'Lines of the rules that were not understood, any of which may match INVALID.',
} as const
