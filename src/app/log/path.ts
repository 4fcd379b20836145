import { boundLogger, NFLOG_LOGGER, type Source } from '../../changes/log-source.ts'
import type { Settings } from '../../host/ports.ts'
import type { State } from '../state/state.ts'

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

/** Where reasons reach us as things stand; undefined when they do not. Both ways at once count as NFLOG. */
export function sourceInForce(state: State): Source | undefined {
	const settings = state.settings.value
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
	state: Pick<State, 'settings' | 'facts' | 'leaseAt'>,
	kind: 'conntrack' | 'helper',
): boolean {
	const settings = state.settings.value
	// After a write of our own the settings are read again at once, and lines may be faster.
	if (settings === undefined || state.leaseAt > settings.at) return true
	const { log_invalid, nf_log_all_netns } = settings.values
	if (nf_log_all_netns === '0') return state.facts?.netns.initial ?? true
	if (nf_log_all_netns !== '1') return true
	return (kind === 'helper' || log_invalid !== '0') && goesToKernelLog(settings)
}
