import { baseName, flagsInWords, knobOfSite } from '../../../changes/kinds/call-site.ts'
import { canonicalFlags, NO_FLAGS } from '../../../changes/kinds/call-site-flags.ts'
import { knobById } from '../../../changes/knobs.ts'
import type { PrintkSite, SiteId } from '../../../kernel/dyndbg/dyndbg-control.ts'
import { INSTEAD } from '../../../reasons/printk/printk-proposals.ts'
import { TALK_WORDS } from '../../../reasons/printk/printk-sites.ts'
import * as english from '../../../words/english/app/printk.ts'
import { EMPTY, type Line, line, span } from '../../../words/line.ts'
import { capital, counted, rate } from '../../../words/numbers.ts'
import { wrap } from '../../../words/text.ts'
import { visible } from '../../../words/visible.ts'
import { controlHere, siteChange } from '../../changing/by-hand.ts'
import { ownerOf } from '../../changing/change-name.ts'
import { mayOffer } from '../../changing/may-write.ts'
import { changeOfSite, otherSession, ownerOfSite } from '../../changing/printk-owner.ts'
import { prints } from '../../changing/printk-sites.ts'
import { accountOf } from '../../log/account.ts'
import { toldBy } from '../../log/told-messages.ts'
import { keyOf } from '../../state/bindings.ts'
import type { State } from '../../state/state.ts'
import { failureLines, headline, paragraph, titled } from '../parts/failure-lines.ts'
import { readingText } from '../parts/reading.ts'
import { decorationWords } from './decorations.ts'
import { oneLine, shownFlags } from './grid.ts'
import { linesPerSecond, ratesNow } from './rates.ts'
import { type PrintkItem, printkPane } from './rows.ts'
import { isTakenBack, sitesOfItem } from './switching.ts'

/** What the selected row tells, how often, who switched it on, and the shell line that does the same. */
export function printkDetail(state: State, columns: number): readonly Line[] {
	const { rows, selected } = printkPane(state)
	const item = rows[selected]?.item
	return item === undefined ? emptyLines(state, columns) : itemLines(item, state, columns)
}

function itemLines(item: PrintkItem, state: State, columns: number): readonly Line[] {
	switch (item.kind) {
		case 'proposals':
			return proposalsLines(item, state, columns)
		case 'file':
			return fileLines(item.file, item.ids, state, columns)
		default:
			return siteLines(item.id, item.site, state, columns)
	}
}

function siteLines(id: SiteId, site: PrintkSite, state: State, columns: number): readonly Line[] {
	const told = toldBy(site)
	const { talk } = told
	const often = printedNow([site], state)
	const byHand = siteByHand(id, site, state)
	const hand = byHand === undefined ? english.itCannotBeSwitchedFrom : english.byHand(byHand)
	const named = site.class === null ? '' : english.classWord(visible(site.class))
	return [
		...headline(`${capital(told.tells)}. ${capital(TALK_WORDS[talk])}${often}.`, columns),
		...silentLines(told, state, columns),
		...titled(`${visible(site.func)} `, oneLine(site), columns),
		...ownerLines(id, site, state, columns),
		...paragraph(hand, columns, 'dim'),
		...paragraph(
			english.ofFlags(
				visible(site.module),
				visible(site.func),
				site.line,
				visible(site.file),
				named,
				shownFlags(site.flags),
				flagsInWords(canonicalFlags(site.flags) ?? NO_FLAGS),
			),
			columns,
			'dim',
		),
		...decorationLines(state, columns),
	]
}

/** `, about 42 a second now` */
function printedNow(sites: readonly PrintkSite[], state: State): string {
	const talks = sites.map((site) => toldBy(site).talk)
	if (talks.every((talk) => talk === 'rare')) return ''
	const lines = linesPerSecond(sites, ratesNow(state))
	return lines === null ? english.howManyThatAreWas : english.aboutLinesSNow(rate(lines))
}

