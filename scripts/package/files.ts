// What goes into an archive: files by their path there.

export type File = { readonly bytes: Buffer; readonly executable?: true }

/** Paths without a slash in front. */
export type Files = ReadonlyMap<string, File>

/** The same files below a folder. */
export const below = (folder: string, files: Files): Files =>
	new Map([...files].map(([path, file]) => [`${folder}/${path}`, file]))

export const text = (content: string): File => ({ bytes: Buffer.from(content) })

export const program = (content: string | Buffer): File => ({ bytes: Buffer.from(content), executable: true })

/** In an order that depends on nothing but the paths. */
export const sorted = (files: Files): [string, File][] =>
	[...files].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))

export const sizeOf = (files: Files): number =>
	[...files.values()].reduce((sum, { bytes }) => sum + bytes.length, 0)
