import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { CONTROL, isPrintkModule, PRINTK_FOLDER, siteOfKnob } from '../../changes/kinds/call-site.ts'
import { canonicalFlags, flagsStep, NO_FLAGS } from '../../changes/kinds/call-site-flags.ts'
import type { Reading } from '../../changes/verdict.ts'
import {
	canAddress,
	controlRow,
	type PrintkSite,
	type SiteId,
	siteIds,
	siteQuery,
} from '../../kernel/dyndbg/dyndbg-control.ts'
import type { Knob } from '../../model/knob.ts'
import * as english from '../../words/english/host/write.ts'
import { wholeControl } from '../dyndbg/control-text.ts'
import { controlPath } from '../dyndbg/dyndbg-evidence.ts'
import { errorCode } from '../tools/proc-fs.ts'
import type { KindWriter, Written } from './written.ts'

/**
 * One look at the file serves what is asked within this time, except about sites that we have written since. Each look
 * takes the lock of the kernel's table and some milliseconds, and a step of many sites asks for each. A query names bits,
 * so what somebody else does to other bits meanwhile stays as it is. Where a look takes long it serves for longer, but never
 * beyond the request that it was made for: what comes after that finds what is there then.
 */
const FRESH_MS = 100
const FRESH_LOOKS = 10

type Look =
	| {
			readonly path: string
			readonly rows: readonly PrintkSite[]
			readonly sites: ReadonlyMap<SiteId, PrintkSite>
	  }
	| { readonly path: string | undefined; readonly code: string }

export type CallSites = {
	read(knob: Knob): Reading
	/** One query, one write(). `now` is what the site was judged by: only what differs from it is named. */
	write(knob: Knob, value: string, now: string): Written
	probe(knob: Knob): Written
	/**
	 * Words of a query that name the site, the longest piece of its text without conversions, and the control file where
	 * that is not the usual one.
	 */
	detail(knob: Knob): readonly string[]
}

export function createCallSites(
	pathOf: () => string | undefined = controlPath,
	now: () => number = performance.now.bind(performance),
): CallSites {
	let last: { readonly look: Look; readonly until: number } | undefined
	/** Written since the last look. */
	const written = new Set<string>()

	const look = (knob?: Knob): Look => {
		const begun = now()
		if (last === undefined || begun > last.until || (knob !== undefined && written.has(knob.id))) {
			written.clear()
			const look = lookAt(pathOf())
			const ended = now()
			last = { look, until: ended + Math.max(FRESH_MS, FRESH_LOOKS * (ended - begun)) }
			// A request is worked on without a pause, so this comes after it.
			setImmediate(() => {
				last = undefined
			}).unref()
		}
		return last.look
	}

	const siteOf = (knob: Knob): PrintkSite | undefined => {
		const seen = look()
		const site = 'sites' in seen ? seen.sites.get(siteOfKnob(knob.id) ?? '') : undefined
		return site !== undefined && isPrintkModule(site.module) ? site : undefined
	}

	const troubleWith = (site: PrintkSite): string | undefined => {
		const seen = look()
		return 'rows' in seen ? troubleOf(site, seen.rows) : seen.code
	}

	return {
		read(knob) {
			const seen = look(knob)
			if ('code' in seen) return { kind: 'unreadable', code: seen.code }
			const site = siteOf(knob)
			if (site === undefined) return { kind: 'gone', why: english.itsCallSiteIsGone }
			const value = canonicalFlags(site.flags)
			return value === undefined ? { kind: 'unreadable', code: 'EBADMSG' } : { kind: 'value', value }
		},
		write(knob, value, before) {
			const step = flagsStep(before, value)
			if (step === undefined) return { ok: true }
			// The one query that names all flags: whether they are as they were judged is looked at once more.
			if (step.op === '=') last = undefined
			const { path } = look(knob)
			const site = siteOf(knob)
			if (path === undefined || site === undefined) return { ok: false, code: 'ENOENT', at: 'open' }
			const trouble = troubleWith(site)
			if (trouble !== undefined) return { ok: false, code: trouble, at: 'write' }
			if (step.op === '=' && canonicalFlags(site.flags) !== before)
				return { ok: false, code: 'EAGAIN', at: 'write', words: english.somebodyElseHasChangedIts }
			written.add(knob.id)
			const flags = before === NO_FLAGS ? '' : before
			return ask(path, `${siteQuery({ ...site, flags }, step.op, step.flags)}\n`)
		},
		probe(knob) {
			const seen = look()
			if ('code' in seen) return { ok: false, code: seen.code, at: 'open' }
			const site = siteOf(knob)
			const trouble = site === undefined ? undefined : troubleWith(site)
			return trouble === undefined ? ask(seen.path, undefined) : { ok: false, code: trouble, at: 'write' }
		},
		detail(knob) {
			const site = siteOf(knob)
			if (site === undefined) return []
			const where = english.fileLineFunc(site.file, site.line, site.func)
			const { path } = look()
			return [
				site.class === null ? where : english.classWord(where, site.class),
				longestPiece(site.format),
				...(path === undefined || path === CONTROL ? [] : [path]),
			]
		},
	}
}

const SITES = createCallSites()

/** One look serves all who ask in this process. */
export const callSiteWriter = (): KindWriter => ({
	...SITES,
	isSlow: () => false,
	isFar: () => true,
	write: (knob, value, { now }) => SITES.write(knob, value, now),
	equip: () => ({ ok: true }),
	release() {},
})

function lookAt(path: string | undefined): Look {
	if (path === undefined) return { path, code: 'ENOENT' }
	try {
		const rows = wholeControl(path)
			.split('\n')
			.filter((line) => line.startsWith(PRINTK_FOLDER))
			.flatMap((line) => controlRow(line) ?? [])
		return { path, rows, sites: siteIds(rows) }
	} catch (error) {
		return { path, code: errorCode(error) }
	}
}

/** A query of file, line and function may match other rows too: then it would switch them as well. */
function troubleOf(site: PrintkSite, rows: readonly PrintkSite[]): string | undefined {
	if (!canAddress(site)) return 'EINVAL'
	const isAlone = rows.every(
		(row) =>
			row.line !== site.line ||
			row.file !== site.file ||
			row.func !== site.func ||
			(row.format === site.format && row.flags === site.flags && row.class === site.class),
	)
	return isAlone ? undefined : 'ENOTUNIQ'
}

/** Without a query: only opens. The kernel's error in the query comes as EINVAL, with a line in the kernel log. */
function ask(path: string, query: string | undefined): Written {
	let file: number
	try {
		file = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW)
	} catch (error) {
		return { ok: false, code: errorCode(error), at: 'open' }
	}
	try {
		if (query !== undefined) writeSync(file, query)
		return { ok: true }
	} catch (error) {
		return { ok: false, code: errorCode(error), at: 'write' }
	} finally {
		closeSync(file)
	}
}

/** Conversions, and what does not get into a line of the log as it is. */
const NOT_TEXT = /%[^a-zA-Z%]*(?:hh|h|ll|l|z|t|L)?[a-zA-Z%]|\p{Cc}/u

/** By which a line of this site is known in the kernel log; at most 100 characters. */
function longestPiece(format: string): string {
	const pieces = format.split(NOT_TEXT)
	return pieces
		.reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '')
		.slice(0, 100)
}
