// Sentences for people, by the file that says them.

// app/screens/switches/grid.ts
export const whatItIs = 'WHAT IT IS'
export const thisNetworkNamespace = 'this network namespace'
export const theWholeHost = 'the whole host'
export const logsMore = 'Logs more.'
export const treatsPacketsDifferently = 'Changes how packets are handled.'
export const changedByUsWasSet = (was: string, set: string): string =>
	`Changed by ctscope: was ${was}, set ${set}.`
export const cannotBeChanged = (locked: string): string => `Cannot be changed: ${locked}`
export const holdsForByHandFor = (kind: string, scope: string, shellLineHere: string): string =>
	`${kind} Applies to ${scope}. By hand, for this value: ${shellLineHere}`
export const readingTheSettings = ' reading the settings ...'
export const thereIsNoSettingOf = 'There is no setting of conntrack here: is nf_conntrack loaded?'
export const noSettingFitsTheFilter = 'No setting matches the filter.'
export const hideReasons = (counted: string, hiding: number, part: string): string =>
	`${counted}, ${hiding} hide${part} reasons`

// app/screens/switches/module-rows.ts
export const builtIn = 'built in'
export const notLoaded = 'not loaded'
export const usedBy = (counted: string): string => `used by ${counted}`
export const inUse = (refcount: number): string => `in use (${refcount})`
export const nobodyUsesIt = 'nobody uses it'
export const partOfTheKernel = 'part of the kernel'
export const canBeLoaded = 'can be loaded'
export const cannotBeLoaded = 'cannot be loaded'
export const notInThisKernel = 'not in this kernel'
export const module = (name: string): string => `module ${name}`
export const loadedByUsTheUndo =
	'Loaded by ctscope: the undo unloads it, and what it loaded, unless it is in use by then.'
export const andMore = (more: number): string => ` and ${more} more`
export const aliases = (slice: string, part: string): string => `Aliases: ${slice}${part}`
export const byHandModprobe = (name: string): string => `By hand: modprobe ${name}`
export const ruleOrSocket = 'rule or socket'
export const rulesOrSockets = 'rules or sockets'
export const nobodyUsesIt2 = 'Nobody uses it.'
export const usedBy2 = (all: string): string => `Used by ${all}.`

// app/screens/switches/screen.ts
export const theSettingsThatCanBe = 'the settings that can be changed for a while'
export const changeTheSelectedSettingFor =
	'Change the selected setting for a while, or load the selected module; the exact write is shown first'
export const modprobe = (name: string): string => `modprobe ${name}`
export const thisSettingWasNotChanged = 'ctscope did not change this setting'
