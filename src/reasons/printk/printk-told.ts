import type { PrintkValue } from '../../kernel/dyndbg/dyndbg-format.ts'

/** How often a site prints, from quiet to loud. */
export type Talk = 'rare' | 'per-bad-packet' | 'per-connection' | 'per-packet'

/** What is known about one call site. */
export type SiteText = {
	/** Base name of the file; '' for every file, where a function has moved about. */
	readonly file: string
	/** '' for every function of the file. */
	readonly func: string
	/** As in the control file, without its line end. */
	readonly format: string
	/** What a line of it says, one sentence without its full stop. */
	readonly tells: string
	readonly talk: Talk
	/** Ids of silent paths: one line is one packet of that path. Several where the line leaves open which of them. */
	readonly explains?: readonly string[]
	/** Ids of silent paths whose packets make it print too, among others. */
	readonly narrows?: readonly string[]
	/** What the numbers of a line say; '' for nothing more than the line itself. */
	readonly decode?: (values: readonly PrintkValue[]) => string
}

export type Row = readonly [
	format: string,
	talk: Talk,
	tells: string,
	more?: Partial<Pick<SiteText, 'func' | 'explains' | 'narrows' | 'decode'>>,
]

export const textsOf = (file: string, rows: readonly Row[]): readonly SiteText[] =>
	rows.map(([format, talk, tells, more]) => ({ file, func: '', format, talk, tells, ...more }))

/** The number at a place of a line, NaN when it is none. */
export const numberAt = (values: readonly PrintkValue[], at: number): number =>
	values[at]?.number ?? Number.NaN

/** What was printed at a place of a line. */
export const wordAt = (values: readonly PrintkValue[], at: number): string => values[at]?.text ?? '?'
