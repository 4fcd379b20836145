import { peeked } from '../../host/given/byte-queue.ts'
import { createBudget } from '../../host/given/limits.ts'
import { failureOf, givenThings } from '../../host/given/sources.ts'
import type { ToolPath } from '../../host/tools/tool-path.ts'
import type { FileKind } from '../../kernel/given/magic.ts'
import { readPasted } from '../../kernel/rules/read/pasted.ts'
import type { Grouping } from '../../model/grouping.ts'
import * as english from '../../words/english/commands/read.ts'
import type { Failure } from '../../words/failure.ts'
import { type CaptureTally, readCapture } from './captures.ts'
import { createGivenCase, type GivenCase } from './given-case.ts'
import { HEAD_BYTES, type HostReport, isReport, reportsOf, wholeText } from './reports/report.ts'
import { createTextReader, headingOfName, noteListing, type TextTally } from './texts.ts'

/** What one file came to: how many of what. */
export type ReadThing = {
	readonly name: string
	readonly counts: TextTally['counts']
	readonly capture: CaptureTally | undefined
	/** Why it was not read to its end. */
	readonly cut: Failure | undefined
}

export type Gathered = {
	readonly all: GivenCase
	readonly things: readonly ReadThing[]
	/** What `investigate --json` has said on hosts: cases of their own, never mixed with the one of `things`. */
	readonly reports: readonly HostReport[]
	/** What was not read, and what helps; those that the admin has named first. */
	readonly refused: readonly { readonly name: string; readonly failure: Failure }[]
	/** Files within folders and archives that hold nothing of all this, and how many more were refused than are kept. */
	readonly ordinary: number
	readonly moreRefused: number
	/** Files below etc: what is to be, and may not be in force. */
	readonly configuration: number
	/** Network namespaces whose outputs a bundle has besides: other cases than this one. */
	readonly namespaces: readonly string[]
	/** Bytes of the files themselves, and of what came out of them. */
	readonly bytes: number
	readonly unpacked: number
}

const MOST_THINGS = 5_000
const MOST_REFUSED = 100

export type GatherInput = {
	readonly paths: readonly string[]
	readonly tools: ToolPath
	readonly stdin: AsyncIterable<Uint8Array>
	/** Called now and then with what was read by then: bytes, files. */
	readonly onProgress?: (bytes: number, files: number) => void
	readonly mostUnpacked?: number
	/** Packets of log lines are told apart by this too. */
	readonly by?: Grouping | undefined
}

