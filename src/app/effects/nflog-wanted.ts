import { boundLogger, foreignListener, NFLOG_LOGGER } from '../../changes/log-source.ts'
import { ourTaps } from '../changing/our-taps.ts'
import { isAsked } from '../log/path.ts'
import type { State } from '../state/state.ts'

const isToNflog = ({ tap: { kind, to } }: ReturnType<typeof ourTaps>[number]): boolean =>
	(kind === 'tap' || kind === 'preview') && to.kind === 'nflog' && to.group === 0

/**
 * Whether netlink group 0 is to be read now. The reader binds nf_log/2 itself when it starts, so it may start only where
 * that setting says nfnetlink_log already, from a reading that is not older than the last word of the guard, and never
 * while something is being undone. One that runs goes on until the setting is another one.
 */
export function nflogWanted(state: State, running: boolean): boolean {
	const { modes, lease, leaving, busy } = state
	const settings = state.settings.value
	if (settings === undefined || leaving !== undefined || modes.readOnly || modes.source === 'kmsg')
		return false
	if (busy === 'leaving' || lease?.phase === 'undoing' || lease?.phase === 'lost') return false
	if (boundLogger(settings, 2) !== NFLOG_LOGGER || !(isAsked(settings) || ourTaps(state).some(isToNflog)))
		return false
	if (running) return true
	return (
		busy === undefined &&
		settings.at >= state.leaseAt &&
		settings.listeners !== null &&
		foreignListener(settings.listeners, {}) === undefined
	)
}
