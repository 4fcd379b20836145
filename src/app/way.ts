import { boundLogger, NFLOG_LOGGER, type Source } from '../changes/source.ts'
import type { Settings } from '../host/ports.ts'
import type { State } from './state.ts'

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
