// Sentences for people, by the file that says them.

// host/given/limits.ts
export const unpacksToMore = (name: string, most: string): string =>
	`more than ${most} comes out of what was given, ${name} the last: the rest is not read`
export const growsTooMuch = (name: string, times: number): string =>
	`${name} becomes more than ${times} times as large: no log does, so it is not read on`

// host/given/tar.ts
export const archiveEndsEarly = (name: string): string => `${name} ends in the middle of a header`
export const noTarHeader = (name: string): string => `${name} has a header that is no header of tar`
export const memberEndsEarly = (name: string, member: string): string =>
	`${name} ends before ${member} has the size that its header tells`

// host/given/zip.ts
export const noZipTable = (name: string): string =>
	`${name} has no table of contents of a zip that can be read`
export const isZip64 = (name: string): string => `${name} is a zip64: unpack it first, with unzip`
export const memberIsEncrypted = (name: string, member: string): string => `${member} in ${name} is encrypted`
export const memberPackedOtherwise = (name: string, member: string): string =>
	`${member} in ${name} is packed in a way other than deflate`

// host/given/sources.ts
export const isNoFile = 'a link, a device or a pipe within a folder: it is not followed'
export const tooManyFiles = (most: number): string =>
	`there are more than ${most} files: the rest is not read`
export const tooDeep = (most: number): string => `it is packed more than ${most} times over`
export const packedIn = (kind: string): string => `it is packed with ${kind}, and no tool for it is here`
export const unpackFirst = (tool: string): string => `unpack it first, with ${tool}`
export const zipTooLarge = (name: string, most: number): string => `${name} is a zip of more than ${most} MB`
export const isDamaged = (name: string, kind: string): string =>
	`${name} is damaged ${kind}: what came before was read`
export const isNotThere = (name: string): string => `there is no file ${name}`
export const mayNotBeRead = (name: string): string => `${name} may not be read by this user`
export const cannotBeRead = (name: string, code: string): string => `${name} cannot be read (${code})`
