import type { Settings } from '../model/settings.ts'
import type { Part } from './bind-logger.ts'

/** What network namespaces other than the initial one need, so that `what` of them reaches the kernel log. */
export function allNetns(values: Settings['values'], what = 'lines of this network namespace'): Part {
	const now = values.nf_log_all_netns
	if (now === undefined)
		return {
			blocker: `${what} reach the kernel log only with nf_log_all_netns=1, which only the initial network namespace has and which cannot be read from here`,
		}
	if (now !== '0') return {}
	return {
		change: { knob: 'nf_log_all_netns', from: now, to: '1' },
		note: 'nf_log_all_netns is for the whole host: LOG rules of every other network namespace write to the kernel log meanwhile',
	}
}
