import { z } from 'zod'
import * as english from '../../../words/english/commands/reports.ts'
import { JSON_VERSION } from '../../common/version.ts'

/** What `investigate --json` has printed on a host, as far as it is shown here. All of its texts are from outside. */
export type HostReport = z.infer<typeof SHAPE> & {
	/** The file it was in. */
	readonly name: string
}

const texts = z.array(z.string()).default([])
const count = z.number().nullable().default(null)

const CAUSE = z.object({
	id: z.string(),
	title: z.string(),
	confidence: z.enum(['high', 'medium', 'low']),
	share: z.number().min(0).max(1),
	sentence: z.string(),
	evidence: texts,
	excluded: texts,
	open: texts,
	remedies: texts,
	flows: texts,
})

/** Names that are not known here are left out; reports of versions before this one lack some. */
const SHAPE = z.object({
	v: z.literal(JSON_VERSION),
	hostname: z.string().default(''),
	kernel: z.string().default(''),
	netns: z.object({ inode: z.number(), initial: z.boolean(), name: z.string() }),
	seconds: z.number(),
	/** Why it is not known whether something is wrong; null where that is known, undefined where the report does not tell. */
	unknown: z.string().nullable().optional(),
	account: z
		.object({
			at: z.iso.datetime(),
			counted: z.number(),
			explained: count,
			silent: count,
			lost: count,
			sentence: z.string(),
		})
		.nullable(),
	causes: z.array(CAUSE),
	notChecked: texts,
	changes: z.array(z.object({ knob: z.string(), state: z.string(), note: z.string() })).default([]),
})

/** As `investigate --json` begins, and the same with sorted names (jq -S); JSON of nft and of journals begins otherwise, and has any length. */
const BEGINNING = /^\uFEFF?\s*\{\s*"(?:v"\s*:\s*\d|account"\s*:)/
export const HEAD_BYTES = 200

export const isReport = (head: Uint8Array): boolean => BEGINNING.test(new TextDecoder().decode(head))

/** Bytes of one file: a report has some 20 kB, and many may stand one behind the other. */
const MOST_BYTES = 32 * 1024 ** 2

/** Whole bytes of a file; undefined where it is longer than anybody's reports. */
export async function wholeText(chunks: AsyncIterable<Uint8Array>): Promise<string | undefined> {
	const parts: Uint8Array[] = []
	let length = 0
	for await (const chunk of chunks) {
		length += chunk.length
		if (length > MOST_BYTES) return undefined
		parts.push(chunk)
	}
	return Buffer.concat(parts).toString('utf8')
}

export type ReadReports = {
	readonly reports: readonly HostReport[]
	/** Why some of the file was not taken; '' where all was. */
	readonly trouble: string
}

/** The reports of one file, or of several that were put behind each other (`cat *.json`): each begins at the beginning of a line. */
export function reportsOf(name: string, text: string | undefined): ReadReports {
	if (text === undefined) return { reports: [], trouble: english.reportTooLong }
	const reports: HostReport[] = []
	let trouble = ''
	for (const part of text.replace(/^\uFEFF/, '').split(/\n(?=\{\s*"(?:v|account)"\s*:)/)) {
		const found = oneOf(part)
		if (typeof found === 'string') trouble ||= found
		else reports.push({ ...found, name })
	}
	return { reports, trouble }
}

function oneOf(text: string): z.infer<typeof SHAPE> | string {
	let value: unknown
	try {
		value = JSON.parse(text)
	} catch {
		return english.reportCut
	}
	const { data, error } = SHAPE.safeParse(value)
	if (data !== undefined) return data
	const [issue] = error.issues
	return issue?.path[0] === 'v'
		? english.reportOfLater(JSON_VERSION)
		: english.notAReport(issue?.path.join('.') ?? '')
}
