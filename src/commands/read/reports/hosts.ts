import * as english from '../../../words/english/commands/reports/reports.ts'
import type { HostReport } from './report.ts'

export type HostCase = HostReport & {
	/** What it is called here: two reports never have one name. */
	readonly label: string
}

export type Overview = {
	/** In the order in which they were given. */
	readonly hosts: readonly HostCase[]
	/** Each cause with the hosts that have it, those on most hosts first. No number is added up over hosts. */
	readonly causes: readonly {
		readonly id: string
		readonly title: string
		readonly at: readonly {
			readonly host: HostCase
			readonly confidence: Confidence
			readonly share: number
		}[]
	}[]
	/** Hosts on which nothing was found: `nothing` where nothing is wrong there, `unknown` where that is not known. */
	readonly nothing: readonly HostCase[]
	readonly unknown: readonly HostCase[]
}

type Confidence = HostReport['causes'][number]['confidence']

const RANK: Readonly<Record<Confidence, number>> = { high: 0, medium: 1, low: 2 }

/** Names each report by its host; by its namespace, time or file too where that alone would mean two. */
function labelled(reports: readonly HostReport[]): readonly HostCase[] {
	const host = (one: HostReport): string => one.hostname || one.name
	const withNetns = (one: HostReport): string =>
		one.netns.initial ? host(one) : english.inNamespace(host(one), one.netns.name)
	const withTime = (one: HostReport): string =>
		one.account === null ? withNetns(one) : english.atTime(withNetns(one), one.account.at)
	let labels = reports.map(withNetns)
	labels = distinct(labels, reports.map(withTime))
	labels = distinct(
		labels,
		labels.map((label, at) => english.inFile(label, reports[at]?.name ?? '')),
	)
	labels = distinct(
		labels,
		labels.map((label, at) => `${label} #${at + 1}`),
	)
	return reports.map((report, at) => ({ ...report, label: labels[at] ?? '' }))
}

/** Those that mean more than one get the longer name. */
function distinct(labels: readonly string[], longer: readonly string[]): string[] {
	const times = new Map<string, number>()
	for (const label of labels) times.set(label, (times.get(label) ?? 0) + 1)
	return labels.map((label, at) => ((times.get(label) ?? 0) > 1 ? (longer[at] ?? label) : label))
}

export function overviewOf(reports: readonly HostReport[]): Overview {
	const hosts = labelled(reports)
	const causes = new Map<
		string,
		{ id: string; title: string; at: Overview['causes'][number]['at'][number][] }
	>()
	for (const host of hosts)
		for (const { id, title, confidence, share } of host.causes) {
			const one = causes.get(id) ?? { id, title, at: [] }
			one.at.push({ host, confidence, share })
			causes.set(id, one)
		}
	const surest = ({ at }: { readonly at: readonly { readonly confidence: Confidence }[] }): number =>
		Math.min(...at.map(({ confidence }) => RANK[confidence]))
	const without = hosts.filter((host) => host.causes.length === 0)
	return {
		hosts,
		causes: [...causes.values()]
			.map((one) => ({
				...one,
				at: one.at.toSorted((a, b) => RANK[a.confidence] - RANK[b.confidence] || b.share - a.share),
			}))
			.toSorted((one, other) => surest(one) - surest(other) || other.at.length - one.at.length),
		nothing: without.filter((host) => host.unknown === null),
		unknown: without.filter((host) => host.unknown !== null),
	}
}
