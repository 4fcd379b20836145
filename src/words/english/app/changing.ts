// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// app/changing/by-hand.ts
export const classWord = (name: string): string => ` class ${name}`
export const fileLineFunc = (file: string, line: number, func: string, part: string): string =>
	`file ${file} line ${line} func ${func}${part}`

// app/changing/change-name.ts
export const callSite = 'call site'
export const files = (size: number): string => `${some(size, 'file')}`
export const callSites = (was: string, set: string): string => `call sites ${was} ${set}`
export const pid = (pid: number): string => `pid ${pid}`

// app/changing/changes-in-force.ts
export const noChangesAreInForce = 'no changes are in force'

// app/changing/console-quiet.ts
export const noSlowConsoleShowsThese = 'no slow console shows these lines'
export const kernelPrintkCannotBeWritten = (why: string): string => `kernel.printk cannot be written: ${why}`

// app/changing/may-write.ts
export const readOnlyTypeReadWrite = 'READ ONLY: type :read-write to allow changes'
export const needsCapNetAdminRun = 'needs CAP_NET_ADMIN: run with sudo'
export const aChangeIsBeingWritten = 'a change is being written'
export const theProgramIsLeaving = 'ctscope is exiting'

// app/changing/modules.ts
export const theModulesAreNotRead = 'the modules are not read yet'
export const ctscopeLoadedItUUnloads = 'ctscope loaded it: u unloads it'
export const itIsLoadedAlready = 'it is already loaded'
export const itIsAPartOf = 'it is built into this kernel'
export const thisKernelDoesNotHave = 'this kernel does not have it'
export const ctscopeDoesNotLoadHelpers = (name: string): string =>
	`ctscope does not load helpers or rule targets: modprobe ${name}`
export const conntrackIsNotLoadedIts =
	'conntrack is not loaded: its row on Switches loads it, and so does the first rule that uses it'
export const thereIsNoConntrack = (why: string): string => `there is no conntrack: ${why}`

// app/changing/netns-choice.ts
export const theyAreBeingRead = 'they are being read'
export const youAreThere = 'you are there'
export const thisIsARecording = 'this is a recording'
export const aPracticeStaysInIts = 'a practice stays in its own namespace'

// app/changing/netns-slice.ts
export const nothingIsInvalidHereBut = (name: string): string =>
	`nothing is INVALID here, but INVALID rises in ${name}: N lists the network namespaces`

// app/changing/switching.ts
export const noSettingIsSelected = 'no setting is selected'
export const itCannotBeWrittenHere = (why: string): string => `it cannot be written here: ${why}`
export const itIsAlready = (text: string): string => `it is already ${text}`
export const theHostWasNotLooked = 'the host has not been read yet'
export const theKernelTellsThisAlready = 'the kernel already logs this'
export const anotherProtocol = 'another protocol'
export const itsNumber = 'its number'
export const now = (note: string): string => `now; ${note}`
export const probesTellOfEachPacket = 'kernel probes already report INVALID packets'

// app/changing/tapping.ts
export const nftIsNotInstalledApt = 'nft is not installed: apt install nftables'

// app/changing/probing.ts
export const seeReasonsByProbes = 'show why packets are INVALID, by kernel probes'
export const seeSilentPackets = 'show each INVALID packet, by kernel probes'
export const silentPacketsForSeconds = (seconds: number): string =>
	`ctscope looks for INVALID packets without a reason for ${seconds} s only, since that costs CPU time for every packet; K extends it`