function ownerLines(id: SiteId, site: PrintkSite, state: State, columns: number): readonly Line[] {
	const change = changeOfSite(state, id)
	switch (ownerOfSite(state, id, site)) {
		case 'ours':
			return paragraph(
				english.switchedByUsWasSet(change?.was ?? '?', change?.set ?? '?', keyOf('stop-print')),
				columns,
				'attention',
			)
		case 'changed':
			return paragraph(
				english.somebodyElseChangedWhatWe(
					change?.note || english.itReadsNow(change?.now ?? '?'),
					change?.byHand ?? '',
				),
				columns,
				'attention',
			)
		case 'others': {
			const session = otherSession(state, id)
			const who =
				session === undefined ? english.bySomebodyElseOrFrom : english.byTheSessionOf(ownerOf(session))
			return paragraph(english.itPrintsAlreadySwitchedOn(who), columns)
		}
		case 'off':
			return []
	}
}

/** Which packets without a line it would tell of, and how sure that is. */
function silentLines(
	{ explains, narrows }: ReturnType<typeof toldBy>,
	state: State,
	columns: number,
): readonly Line[] {
	const exact = explains.length > 0
	const ids = exact ? explains : narrows
	if (ids.length === 0) return []
	const { paths } = accountOf(state)
	const found = paths.filter(({ id }) => ids.includes(id))
	const open = found.filter(({ standing }) => standing !== 'ruled-out')
	const what = exact
		? ids.length === 1
			? english.oneLineIsOneSilent
			: english.oneLineIsOneSilentPacket
		: english.printsForTheseSilentPackets
	const text = (open.length > 0 ? open : found)
		.map(({ title, standing, because }) => `${title} (${STANDINGS[standing]}: ${because})`)
		.join('; ')
	return text === '' ? [] : paragraph(`${what}: ${text}.`, columns, open.length > 0 ? 'plain' : 'dim')
}

const STANDINGS = { likely: 'likely', possible: 'possible', 'ruled-out': english.ruledOut } as const

function decorationLines({ decorations }: State, columns: number): readonly Line[] {
	const words = decorationWords(decorations)
	return words === '' ? [] : paragraph(english.whatIsSwitchedOnNow(words, keyOf('decorate')), columns, 'dim')
}

const sitesOf = (ids: readonly SiteId[], { printk }: State): readonly PrintkSite[] =>
	ids.flatMap((id) => printk.value?.ids.get(id) ?? [])

function proposalsLines(
	{ ids, all }: Extract<PrintkItem, { kind: 'proposals' }>,
	state: State,
	columns: number,
): readonly Line[] {
	const { accounting, paths } = accountOf(state)
	const silent = accounting?.silent
	const counted =
		silent === undefined
			? ''
			: silent === 0
				? english.noneWasCountedSoFar
				: english.wereCountedSinceTheReasons(silent)
	const which = ids.length === all ? english.allOfThem : english.theThatPrintForSuch(ids.length)
	const keyText = isTakenBack(state)
		? english.printNowPutsThemBack(capital(which), keyOf('stop-print'))
		: english.switchesOn(keyOf('print'), which, printedNow(sitesOf(ids, state), state))
	const isOff = state.settings.value?.values.log_invalid === '0'
	return [
		// Who has not asked yet gets more from the reasons: they name the packet.
		...(isOff
			? paragraph(
					mayOffer(state)
						? english.logInvalidIsOffSwitch(keyOf('go-watch'), keyOf('log-why'))
						: english.logInvalidIsOff,
					columns,
					'attention',
				)
			: []),
		...paragraph(english.theKernelCountsSomeInvalid(counted), columns),
		...(mayOffer(state) ? paragraph(`${keyText}.`, columns) : []),
		...decorationLines(state, columns),
		...(isOff ? [] : PATH_STANDINGS).flatMap((standing) => {
			const found = paths.filter((path) => path.standing === standing)
			return found.length === 0
				? []
				: paragraph(
						`${capital(STANDINGS[standing])}: ${found.map(({ title }) => title).join('; ')}.`,
						columns,
						'dim',
					)
		}),
	]
}

const PATH_STANDINGS = ['likely', 'possible'] as const

