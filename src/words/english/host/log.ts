// Sentences for people, by the file that says them.

import { errnoWords } from '../../errno.ts'

// host/log/kmsg-source.ts
export const theKernelLog = (path: string): string => `the kernel log (${path})`
export const itHasAnEnd = 'it has an end'
export const inAContainerRunCtscope = 'in a container, run ctscope on the host'
export const itIsNotADevice = (elsewhere: string): string => `it is not a device here: ${elsewhere}`
export const itIsAnotherDeviceHere = (rdev: number, rdev2: number, elsewhere: string): string =>
	`it is another device here (${rdev}:${rdev2}, not 1:11): ${elsewhere}`
export const thisProcessMayNotRead = (elsewhere: string): string =>
	`this process may not read it although it is root, for lack of CAP_SYSLOG: ${elsewhere}`
export const readingTheKernelLog = (path: string): string => `reading the kernel log (${path})`
export const rootOrCapSyslogWhere = 'root, or CAP_SYSLOG where kernel.dmesg_restrict is 1'
export const itDoesNotExist = (elsewhere: string): string => `it does not exist: ${elsewhere}`
export const itCannotBeRead = (code: string): string => `it cannot be read: ${errnoWords(code)}`

// host/log/log-file.ts
export const standardInput = 'standard input'
export const isPackedInAWay = (nameOf: string): string => `${nameOf} is packed in a way that is not read here`
export const unpackItOnTheWay = (tool: string, file: string): string =>
	`unpack it on the way: ${tool} ${file} | ctscope parse -`
export const reading = (name: string): string => `reading ${name}`
export const theRightToReadIt = 'the right to read it'
export const giveALogFileOr = 'give a log file, or - for standard input'
export const thereIsNoFile = (name: string): string => `there is no file ${name}`
export const isAnArchive = (name: string, kind: string): string =>
	`${name} is an archive (${kind}), not a log`
export const lookInside = (path: string): string => `look inside with ctscope read ${path}`
export const isADirectory = (name: string): string => `${name} is a directory`
export const isDamagedGzipSays = (name: string, visible: string): string =>
	`${name} is damaged: gzip says "${visible}"`
export const whatCouldBeReadWas = 'what could be read was used'
export const cannotBeRead = (name: string, code: string): string =>
	`${name} cannot be read: ${errnoWords(code)}`
