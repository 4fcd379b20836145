import * as english from '../../words/english/investigation/steps.ts'
import { capital, counted, grouped } from '../../words/numbers.ts'
import type { Step } from '../step.ts'

/** What the source of the kernel can say of packets without a line. */
export const printk: Step = {
	id: 'printk',
	question: english.whichLineOfKernelCode,
	title: english.packetsWithoutALine,
	why: english.somePathsCallAPacket,
	answer({ accounting, meantSilent: count, silent, sites }) {
		const likely = silent.filter(({ standing }) => standing === 'likely')
		const possible = silent.filter(({ standing }) => standing === 'possible')
		const [first] = [...likely, ...possible]
		const notChecked = [english.pathsOfModulesThatThis]
		const open =
			accounting === undefined ? 0 : Math.max(accounting.lost, accounting.silentAtMost - accounting.silent)
		if (accounting !== undefined && count === 0 && open > 0)
			return {
				state: 'answered',
				short: english.notKnown,
				headline: english.whetherAnyIsSilent,
				confidence: 'low',
				says: english.linesOfUpToWere(counted(open, 'packet')),
				read: [['account', accounting.sentence]],
				does: '',
				notChecked,
				next: 'setting',
			}
		if (accounting !== undefined && count === 0 && accounting.silent > 0)
			return {
				state: 'answered',
				short: english.noneIsSilent,
				headline: english.mayBeUnderWay(counted(accounting.silent, 'packet')),
				confidence: 'low',
				says: english.nothingIsConcludedFromIt,
				read: [['account', accounting.sentence]],
				does: '',
				notChecked,
				next: 'setting',
			}
		if (accounting === undefined || count === 0)
			return {
				state: 'answered',
				short: accounting === undefined ? english.notCountedYet : english.noneIsSilent,
				headline: accounting === undefined ? english.whileNoLineCanCome : english.eachPacketHasItsLine,
				confidence: accounting === undefined ? 'none' : 'high',
				says: '',
				read: accounting === undefined ? [] : [['account', accounting.sentence]],
				does: '',
				notChecked,
				next: 'setting',
			}
		const read: [string, string][] = [
			['without a line', grouped(count)],
			...[...likely, ...possible]
				.slice(0, 3)
				.map(({ title, standing }): [string, string] => [standing, title]),
			...(sites.printing > 0
				? ([
						['printing', `${counted(sites.printing, english.callSite)}, ${counted(sites.lines, 'line')}`],
					] as [string, string][])
				: []),
		]
		return {
			state: 'answered',
			short: first === undefined ? english.silent(grouped(count)) : first.title,
			headline:
				first === undefined
					? english.noKnownPathFits
					: english.silentPath(first.standing === 'likely' ? 'Likely' : 'Possible', first.title),
			confidence: likely.length === 1 ? 'medium' : 'low',
			says: first === undefined ? '' : english.toTell(capital(first.because), first.tellApart),
			read,
			does:
				sites.proposed > 0
					? english.printkHasOfThisKernel(counted(sites.proposed, english.debugLine))
					: english.thisKernelHasNoDebug,
			offer: sites.proposed > 0 ? 'go-printk' : 'go-rules',
			notChecked,
			next: 'setting',
		}
	},
}
