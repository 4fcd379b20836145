import type { Evidence } from '../evidence.ts'
import { judged } from './experiments.ts'

/** A file that would make a setting last, with what belongs into it: text for a human, never written. */
export type LastingFile = { readonly path: string; readonly lines: readonly string[] }

/**
 * systemd-sysctl applies sysctl.d once, after modules-load.d: a setting of a module that is loaded later, by the first
 * rule that asks for it, is not there yet and is passed over. `builtIn`: conntrack is a part of the kernel.
 */
export function lastingFor(knob: string, value: string | number, builtIn: boolean): readonly LastingFile[] {
	return [
		{
			path: '/etc/sysctl.d/90-conntrack.conf',
			lines: [`net.netfilter.nf_conntrack_${knob} = ${value}`],
		},
		...(builtIn ? [] : [{ path: '/etc/modules-load.d/conntrack.conf', lines: ['nf_conntrack'] }]),
	]
}

/** The lines of all files one after the other, each behind where it belongs. */
export const lastingText = (files: readonly LastingFile[]): string =>
	files.map(({ path, lines }) => `${path}: ${lines.join(', ')}`).join('; ')

/** What would make the setting last that was tried last and explains it. */
export function lastingOfTrials({ experiments, conntrackBuiltIn }: Evidence): readonly LastingFile[] {
	const proved = experiments.findLast((trial) => judged(trial).verdict === 'explains')
	return proved === undefined ? [] : lastingFor(proved.knob, proved.to, conntrackBuiltIn)
}