/** Reads everything that was given into one case. */
export async function gather(input: GatherInput): Promise<Gathered> {
	const budget = createBudget(input.mostUnpacked)
	const all = createGivenCase()
	if (input.by !== undefined) all.logs.groupBy(input.by)
	const things: ReadThing[] = []
	const reports: HostReport[] = []
	const refused: { name: string; failure: Failure }[] = []
	const namespaces = new Set<string>()
	let ordinary = 0
	let configuration = 0
	let moreRefused = 0
	const refuse = (name: string, failure: Failure): void => {
		if (refused.length < MOST_REFUSED) refused.push({ name, failure })
		else moreRefused += 1
	}
	for await (const thing of givenThings(input.paths, { tools: input.tools, budget, stdin: input.stdin })) {
		input.onProgress?.(budget.read + budget.unpacked, budget.files)
		if ('refused' in thing) {
			refuse(thing.name, thing.refused)
			continue
		}
		const { name, kind, isNamed } = thing
		const place = isNamed ? undefined : placeOf(thing.inside)
		if (place?.is === 'configuration') {
			configuration += 1
			continue
		}
		if (place?.is === 'namespace') {
			namespaces.add(place.name)
			continue
		}
		const heading = headingOfName(name)
		if (heading !== '') noteListing(all, heading)
		if (kind === 'empty') {
			// An empty listing of rules says that there are none.
			if (heading === '' && isNamed) refuse(name, usage(english.isEmpty))
			continue
		}
		const isCapture = kind === 'pcap' || kind === 'pcapng'
		if (!isCapture && kind !== 'text') {
			if (isNamed || kind === 'journal' || kind === 'recording' || kind === 'UTF-16')
				refuse(name, notOurs(kind, name))
			else ordinary += 1
			continue
		}
		const { head, whole: chunks } = await peeked(thing.chunks, HEAD_BYTES)
		if (!isCapture && isReport(head)) {
			const found = await wholeText(chunks).then(
				(text) => reportsOf(name, text),
				(error: unknown) => ({ reports: [], trouble: failureOf(error) }),
			)
			reports.push(...found.reports.slice(0, MOST_THINGS - reports.length))
			if (found.trouble !== '')
				refuse(name, typeof found.trouble === 'string' ? usage(found.trouble) : found.trouble)
			continue
		}
		all.logs.nextFile()
		let cut: Failure | undefined
		let counts: TextTally['counts'] = {}
		let capture: CaptureTally | undefined
		if (isCapture) {
			const read = await readCapture(chunks, all)
			capture = read.tally
			cut = read.failure
		} else {
			if (heading !== '') all.rule(heading)
			const reader = createTextReader(all, thing)
			try {
				for await (const chunk of chunks) {
					reader.push(chunk)
					input.onProgress?.(budget.read + budget.unpacked, budget.files)
				}
			} catch (error) {
				cut = failureOf(error)
			}
			counts = withRules(all, reader.end(), isNamed || heading !== '')
		}
		if (cut !== undefined) refuse(name, cut)
		const isKnown = capture !== undefined || Object.keys(counts).some((one) => one !== 'other')
		if (isKnown && things.length < MOST_THINGS) things.push({ name, counts, capture, cut })
		else if (isNamed && cut === undefined) refuse(name, usage(english.holdsNothing, english.giveOneOf))
		else ordinary += 1
	}
	return {
		all,
		things,
		reports,
		refused,
		ordinary,
		configuration,
		namespaces: [...namespaces],
		moreRefused,
		bytes: budget.read,
		unpacked: budget.unpacked,
	}
}

/** Where a file of a bundle stands says that it is of another case, or of no state at all. */
function placeOf(
	name: string,
): { readonly is: 'configuration' } | { readonly is: 'namespace'; readonly name: string } | undefined {
	const [, netns] = /(?:^|\/)ip_netns_exec_([\w.-]+?)_/.exec(name) ?? []
	if (netns !== undefined) return { is: 'namespace', name: netns }
	return /(?:^|\/)etc\//.test(name) || /(?:^|\/)sysctl\.(?:d\/|conf$)/.test(name)
		? { is: 'configuration' }
		: undefined
}

/**
 * What the lines of a text come to. Lines of a log count where it says something of packets or conntrack; what was in no ruleset that
 * begins like one may be a piece of one.
 */
function withRules(
	all: GivenCase,
	{ counts, rest, hasLog }: TextTally,
	mayBeRules: boolean,
): TextTally['counts'] {
	const { log, ...others } = counts
	const known = hasLog && log !== undefined ? { ...others, log } : others
	if (!mayBeRules || known.rules !== undefined || rest === '' || readPasted(rest).format === '') return known
	const lines = rest.split('\n')
	for (const line of lines) all.rule(line)
	const { other: _, ...without } = known
	return { ...without, rules: lines.length }
}

const usage = (message: string, next = ''): Failure => ({ kind: 'usage', message, next })

function notOurs(kind: FileKind, name: string): Failure {
	if (kind === 'journal') return usage(english.isAJournal, english.journalByTool(name))
	if (kind === 'recording') return usage(english.isARecording, english.playIt(name))
	if (kind === 'UTF-16') return usage(english.isUtf16, english.convertIt(name))
	return usage(english.isOfKind(english.kinds[kind] ?? kind), english.giveOneOf)
}
