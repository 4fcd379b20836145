// Sentences for people, by the file that says them.

// commands/read/reports/report.ts
export const reportTooLong = 'it begins as JSON of ctscope and has more than 32 MB'
export const reportCut = 'it begins as JSON of ctscope and is incomplete: it ends too early, or is damaged'
export const reportOfLater = (known: number): string =>
	`it is a report of another version of ctscope: this one reads version ${known}`
export const notAReport = (place: string): string =>
	`it is JSON, but not a report of ctscope investigate${place === '' ? '' : `: look at ${place}`}`

// commands/read/reports/hosts.ts
export const inNamespace = (host: string, netns: string): string => `${host} (${netns})`
export const atTime = (host: string, time: string): string => `${host} at ${time}`
export const inFile = (host: string, file: string): string => `${host} in ${file}`

// commands/read/reports/text.ts
export const headline = (is: {
	readonly hosts: string
	readonly causes: string
	readonly withCauses: number
	readonly nothing: number
	readonly unknown: number
}): string =>
	[
		`${is.hosts} of ctscope investigate: ${is.causes}, in ${is.withCauses}`,
		...(is.nothing === 0 ? [] : [`nothing wrong in ${is.nothing}`]),
		...(is.unknown === 0 ? [] : [`not known in ${is.unknown}`]),
	].join('; ')
export const causesHead = ['cause', 'host', 'confidence', 'of its INVALID']
export const hostsHead = ['host', 'kernel', 'looked', 'counted', 'explained', 'silent', 'lost', 'causes']
export const noneHere = 'none'
export const notKnown = 'not known'
export const caseHead = (host: string, file: string): string => `${host}, from ${file}`
export const nothingFound = 'nothing wrong was found there.'
export const cannotTell = (why: string): string =>
	why === ''
		? 'no cause was found; the report does not say whether something is wrong.'
		: `whether something is wrong is not known: ${why}`
export const accountHead = 'account: '
export const leftBehind = (knob: string, state: string, note: string): string =>
	`${knob} was not put back there (${state})${note === '' ? '' : `: ${note}`}`
export const notCheckedHead = 'not checked: '

// commands/read/reports/markdown.ts
export const title = 'INVALID packets, by host'
export const causesByHost = 'Causes by host'
export const hostsTitle = 'Hosts'
export const numbersOfHosts = 'The numbers are those of each host; none is added up.'

// commands/read/text.ts
export const ofOneHost = 'the other files, read as one case:'