function fileLines(file: string, ids: readonly SiteId[], state: State, columns: number): readonly Line[] {
	const sites = sitesOf(ids, state)
	const filtered = state.panes.printk.filter === '' ? '' : english.thatTheFilterLetsThrough
	const functions = new Set(sites.map(({ func }) => func)).size
	return [
		...titled(
			`${baseName(file)}: `,
			english.inModule(
				counted(sites.length, english.callSite),
				filtered,
				counted(functions, 'function'),
				visible(sites[0]?.module ?? ''),
			),
			columns,
		),
		...(mayOffer(state)
			? paragraph(
					isTakenBack(state)
						? english.allOfThemPrintNow(keyOf('stop-print'))
						: english.letsAllOfThemPrint(keyOf('print'), printedNow(sites, state)),
					columns,
				)
			: []),
		...paragraph(english.byHandEchoFileP(visible(file), controlHere(state)), columns, 'dim'),
		...decorationLines(state, columns),
	]
}

/** Why there are no rows: not read yet, none here and what to use instead, or none that fits. */
function emptyLines(state: State, columns: number): readonly Line[] {
	const { value, failure } = state.printk
	if (value?.path == null) {
		if (value !== undefined) return insteadLines(state, columns)
		if (failure !== undefined) return failureLines(failure, columns)
		return paragraph(readingText(state, 'printk') ?? english.readingTheCallSites, columns, 'dim')
	}
	if (state.panes.printk.filter !== '') return paragraph(english.noCallSiteOfNetfilter, columns)
	return paragraph(
		english.hasNoneOfConntrackIs(visible(value.path), counted(value.sites.length, english.callSite)),
		columns,
	)
}

/** No control file: why, what gets one, and what answers the same question here. */
function insteadLines(state: State, columns: number): readonly Line[] {
	const reading = state.printk.value
	if (reading === undefined) return []
	const { why, next, canMount } = reading
	return [
		...paragraph(english.noCallSitesCanBe(why), columns, 'attention'),
		...(canMount && mayOffer(state)
			? paragraph(english.mountsDebugfsForAWhile(keyOf('mount-debugfs'), next), columns, 'strong')
			: next === ''
				? []
				: paragraph(`${capital(next)}.`, columns)),
		EMPTY,
		...paragraph(english.whatAnswersTheSameQuestion, columns, 'strong'),
		...paragraph(
			english.everyCheckBetweenAnInvalid(
				keyOf('go-watch'),
				keyOf('checks'),
				keyOf('log-why'),
				keyOf('capture'),
			),
			columns,
		),
		// The reasons are named above with the keys of this program.
		...INSTEAD.filter(({ command }) => !command.startsWith('ctscope ')).flatMap(({ what, command }) => [
			...paragraph(`${capital(what)}:`, columns),
			...wrap(visible(command), columns - 6).map((part) => line('     ', span(part, 'strong'))),
		]),
	]
}

/** The shell line that switches a site on, or off when it prints; undefined where it cannot be switched from here. */
function siteByHand(id: SiteId, site: PrintkSite, state: State): string | undefined {
	const knob = knobById(knobOfSite(id))
	if (knob === undefined) return undefined
	const from = canonicalFlags(site.flags) ?? NO_FLAGS
	const to = prints(site) ? from.replace('p', '') || NO_FLAGS : (canonicalFlags(`${site.flags}p`) ?? 'p')
	return `echo '${siteChange(knob, { knob: knob.id, from, to }, state)}' > ${controlHere(state)}`
}

/** What `c` copies: the shell lines of the selected row; where nothing can be switched, what to use instead. */
export function printkText(state: State): string | undefined {
	const { value } = state.printk
	if (value === undefined) return undefined
	if (value.path === null) return INSTEAD.map(({ command }) => command).join('\n')
	const { rows, selected } = printkPane(state)
	const lines = sitesOfItem(rows[selected]?.item).flatMap((id) => {
		const site = value.ids.get(id)
		return (site === undefined ? undefined : siteByHand(id, site, state)) ?? []
	})
	return lines.length === 0 ? undefined : lines.join('\n')
}
