import * as english from '../../../words/english/commands/reports/reports.ts'
import { JSON_VERSION } from '../../common/version.ts'
import type { ToldCause } from '../../investigate/text.ts'
import { count, type Field, field, flag, list, NotSo, number, text, texts } from './shape.ts'

/** What `investigate --json` has printed on a host, as far as it is shown here. All of its texts are from outside. */
export type HostReport = {
	/** The file it was in. */
	readonly name: string
	/** '' where a report of an earlier version does not tell it. */
	readonly hostname: string
	readonly kernel: string
	readonly netns: { readonly initial: boolean; readonly name: string }
	readonly seconds: number
	/** Why it is not known whether something is wrong; null where that is known, undefined where the report does not tell. */
	readonly unknown: string | null | undefined
	readonly account: {
		/** ISO 8601. */
		readonly at: string
		readonly counted: number
		readonly explained: number | null
		readonly silent: number | null
		readonly lost: number | null
		readonly sentence: string
	} | null
	readonly causes: readonly ToldCause[]
	readonly notChecked: readonly string[]
	readonly changes: readonly { readonly knob: string; readonly state: string; readonly note: string }[]
}

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

function oneOf(whole: string): Omit<HostReport, 'name'> | string {
	try {
		const value: unknown = JSON.parse(whole)
		const root: Field = { value, place: '' }
		return field(root, 'v').value === JSON_VERSION ? hostReport(root) : english.reportOfLater(JSON_VERSION)
	} catch (error) {
		if (error instanceof NotSo) return english.notAReport(error.place)
		if (error instanceof SyntaxError) return english.reportCut
		throw error
	}
}

/** Names that are not known here are left out; reports of earlier versions lack some. */
function hostReport(root: Field): Omit<HostReport, 'name'> {
	const of = (name: string): Field => field(root, name)
	const unknown = of('unknown')
	return {
		hostname: text(of('hostname'), ''),
		kernel: text(of('kernel'), ''),
		netns: { initial: flag(field(of('netns'), 'initial')), name: text(field(of('netns'), 'name')) },
		seconds: number(of('seconds')),
		unknown: unknown.value === null || unknown.value === undefined ? unknown.value : text(unknown),
		account: of('account').value === null ? null : accountOf(of('account')),
		causes: list(of('causes'), causeOf, true),
		notChecked: texts(of('notChecked')),
		changes: list(of('changes'), (one) => ({
			knob: text(field(one, 'knob')),
			state: text(field(one, 'state')),
			note: text(field(one, 'note')),
		})),
	}
}

const accountOf = (one: Field): NonNullable<HostReport['account']> => ({
	at: text(field(one, 'at')),
	counted: number(field(one, 'counted')),
	explained: count(field(one, 'explained')),
	silent: count(field(one, 'silent')),
	lost: count(field(one, 'lost')),
	sentence: text(field(one, 'sentence')),
})

const causeOf = (one: Field): ToldCause => ({
	id: text(field(one, 'id')),
	title: text(field(one, 'title')),
	confidence: confidenceOf(field(one, 'confidence')),
	share: shareOf(field(one, 'share')),
	sentence: text(field(one, 'sentence')),
	evidence: texts(field(one, 'evidence')),
	excluded: texts(field(one, 'excluded')),
	open: texts(field(one, 'open')),
	remedies: texts(field(one, 'remedies')),
	flows: texts(field(one, 'flows')),
})

const CONFIDENCES = ['high', 'medium', 'low'] as const

function confidenceOf({ value, place }: Field): (typeof CONFIDENCES)[number] {
	const found = CONFIDENCES.find((one) => one === value)
	if (found === undefined) throw new NotSo(place)
	return found
}

function shareOf(one: Field): number {
	const share = number(one)
	if (!(share >= 0 && share <= 1)) throw new NotSo(one.place)
	return share
}
