import { familyName, type NfLogRow } from '../kernel/nflog/nf-log.ts'
import type { Change } from '../model/change.ts'
import type { ModuleReading } from '../model/modules.ts'
import type { Settings } from '../model/settings.ts'
import * as english from '../words/english/changes/changes.ts'
import { knobOfFamily } from './kinds/logger.ts'
import {
	foreignListener,
	LOGGED_FAMILIES,
	listenerInWords,
	NFLOG_LOGGER,
	type OurReader,
	type Source,
} from './log-source.ts'

/** What one condition needs of a plan. */
export type Part = {
	/** Module that is to be loaded before. */
	readonly load?: string
	readonly change?: Change
	readonly blocker?: string
	readonly note?: string
}

/** What is known of modules; undefined where nobody has looked: then nothing is loaded. */
export type KnownModules =
	| readonly (Pick<ModuleReading, 'name' | 'state'> & Partial<Pick<ModuleReading, 'why'>>)[]
	| undefined

/** The first of these modules that is on disk and not loaded. */
function loadable(modules: KnownModules, ...names: readonly string[]): string | undefined {
	return names.find((name) => modules?.some((one) => one.name === name && one.state === 'available'))
}

type Given = Pick<Settings, 'values' | 'loggers'>

const rowOf = ({ loggers }: Given, family: number) => loggers.find((row) => row.family === family)

const unknownRow = (family: number): Part => ({
	blocker: english.nobodyCanSayWhoGets(familyName(family)),
})

function changeOf({ values }: Given, row: NfLogRow, to: string): Change {
	const knob = knobOfFamily(row.family)
	return { knob, from: values[knob] ?? row.bound ?? 'NONE', to }
}

const SYSLOG_LOGGER: Readonly<Record<number, string>> = { 2: 'nf_log_ipv4', 10: 'nf_log_ipv6' }

/** Every logger that a source needs is bound or can be: no module has to be loaded for it. */
export function hasLoggers(settings: Given, source: Source): boolean {
	return LOGGED_FAMILIES.every((family) => {
		const logger = source === 'nflog' ? NFLOG_LOGGER : (SYSLOG_LOGGER[family] ?? '')
		const row = rowOf(settings, family)
		return row?.bound === logger || row?.available.includes(logger) === true
	})
}

/** What one family needs so that its lines reach the kernel log. */
export function bindSyslog(family: number, settings: Given, modules?: KnownModules): Part {
	const name = familyName(family)
	const logger = SYSLOG_LOGGER[family] ?? ''
	const row = rowOf(settings, family)
	if (row === undefined) return unknownRow(family)
	if (row.bound === logger) return {}
	const isThere = row.available.includes(logger)
	// nf_log_syslog has the loggers of all families; up to Linux 5.12 each has a module of its name.
	const load = isThere ? undefined : loadable(modules, 'nf_log_syslog', logger)
	if (!isThere && load === undefined)
		return {
			blocker: english.noLoggerForTheKernel(name, logger),
		}
	const change = changeOf(settings, row, logger)
	const first = load === undefined ? {} : { load }
	if (row.bound === null) return { ...first, change }
	return {
		...first,
		change,
		note: english.conntracksLinesGoToNow(name, row.bound, row.bound),
	}
}

/**
 * What is needed so that the lines go to netlink group 0. Always both families: tcpdump binds the logger of IPv4 itself
 * when it starts, and leaves it bound when it ends, so that it has to be on record before. Refused while somebody else
 * listens there, see `lockUpRisk`. Who does not see the lines meanwhile is said by `chooseSource`.
 */
export function bindNflog(
	settings: Given & Partial<Pick<Settings, 'listeners'>>,
	ours: OurReader,
	modules?: KnownModules,
): readonly Part[] {
	const parts: Part[] = []
	const load = loadable(modules, NFLOG_LOGGER)
	let missing = false
	for (const family of LOGGED_FAMILIES) {
		const row = rowOf(settings, family)
		if (row === undefined) parts.push(unknownRow(family))
		else if (row.bound === NFLOG_LOGGER) continue
		else if (row.available.includes(NFLOG_LOGGER))
			parts.push({ change: changeOf(settings, row, NFLOG_LOGGER) })
		else if (load === undefined) missing = true
		else parts.push({ load, change: changeOf(settings, row, NFLOG_LOGGER) })
	}
	const isLoaded = !parts.some((part) => part.load !== undefined)
	if (missing) parts.push({ blocker: english.isNotLoadedModprobe(NFLOG_LOGGER, NFLOG_LOGGER) })
	// Nobody can read it before it is loaded.
	else if (isLoaded && (settings.listeners === undefined || settings.listeners === null))
		parts.push({
			blocker: english.whoReadsNetlinkGroup0(NFLOG_LOGGER),
		})
	const listener = foreignListener(settings.listeners, ours)
	if (listener !== undefined)
		parts.push({
			blocker: english.readsNetlinkGroup0Already(listenerInWords(listener)),
		})
	return parts
}

/** What network namespaces other than the initial one need, so that `what` of them reaches the kernel log. */
export function allNetns(values: Settings['values'], what = english.linesOfThisNetworkNamespace): Part {
	const now = values.nf_log_all_netns
	if (now === undefined)
		return {
			blocker: english.reachTheKernelLogOnly(what),
		}
	if (now !== '0') return {}
	return {
		change: { knob: 'nf_log_all_netns', from: now, to: '1' },
		note: english.nfLogAllNetnsIs,
	}
}
