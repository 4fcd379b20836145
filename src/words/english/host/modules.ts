// Sentences for people, by the file that says them.

// host/modules/modules.ts
export const itIsAPartOf = 'it is built into this kernel: there is nothing to load'
export const kernelModulesDisabledIs1 =
	'kernel.modules_disabled is 1: nothing can be loaded before the next boot'
export const itIsAPartOfOn = (syslog: string): string => `it is a part of ${syslog} on this kernel`
export const thisKernelHasAModule =
	'this kernel has a module for each family instead: nf_log_ipv4, nf_log_ipv6 and so on'
export const thisKernelLoadsNoModules = 'this kernel loads no modules, and this code was not built into it'
export const theModulesOfTheRunning = (release: string): string =>
	`the modules of the running kernel are not here: there is no /lib/modules/${release}/modules.dep, as in a container, or when its package was replaced and the host not booted since`
export const itIsNotAmongThe = (folder: string): string =>
	`it is not among the modules of this kernel, in ${folder}`

// host/modules/would-load.ts
export const theModuleIsNotLoaded = (conntrackModule: string, conntrackModule2: string): string =>
	`the module ${conntrackModule} is not loaded, and asking would load it: run modprobe ${conntrackModule2} first, if that is wanted`
