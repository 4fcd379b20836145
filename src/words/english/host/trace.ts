// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// host/trace/tracefs.ts
export const needsRoot = 'it needs root'
export const tracefsIsNotMounted = 'tracefs is not mounted: mount -t tracefs tracefs /sys/kernel/tracing'
export const tracefsIsMountedWithThem = (folder: string): string =>
	`tracefs is not mounted: it will be mounted on ${folder} with the first of them, and unmounted when they are gone`
export const noTracefs = 'this kernel has no tracefs (CONFIG_TRACING)'
export const noFolderForTracefs = (folder: string): string =>
	`tracefs is not mounted, and there is no directory ${folder} for it: sysfs is not mounted here`
export const tracefsMayNotBeMounted = (folder: string): string =>
	`tracefs is not mounted, and this process may not mount it (CAP_SYS_ADMIN), as in most containers; on the host: mount -t tracefs tracefs ${folder}`
export const noKprobeEvents = 'this kernel has no kprobe_events (CONFIG_KPROBE_EVENTS)'
export const isLockedDown = 'the kernel is locked down (confidentiality)'
export const conntrackIsNotLoaded = 'connection tracking is not loaded: modprobe nf_conntrack'
export const areSwitchedOff = 'kernel probes are switched off: 0 in /sys/kernel/debug/kprobes/enabled'
export const noPacketsWithoutTypes =
	'this kernel has no type information (/sys/kernel/btf): reasons come without their packets'

// host/trace/probe-follower.ts
export const kernelProbes = 'reading kernel probes'
export const tracefsIsNotSeenHere =
	'tracefs is not mounted where ctscope runs, as in most containers, and the probes are read there'
export const somebodyHasSwitchedThemOff = 'someone has switched them off, or removed them'

// host/trace/lives-follower.ts
export const tooManyConnections = (rate: number): string =>
	`${some(rate, 'event')} a second: to read them would cost more than a tenth of a core`
