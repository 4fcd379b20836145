import type { SiteEntry } from '../../app/changing/printk-sites.ts'
import type { PrintkSite } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { PrintkReading } from '../../model/printk-reading.ts'
import { INSTEAD, type Proposal } from '../../reasons/printk/printk-proposals.ts'
import { siteTold, TALK_WORDS } from '../../reasons/printk/printk-sites.ts'
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
	const asked = words.length === 0 ? '' : `, ${grouped(sites.length)} with ${words.join(' ')}`
	const lines = beside(
		'call sites: ',
		`${grouped(reading.sites.length)} in ${reading.path}, ${grouped(total)} of netfilter${asked}, ${printing === 0 ? 'none prints' : counted(printing, 'prints', 'print')}`,
		columns,
	)
	if (total === 0) return [...lines, ...beside('', NOT_LOADED, columns)]
	if (sites.length === 0)
		return [
			...lines,
			...beside('', NONE_FITS, columns),
			...(list.near.length === 0 ? [] : beside('near it: ', list.near.map(visible).join(', '), columns)),
		]
	return [
		...lines,
		...(proposed.length === 0
			? []
			: [
					'',
					...beside(
						'',
						'proposed: they tell of INVALID packets for which this kernel prints no reason',
						columns,
					),
					...proposed.flatMap((one) => [...proposedLines(one, columns)]),
				]),
		...byFile(sites).flatMap(([file, entries]) => [
			'',
			...beside('', file, columns),
			...entries.flatMap((entry) => siteLines(entry.site, columns)),
		]),
		'',
		...beside('to switch them on: ', unbroken('ctscope run --printk FUNCTION -- COMMAND'), columns),
		...beside('                   ', 'or key 4 of the screen; both put the flags back', columns),
	]
}

const NOT_LOADED =
	'Its modules are not loaded: the sites of a module are there while it is loaded (modprobe nf_conntrack).'
const NONE_FITS = 'No call site of netfilter has all these words in its file, function or text.'

function proposedLines({ site, told, exact }: Proposal, columns: number): readonly string[] {
	const among = exact ? '' : '; prints for other packets too'
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
		...beside('no call sites: ', why, columns),
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
