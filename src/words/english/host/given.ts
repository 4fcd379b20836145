// Sentences for people, by the file that says them.

import { errnoWords } from '../../errno.ts'
import { some } from '../../numbers.ts'

// host/given/limits.ts
export const unpacksToMore = (most: string): string =>
	`the input unpacks to more than ${most}: the rest is not read`
export const growsTooMuch = (times: number): string =>
	`it unpacks to more than ${some(times, 'time')} its size: no log does, so it is read no further`

// host/given/tar.ts
export const archiveEndsEarly = 'the archive ends in the middle of a header'
export const noTarHeader = 'the archive has a header that is not one of tar'
export const memberEndsEarly = (member: string): string =>
	`the archive ends before ${member} reaches the size in its header`

// host/given/zip.ts
export const noZipTable = 'the zip has no table of contents that can be read'
export const isZip64 = 'it is a zip64: unpack it first, with unzip'
export const memberIsEncrypted = 'it is encrypted'
export const memberPackedOtherwise = 'it is packed in a way other than deflate'

// host/given/sources.ts
export const isNoFile = 'a link, a device or a pipe within a folder: it is not followed'
export const tooManyFiles = (most: number): string =>
	`there are more than ${some(most, 'file')}: the rest is not read`
export const tooDeep = (most: number): string => `it is packed more than ${some(most, 'time')} over`
export const packedIn = (kind: string): string => `it is packed with ${kind}, which is not unpacked here`
export const unpackFirst = (tool: string): string => `unpack it first, with ${tool}`
export const zipTooLarge = (most: number): string => `it is a zip of more than ${most} MB`
export const isDamaged = (kind: string): string => `it is damaged ${kind}: what came before was read`
export const isNotThere = 'there is no such file'
export const mayNotBeRead = 'this user may not read it'
export const cannotBeRead = (code: string): string => `it cannot be read: ${errnoWords(code)}`
