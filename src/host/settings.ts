import { dirname } from 'node:path'
import { canonical, KNOBS } from '../changes/knobs.ts'
import { parseCount } from '../kernel/conntrack/conntrack-stat.ts'
import { parseNfLog } from '../kernel/nflog/nf-log.ts'
import { parseNfnetlinkLog } from '../kernel/nflog/nfnetlink-log.ts'
import { parseConsoles } from '../kernel/proc/proc-consoles.ts'
import type { Clock } from '../model/clock.ts'
import type { Knob } from '../model/knob.ts'
import type { Settings } from '../model/settings.ts'
import { ok, type Result } from '../words/failure.ts'
import type { AllNetnsReader } from './netns/initial-netns.ts'
import { entriesOf, notWritable, readText } from './tools/proc-fs.ts'

const NETFILTER = '/proc/sys/net/netfilter'
const COUNT = `${NETFILTER}/nf_conntrack_count`
const MAX = `${NETFILTER}/nf_conntrack_max`
const LOGGERS = '/proc/net/netfilter/nf_log'
const LISTENERS = '/proc/net/netfilter/nfnetlink_log'
const CONSOLES = '/proc/consoles'
const ALL_NETNS = 'nf_log_all_netns'
/** Whether a file may be written changes when somebody mounts something: seldom. */
const RIGHTS_FRESH_MS = 30_000

/** Reads all knobs that exist here. `allNetns` asks the initial network namespace, for when this is another one. */
export function createSettings(clock: Clock, allNetns: AllNetnsReader) {
	let rights: { readonly names: string; readonly readOnly: Record<string, string>; readonly until: number } =
		{ names: '', readOnly: {}, until: 0 }

	const rightsOf = (knobs: readonly Knob[]): Record<string, string> => {
		const names = knobs.map((knob) => knob.id).join()
		const now = clock.monotonic()
		if (names !== rights.names || now >= rights.until) {
			rights = { names, readOnly: refusals(knobs), until: now + RIGHTS_FRESH_MS }
		}
		return { ...rights.readOnly }
	}

	return async (fresh?: 'fresh'): Promise<Result<Settings>> => {
		// What is written while it is being read may not be in it.
		const at = clock.monotonic()
		const present = presentFiles()
		const knobs = KNOBS.filter((knob) => present.has(knob.path))
		const values: Record<string, string> = {}
		for (const knob of knobs) {
			const text = readText(knob.path)
			const value = text.ok ? canonical(knob, text.value) : undefined
			if (value !== undefined) values[knob.id] = value
		}
		const readOnly = rightsOf(knobs)
		const allNetnsKnob = KNOBS.find((knob) => knob.id === ALL_NETNS)
		if (allNetnsKnob !== undefined && values[ALL_NETNS] === undefined) {
			const value = canonical(allNetnsKnob, (await allNetns(fresh)) ?? '')
			if (value !== undefined) values[ALL_NETNS] = value
			// The same mount as the files of this namespace, and the same rights needed.
			const why = readOnly['nf_log.2']
			if (value !== undefined && why !== undefined) readOnly[ALL_NETNS] = why
		}
		const loggers = readText(LOGGERS)
		const listeners = readText(LISTENERS)
		const consoles = readText(CONSOLES)
		return ok({
			at,
			values,
			readOnly,
			loggers: loggers.ok ? parseNfLog(loggers.value) : [],
			listeners: listeners.ok ? parseNfnetlinkLog(listeners.value) : null,
			consoles: consoles.ok ? parseConsoles(consoles.value) : null,
			count: numberIn(COUNT),
			max: numberIn(MAX),
		})
	}
}

const FOLDERS: ReadonlySet<string> = new Set(KNOBS.map(({ path }) => dirname(path)))

/** A listing of each folder instead of an error for each of the many knobs that a kernel does not have. */
function presentFiles(): ReadonlySet<string> {
	return new Set([...FOLDERS].flatMap((folder) => entriesOf(folder).map((name) => `${folder}/${name}`)))
}

function refusals(knobs: readonly Knob[]): Record<string, string> {
	return Object.fromEntries(
		knobs
			.map((knob) => [knob.id, notWritable(knob.path)] as const)
			.filter((pair): pair is [string, string] => pair[1] !== undefined),
	)
}

function numberIn(path: string): number | null {
	const text = readText(path)
	return text.ok ? (parseCount(text.value) ?? null) : null
}
