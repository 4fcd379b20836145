import { boundLogger, LOGGED_FAMILIES, NFLOG_LOGGER, type ReasonSource } from '../../changes/log-source.ts'
import type { MonotonicMs } from '../../model/clock.ts'
import type { Settings } from '../../model/settings.ts'
import type { Balance, LogState, State, Way } from '../state/state.ts'
import { reasonRate } from './reasons.ts'
import { tallyOf } from './told-messages.ts'
import { shapeKey } from './unlined.ts'

/** A line comes so long after its packet was counted, at most: earlier, the reading is not balanced. */
const LAST_LINES_MS = 200

/** Whether reasons reach us, and from where: looked at whenever something of it was read. */
export function wayLookedAt(state: State, at: MonotonicMs): State {
	const source = sourceInForce(state)
	const { way } = state
	const open = source === undefined ? undefined : openedBy(source, state.settings.value)
	if (source === undefined || open === undefined)
		return way === undefined ? state : { ...state, way: undefined }
	const { asked, loggers } = open
	if (way?.source === source && way.asked === asked && way.loggers === loggers) return state
	return {
		...state,
		way: { source, asked, loggers, since: at, rateAtStart: 0, first: undefined, last: undefined },
	}
}

/** Probes see what the kernel has to say before it looks at any setting. */
const BY_PROBES = { asked: '255', loggers: '' }

function openedBy(
	source: ReasonSource,
	settings: Settings | undefined,
): Pick<Way, 'asked' | 'loggers'> | undefined {
	if (source === 'probe') return BY_PROBES
	const asked = settings?.values.log_invalid
	if (settings === undefined || asked === undefined) return undefined
	return {
		asked,
		loggers: LOGGED_FAMILIES.map((family) => boundLogger(settings, family) ?? 'NONE').join(' '),
	}
}

/** The counters were read: the lines so far belong to them, and those that come in the next moment. */
export function balanceBegun(state: State): State {
	const { value, at } = state.counters
	if (value === undefined || at === undefined) return state
	const { invalid = 0, error = 0, drop = 0 } = value.since
	const { log, nflog, probes, way, unlined, settings } = state
	const unbalanced: Balance = {
		at,
		counted: { invalid, error, drop },
		tally: log.tally,
		lost: { ring: log.lost, socket: way?.source === 'probe' ? probes.lost : nflog.lost },
		reasons: Object.fromEntries(state.reasons.map(({ key, count }) => [key, count])),
		printk: tallyOf(state.told),
		shapes: Object.fromEntries((unlined?.shapes ?? []).map((row) => [shapeKey(row), row.count])),
		values: settings.value?.values ?? {},
		unread: nflog.unread,
	}
	return { ...state, unbalanced }
}

/** The last lines of the reading have come. The first balance after the way opened is where the account begins. */
export function balanced(state: State, at: MonotonicMs): State {
	const { way, unbalanced } = state
	if (unbalanced === undefined || at - unbalanced.at < LAST_LINES_MS) return state
	const next = { ...state, unbalanced: undefined }
	if (way === undefined || unbalanced.at < way.since) return next
	if (way.first === undefined)
		return { ...next, way: { ...way, first: unbalanced, last: unbalanced, rateAtStart: packetRate(state) } }
	return { ...next, way: { ...way, last: unbalanced } }
}

/** Packet lines a second, those of call sites not among them. */
export const packetRate = ({ log, told }: Pick<State, 'log' | 'told'>): number =>
	Math.max(0, lineRate(log) - told.reduce((sum, row) => sum + reasonRate(row), 0))

type Loggers = Pick<Settings, 'values' | 'loggers'>

/** Which of the two families of conntrack a logger takes. */
const boundTo = (settings: Loggers, isIt: (logger: string) => boolean) =>
	[2, 10].filter((family) => {
		const logger = boundLogger(settings, family)
		return logger !== undefined && isIt(logger)
	})

/** Lines of at least one family go to netlink group 0. */
export const goesToNflog = (settings: Loggers): boolean =>
	boundTo(settings, (logger) => logger === NFLOG_LOGGER).length > 0

/** Lines of at least one family go to the kernel log. */
export const goesToKernelLog = (settings: Loggers): boolean =>
	boundTo(settings, (logger) => logger.startsWith('nf_log_')).length > 0

/** The kernel is asked to say why packets of some protocol are INVALID. */
export function isAsked({ values }: Loggers): boolean {
	const { log_invalid } = values
	return log_invalid !== undefined && log_invalid !== '0'
}

/** Where reasons reach us as things stand; undefined when they do not. Probes see all of them; both other ways at once count as NFLOG. */
function sourceInForce(state: State): ReasonSource | undefined {
	const settings = state.settings.value
	if (state.probes.status === 'following') return 'probe'
	if (settings === undefined || !isAsked(settings)) return undefined
	if (state.nflog.status === 'following' && goesToNflog(settings)) return 'nflog'
	if (state.log.status !== 'following' || !goesToKernelLog(settings)) return undefined
	const initial = state.facts?.netns.initial ?? true
	return initial || settings.values.nf_log_all_netns !== '0' ? 'kmsg' : undefined
}

/**
 * Whether what conntrack prints into the kernel log can be about this network namespace. Lines do not say where they
 * are from, and with nf_log_all_netns on those of all namespaces come; without it, those of the initial one alone. True
 * while nothing rules it out. Helpers are not asked by log_invalid (nf_ct_helper_log of nf_conntrack_helper.c).
 */
export function kernelLogIsOfUs(
	state: Pick<State, 'settings' | 'facts' | 'lease' | 'leaseAt'>,
	kind: 'conntrack' | 'helper',
): boolean {
	const settings = state.settings.value
	if (settings === undefined) return true
	const isOfUs = (loggers: Loggers): boolean => {
		const { log_invalid, nf_log_all_netns } = loggers.values
		if (nf_log_all_netns === '0') return state.facts?.netns.initial ?? true
		if (nf_log_all_netns !== '1') return true
		return (kind === 'helper' || log_invalid !== '0') && goesToKernelLog(loggers)
	}
	// After a write of our own the settings are read again at once, and lines may be faster.
	return isOfUs(settings) || (state.leaseAt > settings.at && isOfUs(written(settings, state)))
}

/** Whether the kernel log has the lines of all network namespaces, as the settings were read or as we have written them. */
export function kernelLogIsOfAll(state: Pick<State, 'settings' | 'lease' | 'facts'>): boolean {
	const settings = state.settings.value
	// Where it could not be read, lines in another one than the initial have come because it is on.
	const isInitial = state.facts?.netns.initial ?? true
	if (settings === undefined) return !isInitial
	return [settings, written(settings, state)].some(
		({ values: { nf_log_all_netns: all } }) => all === '1' || (all === undefined && !isInitial),
	)
}

/** As the settings are to be once they are read again. */
function written({ values, loggers }: Loggers, { lease }: Pick<State, 'lease'>): Loggers {
	const changes = (lease?.changes ?? []).map(({ knob, state, set, was }) => [
		knob,
		state === 'undone' ? was : set,
	])
	return { loggers, values: { ...values, ...Object.fromEntries(changes) } }
}

/** Packet lines a second, over the seconds that are complete. */
export function lineRate({ perSecond }: LogState): number {
	const complete = perSecond.length > 1 ? perSecond.slice(0, -1) : perSecond
	return complete.length === 0 ? 0 : complete.reduce((sum, one) => sum + one, 0) / complete.length
}
