import { ownerInWords } from '../../changes/guard-answer.ts'
import { knobById } from '../../changes/knobs.ts'
import { valueInWords } from '../../changes/shell-line.ts'
import { ladderSays } from '../../investigation/ladder/ladder.ts'
import { fillBanner, fillEvidence, roomRemedies } from '../../investigation/table/fill-words.ts'
import { TOOLS } from '../../model/host-facts.ts'
import * as english from '../../words/english/commands/status.ts'
import { fact } from '../../words/fact.ts'
import { describe } from '../../words/failure.ts'
import {
	changesAreKnown,
	changesFound,
	failuresOf,
	ladderOf,
	type Snapshot,
	sourceOf,
	statTotals,
} from './data.ts'
import { about, printkJson, stateWord } from './printk.ts'
import { groupInWords, KEY_COUNTERS, undoInWords, versionWords } from './text.ts'

/**
 * What `status` knows as lines for grep, one fact each: a name, then its value. Numbers are plain digits, nothing is
 * shortened, and what is 0 has its line as well.
 */
export function statusFacts(snapshot: Snapshot): string[] {
	return [
		...hostFacts(snapshot),
		...tableFacts(snapshot),
		...countedFacts(snapshot),
		...loggingFacts(snapshot),
		...callSiteFacts(snapshot),
		...moduleFacts(snapshot),
		...changeFacts(snapshot),
		...missingFacts(snapshot),
	]
}

export function hostFacts({ facts, wall }: Snapshot): string[] {
	const { netns, user, tools } = facts
	return [
		fact('time', new Date(wall).toISOString()),
		fact('host', facts.hostname),
		fact('kernel', facts.kernel),
		fact('netns', netns.name),
		fact('netns_inode', netns.inode),
		fact('user', user.name),
		fact('uid', user.uid),
		...(user.sudoUser === null ? [] : [fact('sudo_by', user.sudoUser)]),
		fact('cap_net_admin', facts.capNetAdmin ? 'yes' : 'no'),
		...TOOLS.map((tool) =>
			fact('tool', tools[tool] === null ? english.notInstalled(tool) : versionWords(tool, tools[tool])),
		),
	]
}

function tableFacts({ table, settings }: Snapshot): string[] {
	const banner = fillBanner(table)
	if (table === undefined || banner === undefined) return []
	const values = settings.ok ? settings.value.values : {}
	return [
		fact('table', banner),
		...fillEvidence(table).map((text) => fact('table', text)),
		...roomRemedies(table, values).map((text) => fact('table_next', text)),
	]
}

function countedFacts(snapshot: Snapshot): string[] {
	const { counters, settings } = snapshot
	const stat: Readonly<Record<string, number>> = counters.ok ? statTotals(counters.value) : {}
	const { count, max } = settings.ok ? settings.value : { count: null, max: null }
	const names = Object.keys(stat).filter((name) => name !== 'entries')
	const ordered = [
		...KEY_COUNTERS.filter((name) => names.includes(name)),
		...names.filter((name) => !KEY_COUNTERS.includes(name)),
	]
	const entries = count ?? stat.entries
	return [
		...ordered.map((name) => fact(name, stat[name] ?? 0)),
		...(entries === undefined ? [] : [fact('entries', entries)]),
		...(max === null ? [] : [fact('max', max)]),
		...failuresOf(snapshot).map((failure) => {
			const { title, detail, next } = describe(failure)
			return fact('failed', english.failed(title, detail, next))
		}),
	]
}

const SETTINGS = [
	['log_invalid', 'nf_conntrack_log_invalid'],
	['nf_log.2', 'nf_log.2'],
	['nf_log.10', 'nf_log.10'],
	['nf_log_all_netns', 'nf_log_all_netns'],
	['printk', 'kernel.printk'],
] as const

function loggingFacts(snapshot: Snapshot): string[] {
	if (!snapshot.settings.ok) return []
	const { values } = snapshot.settings.value
	const { sentence } = ladderSays(ladderOf(snapshot))
	return [
		...SETTINGS.map(([id, name]) => {
			const [value, knob] = [values[id], knobById(id)]
			if (value === undefined || knob === undefined) return fact(name, english.settingNotThere)
			return fact(name, value, `(${valueInWords(knob, value)})`)
		}),
		...sourceFacts(snapshot),
		fact('reason_lines', sentence),
		...ladderOf(snapshot)
			.filter((one) => one.next !== '' && one.answer !== 'yes' && sentence.includes(one.because))
			.map(({ next }) => fact('reason_lines_next', next)),
	]
}

export function sourceFacts(snapshot: Snapshot): string[] {
	const source = sourceOf(snapshot)
	if (!snapshot.settings.ok || source === undefined) return []
	return [
		fact('netlink_group_0', groupInWords(snapshot.settings.value)),
		fact('source', source.why),
		...source.notes.map((note) => fact('source_note', note)),
	]
}

/** Where there is no dynamic debug, that stands among what is missing. */
export function callSiteFacts(snapshot: Snapshot): string[] {
	if (!snapshot.printk.ok) return [fact('call_sites', describe(snapshot.printk.failure).detail)]
	const { path, sites, netfilter, on } = printkJson(snapshot)
	if (path === null) return []
	return [
		fact('call_sites', sites),
		fact('call_sites_netfilter', netfilter),
		fact('call_sites_on', on.length),
		...on.map(({ file, line, func, flags }) => fact('call_site', `${file}:${line}`, func, `=${flags}`)),
	]
}

/** `isLong`: with what each is for. */
export function moduleFacts({ modules }: Snapshot, isLong = false): string[] {
	if (!modules.ok) return [fact('modules', describe(modules.failure).detail)]
	return modules.value.map((one) => {
		const state = stateWord(one, modules.value)
		const isWhy = one.why !== '' && state !== 'loaded' && state !== 'built-in'
		const more = isLong ? about(one) : isWhy ? one.why : ''
		return fact('module', one.name, more === '' ? state : `${state}: ${more}`)
	})
}

function changeFacts(snapshot: Snapshot): string[] {
	const { leases } = snapshot
	const found = changesFound(snapshot)
	const isKnown = found.length > 0 || changesAreKnown(leases)
	return [
		fact('changes_in_force', isKnown ? found.length : english.notKnown),
		...found.flatMap(({ change, lease, isElsewhere }) => {
			const reads = isElsewhere
				? english.inNet(lease.netnsInode)
				: english.now(change.now ?? english.notKnown)
			const needsHand = !lease.alive || change.state === 'conflict' || change.state === 'failed'
			return [
				fact(
					'change',
					change.knob,
					english.change({
						values: `${change.was} -> ${change.set}`,
						reads,
						state: change.state,
						end: undoInWords(change, lease, snapshot),
						owner: ownerInWords(lease.owner),
						note: change.note,
					}),
				),
				...(needsHand ? [fact('by_hand', change.byHand)] : []),
			]
		}),
		...leases
			.filter(({ problem }) => problem !== '')
			.map(({ leaseId, problem }) => fact('lease', leaseId === '' ? '-' : leaseId, problem)),
	]
}

export function missingFacts({ facts }: Pick<Snapshot, 'facts'>): string[] {
	return facts.missing.map(({ what, why, next }) => fact('missing', english.missing(what, why, next)))
}
