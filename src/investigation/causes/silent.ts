import * as english from '../../words/english/investigation/causes.ts'
import { grouped } from '../../words/numbers.ts'
import type { CauseRule, Suspicion } from './cause.ts'

/** Ways of being INVALID without a line that are causes by themselves. */
const CAUSES: Readonly<Record<string, Pick<Suspicion, 'id' | 'title' | 'sentence' | 'remedies'>>> = {
	'silent-icmp-error': {
		id: 'icmp-unrelated',
		title: english.icmpErrorsAboutUnknownConnections,
		sentence: english.icmpErrorsQuoteConnections,
		remedies: [english.oftenNothingIsToBeDone, english.captureIcmp],
	},
	'silent-icmp-reply': {
		id: 'icmp-unasked',
		title: english.echoRepliesNobodyAskedFor,
		sentence: english.echoRepliesComeWithoutARequest,
		remedies: [english.oftenNothingIsToBeDone, english.captureIcmp],
	},
}

/** Packets without a line: only those ways that nothing has ruled out. */
export const silentCauses: CauseRule = ({ silent }, { silent: paths }) => {
	if (silent === 0) return []
	const open = paths.filter(({ standing }) => standing !== 'ruled-out')
	return open.flatMap((path): Suspicion[] => {
		const cause = CAUSES[path.id]
		if (cause === undefined) return []
		return [
			{
				...cause,
				packets: silent,
				flows: [],
				isUsual: true,
				signs: [
					{ says: english.packetsWithoutALine(grouped(silent)), isSeen: true },
					{ says: path.because, isSeen: path.standing === 'likely' ? true : undefined },
				],
				lookAlikes: open
					.filter((other) => other !== path)
					.map((other) => ({ title: other.title, ruledOut: undefined, tells: other.tellApart })),
			},
		]
	})
}
