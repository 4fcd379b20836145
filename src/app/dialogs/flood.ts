import { protocolName } from '../../kernel/packet/protocol.ts'
import type { HeldChange } from '../../model/change.ts'
import * as english from '../../words/english/app/dialogs.ts'
import { type Glyphs, glyphsOf } from '../../words/glyphs.ts'
import { EMPTY, type Line, line, span, type Tone } from '../../words/line.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { safe, wrap } from '../../words/text.ts'
import { changeName } from '../changing/change-name.ts'
import type { State } from '../state/state.ts'
import { answersOf } from './answers.ts'
import { type FloodDialog, hadSites, mostFrequent, quieterSites } from './flood-choice.ts'
import type { Sheet } from './sheet.ts'

/** What a flood of the kernel log made the guard switch off, the proof that it is off, and what could be done instead. */
export function floodSheet(dialog: FloodDialog, state: State, inner: number): Sheet {
	const { rate, changes } = dialog
	const glyphs = glyphsOf(state.modes)
	const most = mostFrequent(state)
	const quieter = hadSites(dialog) ? quieterSites(state, dialog) : []
	const offers = [
		english.throughNflogTheSameLines,
		...(most === undefined
			? []
			: [english.mostLinesWereAboutOf(protocolName(most.protocol), grouped(most.count), grouped(most.of))]),
		...(quieter.length > 0
			? [english.callSitesThatSayLess(quieter.join('; '))]
			: hadSites(dialog)
				? [english.printk4HasTheOther]
				: []),
	]
	return {
		title: english.logFloodLinesS(rate),
		tone: 'bad',
		brief: english.logFloodLinesSSwitched(rate, counted(changes.length, 'change')),
		head: lines(english.theKernelLogGotAbout(rate), inner, 'plain'),
		body: [
			...changes.flatMap((change) => proof(change, state, inner, glyphs)),
			EMPTY,
			...offers.flatMap((offer) => lines(offer, inner, 'plain')),
		],
		answers: answersOf('flood', state, inner),
		top: dialog.top ?? 0,
	}
}

const lines = (text: string, inner: number, tone: Tone): Line[] =>
	wrap(span(text).text, inner).map((part) => line(span(part, tone)))

/** One change: what it was, what we had written, and what was read after the undo. */
function proof(change: HeldChange, state: State, inner: number, { arrow }: Glyphs): Line[] {
	const { was, set, now, note } = change
	const back = now === was
	const end =
		change.state === 'vanished'
			? 'gone'
			: now === null
				? english.cannotBeRead
				: back
					? english.readsAgain(safe(now))
					: english.reads(safe(now))
	const why = back || note === '' ? '' : `: ${note}`
	return lines(
		english.now2(changeName(change, state), safe(was), arrow, safe(set), end, why),
		inner,
		back ? 'good' : 'attention',
	)
}
