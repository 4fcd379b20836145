// Sentences for people, by the file that says them.

// host/facts.ts
export const installedNotAskedForIts = (netlinkModule: string): string =>
	`installed, version not read: that would load ${netlinkModule}`
export const uid = (getuid: number): string => `uid ${getuid}`

// host/missing.ts
export const theTableAndEveryChange = 'the table, and every change'
export const thisNeedsCapNetAdmin = 'this needs CAP_NET_ADMIN, and this process does not have it'
export const runItOnTheHost = 'run it on the host, or give the container CAP_NET_ADMIN'
export const runItWithSudo = 'run it with sudo'
export const everyChange = 'every change'
export const cannotBeWritten = (logInvalid: string, refused: string): string =>
	`${logInvalid} cannot be written: ${refused}`
export const inAContainerRunCtscope =
	'in a container, run ctscope on the host, with --netns PID of a process of the container'
export const connectionTracking = 'connection tracking'
export const doesNotExistNfConntrack = (logInvalid: string): string =>
	`${logInvalid} does not exist: nf_conntrack is not loaded, or hidden here`
export const modprobeNfConntrack = 'modprobe nf_conntrack'
export const theCountersInProc = 'the counters in /proc'
export const thisKernelWasBuiltWithout =
	'this kernel was built without CONFIG_NF_CONNTRACK_PROCFS: conntrack -S is used instead'
export const installConntrackAptInstallConntrack = 'install conntrack: apt install conntrack'
export const theEntriesOfTheTable = 'the entries of the table'
export const theProgramConntrackWasNot = 'the program conntrack was not found'
export const aptInstallConntrackDnfInstall =
	'apt install conntrack (dnf install conntrack-tools, apk add conntrack-tools)'
export const theKernelLog = 'the kernel log'
export const aLoggerForTheKernel = 'a logger for the kernel log'
export const noModuleThatWritesPackets =
	'no module that writes packets to the kernel log is loaded: reasons of IPv4 packets cannot be printed'
export const modprobeNfLogSyslogUp = 'modprobe nf_log_syslog (up to Linux 5.12: modprobe nf_log_ipv4)'
export const thePrintkCallSites = 'the printk call sites'

// host/practice/practice-place.ts
export const theNamespaceCouldNotBe = 'the namespace could not be made'

// host/practice/practice-plays.ts
export const stillThere = 'still there\n'

// host/process/hand.ts
export const itCouldNotBeRecorded = 'it could not be recorded'

// host/rules/rules.ts
export const rootCapNetAdmin = 'root (CAP_NET_ADMIN)'
