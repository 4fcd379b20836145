// Sentences for people, by the file that says them.

// host/write/call-site.ts
export const itsCallSiteIsGone = 'its call site is gone (module unloaded?), and its flags with it'
export const somebodyElseHasChangedIts = 'someone else has changed its flags'
export const fileLineFunc = (file: string, line: number, func: string): string =>
	`file ${file} line ${line} func ${func}`
export const classWord = (where: string, part: string): string => `${where} class ${part}`

// host/write/file.ts
export const itsFileIsGoneModule = 'its file is gone (module unloaded?), and the value with it'

// host/write/module.ts
export const thisKernelTakesNoModules = 'this kernel does not support modules'
export const modprobeIsNotInstalledApt = 'modprobe is not installed (apt install kmod)'
export const kernelModulesDisabledIs1 =
	'kernel.modules_disabled is 1: no module can be loaded until the next boot'
export const noProcessCanBeStarted = 'no process can be started for modprobe'
export const modprobeDoesNotSayWhat = 'modprobe does not say what it would do: it did not end in time'
export const thereIsNoSuchModule = (firstLine: string): string =>
	`there is no such module for this kernel: ${firstLine}`
export const modprobeDHasACommand = 'modprobe.d runs a command instead of loading it'
export const thisKernelHasNoModule = (at: string): string =>
	`this kernel has no module of exactly that name: ${at}`
export const kernelModulesDisabledIs1Until = 'kernel.modules_disabled is 1 until the next boot'
export const inUse = (left: string): string => `in use: ${left}`
export const isNotInstalledAptInstall = (tool: string): string =>
	`${tool} is not installed (apt install kmod)`

// host/write/mount.ts
export const somethingElseIsMountedOver = 'something else is mounted over it'
export const itsMountNamespaceIsGone = 'its mount namespace is gone, and the mount with it'
export const thereIsNoFolderThis = (folder: string, fileSystem: string): string =>
	`there is no directory ${folder}: this kernel has no ${fileSystem}, or sysfs is not mounted`
export const isNotInstalledAptInstall2 = (tool: string, part: string): string =>
	`${tool} is not installed (apt install ${part})`

// host/write/nft-table.ts
export const deleteTableInet = (table: string): string => `delete table inet ${table}`
export const nftIsNotInstalledApt = 'nft is not installed (apt install nftables)'
export const nftSays = (said: string): string => `nft says: ${said}`
export const noProcessCanBeStartedFor = 'no process can be started for nft'

// host/write/probes.ts
export const tracingIsLockedDown =
	'the kernel does not allow it (lockdown "confidentiality", or not root of the host)'
export const noTypeInformation =
	'this kernel has no type information (/sys/kernel/btf), so the layout of a packet in memory is not known'
export const tracefsSays = (code: string): string => `tracefs says ${code}`

// host/write/write.ts
export const thisProcessIsInAnother = 'this process is in another network namespace'
export const itsNetworkNamespaceIsGone = 'its network namespace is gone, and the value with it'
