import { knobById } from '../../changes/knobs.ts'
import { foreignListener, listenerInWords, NFLOG_LOGGER } from '../../changes/log-source.ts'
import { valueInWords } from '../../changes/shell-line.ts'
import type { Settings } from '../../host/ports.ts'
import { ladderSays } from '../../investigation/ladder/ladder.ts'
import { familyName } from '../../kernel/nflog/nf-log.ts'
import { beside } from '../../words/paragraph.ts'
import { ladderOf, type Snapshot, sourceOf } from './data.ts'

/** Who is asked to say why, and who gets the lines. */
export function loggingLines(snapshot: Snapshot, columns: number): string[] {
	const lines = ['LOGGING of the reasons']
	if (!snapshot.settings.ok) return lines
	const { values, loggers } = snapshot.settings.value
	const row = (id: string, name: string, more = '') => {
		const value = values[id]
		const knob = knobById(id)
		if (value === undefined || knob === undefined) lines.push(`  ${name.padEnd(26)} not there`)
		else
			lines.push(
				...beside(
					`  ${name.padEnd(26)} ${value.padEnd(14)} `,
					`${valueInWords(knob, value)}${more}`,
					columns,
				),
			)
	}
	row('log_invalid', 'nf_conntrack_log_invalid')
	for (const family of [2, 10]) {
		const available = loggers.find((one) => one.family === family)?.available ?? []
		const more = available.length === 0 ? '; nothing could be bound' : `; could be ${available.join(' or ')}`
		row(`nf_log.${family}`, `nf_log for ${familyName(family)}`, more)
	}
	row('nf_log_all_netns', 'nf_log_all_netns')
	row('printk', 'console (kernel.printk)')
	lines.push(...sourceLines(snapshot, columns))
	const rungs = ladderOf(snapshot)
	const { sentence } = ladderSays(rungs)
	lines.push(...beside('  > ', sentence, columns))
	const named = rungs.filter(
		(one) => one.next !== '' && one.answer !== 'yes' && sentence.includes(one.because),
	)
	for (const { next } of named) lines.push(...beside('    ', next, columns))
	return lines
}

/** Who reads netlink group 0, and where ctscope would read. */
export function sourceLines(snapshot: Snapshot, columns: number): string[] {
	const { settings } = snapshot
	const source = sourceOf(snapshot)
	if (!settings.ok || source === undefined) return []
	const row = (name: string, text: string) => beside(`  ${name.padEnd(26)} `, text, columns)
	return [
		...row('netlink group 0 (NFLOG)', groupInWords(settings.value)),
		...row('ctscope would read', source.why),
		...source.notes.flatMap((note) => row('', note)),
	]
}

function groupInWords({ listeners, loggers }: Settings): string {
	if (listeners === null) {
		const isLoaded = loggers.some(({ available }) => available.includes(NFLOG_LOGGER))
		return isLoaded ? 'who reads it cannot be seen' : `not there: ${NFLOG_LOGGER} is not loaded`
	}
	const reader = foreignListener(listeners, {})
	return reader === undefined ? 'nobody reads it' : `${listenerInWords(reader)} reads it`
}
