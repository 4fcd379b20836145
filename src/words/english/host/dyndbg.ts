// Sentences for people, by the file that says them.

import { errnoWords } from '../../errno.ts'

// host/dyndbg/dyndbg.ts
export const theReasonsThatNfConntrack =
	'the reasons that nf_conntrack_log_invalid prints need no dynamic debug: switch those on; kernels of distributions have both'
export const thisKernelWasBuiltWithout = (saidBy: string): string =>
	`this kernel was built without dynamic debug (CONFIG_DYNAMIC_DEBUG), as ${saidBy} shows`
export const asFarAsCanBe = ', as far as is known,'
export const theKernelIsLockedDown = (mode: string, procControl: string): string =>
	`the kernel is locked down${mode}, which closes debugfs, and it shows the control file nowhere else: ${procControl} does not exist`
export const lockdownEndsOnlyWithA = (instead: string): string =>
	`lockdown ends only with a boot without secure boot; ${instead}`
export const neitherNorExistsThisKernel = (procControl: string, place: string): string =>
	`neither ${procControl} nor ${place} exists: this kernel was built without dynamic debug (CONFIG_DYNAMIC_DEBUG), or it is hidden here`
export const debugfsIsSwitchedOffOn = (debugfsOption: string): string =>
	`debugfs is switched off on the kernel's command line (debugfs=${debugfsOption}), and this kernel shows the control file nowhere else`
export const bootWithoutDebugfs = (debugfsOption: string, instead: string): string =>
	`boot without debugfs=${debugfsOption}; ${instead}`
export const doesNotExistAndThis = (procControl: string): string =>
	`${procControl} does not exist, and this kernel offers no debugfs, where older kernels have the control file`
export const whetherThisKernelHasDynamic = '; only then does it show whether this kernel has dynamic debug'
export const doesNotExistAsIn = (procControl: string, doubt: string): string =>
	`${procControl} does not exist, as in older kernels, and debugfs, which has the file too, is not mounted${doubt}`
export const onTheHostNotIn = (debugfsFolder: string): string =>
	`on the host, not in a container: mount -t debugfs none ${debugfsFolder}`
export const asRootMountTDebugfs = (debugfsFolder: string): string =>
	`as root: mount -t debugfs none ${debugfsFolder}`
export const cannotBeRead = (path: string, code: string): string =>
	`${path} cannot be read: ${errnoWords(code)}`
export const mayNotBeReadHere = (path: string, code: string): string =>
	`${path} may not be read here, although this is root (${code}): a container or a security module denies it`
export const runItOnTheHost = 'run it on the host, outside of the container'
export const readingNeedsRoot = (path: string): string => `reading ${path} needs root`
export const runItWithSudo = 'run it with sudo'
