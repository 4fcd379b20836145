import type { SiteEntry } from '../../app/changing/printk-sites.ts'
import type { PrintkSite } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { PrintkReading } from '../../model/printk-reading.ts'
import { INSTEAD, type Proposal } from '../../reasons/printk/printk-proposals.ts'
import { siteTold, TALK_WORDS } from '../../reasons/printk/printk-sites.ts'
import * as english from '../../words/english/commands/printk.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { beside, unbroken } from '../../words/paragraph.ts'
import { visible } from '../../words/visible.ts'
import type { PrintkList } from './list.ts'

/** On one line, safe to print. */
export const textOf = ({ format }: PrintkSite): string => visible(format.replace(/\n$/, ''))

type Layout = { readonly words: readonly string[]; readonly columns: number }

export function listText(reading: PrintkReading, list: PrintkList, layout: Layout): readonly string[] {
	if (reading.path === null) return noneText(reading, layout)
	const { columns, words } = layout
	const { sites, proposed, total, printing } = list
	const asked = words.length === 0 ? '' : english.withWord(grouped(sites.length), words.join(' '))
	const lines = beside(
		english.callSites,
		english.inOfNetfilter(
			grouped(reading.sites.length),
			reading.path,
			grouped(total),
			asked,
			printing === 0 ? english.nonePrints : counted(printing, 'prints', 'print'),
		),
		columns,
	)
	if (total === 0) return [...lines, ...beside('', NOT_LOADED, columns)]
	if (sites.length === 0)
		return [
			...lines,
			...beside('', NONE_FITS, columns),
			...(list.near.length === 0 ? [] : beside(english.nearIt, list.near.map(visible).join(', '), columns)),
		]
	return [
		...lines,
		...(proposed.length === 0
			? []
			: [
					'',
					...beside('', english.proposedTheyTellOfInvalid, columns),
					...proposed.flatMap((one) => [...proposedLines(one, columns)]),
				]),
		...byFile(sites).flatMap(([file, entries]) => [
			'',
			...beside('', file, columns),
			...entries.flatMap((entry) => siteLines(entry.site, columns)),
		]),
		'',
		...beside(english.toSwitchThemOn, unbroken('ctscope run --printk FUNCTION -- COMMAND'), columns),
		...beside('                   ', english.orKey4OfThe, columns),
	]
}

const NOT_LOADED = english.itsModulesAreNotLoaded
const NONE_FITS = english.noCallSiteOfNetfilter

function proposedLines({ site, told, exact }: Proposal, columns: number): readonly string[] {
	const among = exact ? '' : english.printsForOtherPacketsToo
	return [
		...beside(
			'  ',
			`${visible(site.func)}  ${visible(site.file)}:${site.line}  ${shownFlags(site)}`,
			columns,
		),
		...beside('      ', `"${textOf(site)}"`, columns),
		...beside('      ', `${told.tells}; ${TALK_WORDS[told.talk]}${among}`, columns),
	]
}

const shownFlags = ({ flags }: PrintkSite): string => `=${flags === '' ? '_' : visible(flags)}`

function siteLines(site: PrintkSite, columns: number): readonly string[] {
	const { tells, talk, known } = siteTold(site)
	const head = `${String(site.line).padStart(6)} ${shownFlags(site).padEnd(4)} ${visible(site.func)} `
	return [
		...beside(head, `"${textOf(site)}"`, columns),
		// Of a site that nobody has described there is no more to say than its text.
		...beside('            ', known ? `${tells}; ${TALK_WORDS[talk]}` : TALK_WORDS[talk], columns),
	]
}

function byFile(sites: readonly SiteEntry[]): readonly (readonly [string, readonly SiteEntry[]])[] {
	const files = new Map<string, SiteEntry[]>()
	for (const entry of sites) {
		const file = visible(entry.site.file)
		const found = files.get(file)
		if (found === undefined) files.set(file, [entry])
		else found.push(entry)
	}
	return [...files]
}

function noneText({ why, next }: PrintkReading, { columns }: Layout): readonly string[] {
	return [
		...beside(english.noCallSites, why, columns),
		...(next === '' ? [] : beside('          next: ', next, columns)),
		'',
		'instead:',
		...INSTEAD.flatMap(({ what, command }) => [
			...beside('  ', what, columns),
			// To be copied, so never broken.
			`      ${command}`,
		]),
	]
}
