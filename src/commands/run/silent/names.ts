import { type NamedRow, namedRows, steady } from '../../../app/log/named.ts'
import { tellsAll } from '../../../app/log/unlined.ts'
import type { ReasonSource } from '../../../changes/log-source.ts'
import { copiesASecond } from '../../../changes/tap/copies.ts'
import type { Accounting } from '../../../investigation/accounting/accounting.ts'
import type { Settings } from '../../../model/settings.ts'
import type { Changer } from '../../../ports/changer.ts'
import type { Observer } from '../../../ports/observer.ts'
import * as english from '../../../words/english/commands/run.ts'
import type { Result } from '../../../words/failure.ts'
import { grouped } from '../../../words/numbers.ts'
import type { Headless } from '../../common/headless.ts'
import { copyInvalid } from './copying.ts'

export type SilentNamesOptions = {
	readonly observer: Observer
	readonly changer: Changer
	readonly headless: Headless
	/** Lines a second that are a flood; 0: none is. */
	readonly maxRate: number
}

/** The names of packets without a line: probes see them themselves, otherwise they are worked out of copies. */
export function createSilentNames({ observer, changer, headless, maxRate }: SilentNamesOptions) {
	let source: ReasonSource = 'kmsg'
	/** INVALID packets are copied to where the lines are read. */
	let isCopying = false
	/** Why they are not though every reason is asked for; '' when they are, or nobody wants them. */
	let notCopied = ''
	/** The settings as they were when logging was on. */
	let valuesOn: Settings['values'] = {}

	const rowsWith = (values: Settings['values']): readonly NamedRow[] => {
		const state = headless.state()
		return namedRows(state.unlined?.shapes ?? [], state, values)
	}

	return {
		isCopying: () => isCopying,

		/** Only where every reason is asked for: else a line may be missing because nobody has asked for it. */
		async begin(chosen: ReasonSource): Promise<void> {
			source = chosen
			const settings = await observer.settings('fresh')
			if (source === 'nflog') headless.take({ type: 'nflog-started' })
			if (source === 'probe') headless.take({ type: 'probes-started' })
			headless.take({ type: 'settings', result: settings })
			valuesOn = settings.ok ? settings.value.values : {}
			if (source === 'probe') return
			const copying = await copyInvalid(headless.state(), { observer, changer, maxRate })
			if ('why' in copying) {
				notCopied = copying.why
				return
			}
			isCopying = true
			headless.take({ type: 'lease', view: copying.view })
		},

		/**
		 * By the last lines and copies; undefined where nothing tells of them. What somebody else has switched off meanwhile may
		 * have kept lines back: `isEnded` where it was we.
		 */
		named(settings: Result<Settings>, isEnded: boolean): readonly NamedRow[] | undefined {
			if (source === 'probe') return rowsWith(settings.ok ? steady(valuesOn, settings.value.values) : {})
			if (!isCopying) return undefined
			headless.take({ type: 'settings', result: settings })
			headless.take({ type: 'copies', are: 'over' })
			const isSound = settings.ok && (tellsAll(headless.state().way) || isEnded)
			return isSound ? rowsWith(steady(valuesOn, settings.value.values)) : []
		},

		/** Settings that were the same from beginning to end: names of packets follow from them. */
		steadyValues: (settings: Result<Settings>): Settings['values'] =>
			settings.ok ? steady(valuesOn, settings.value.values) : {},

		/** Why packets without a line have no name. */
		unnamed({ counted: all, silent }: Accounting): readonly string[] {
			if (silent === 0) return []
			if (notCopied !== '') return [english.packetsWithoutALineWere(notCopied)]
			const copied = headless.state().unlined?.copied ?? 0
			if (!isCopying || source === 'probe' || copied >= all) return []
			return [english.ofThemWereCopied(grouped(copied), grouped(all), copiesASecond(source, maxRate))]
		},
	}
}
