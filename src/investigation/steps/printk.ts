import { counted, grouped } from '../../words/numbers.ts'
import type { Step } from '../step.ts'

/** What the source of the kernel can say of packets without a line. */
export const printk: Step = {
	id: 'printk',
	question: 'Which line of kernel code?',
	title: 'Packets without a line?',
	why: 'Some paths call a packet INVALID without a word. Debug lines of the kernel, or a setting, show which one it is.',
	answer({ accounting, silent, sites }) {
		const count = accounting?.silent ?? 0
		const likely = silent.filter(({ standing }) => standing === 'likely')
		const possible = silent.filter(({ standing }) => standing === 'possible')
		const [first] = [...likely, ...possible]
		const notChecked = ['paths of modules that this kernel has not loaded']
		const open = accounting === undefined ? 0 : Math.max(accounting.lost, accounting.silentAtMost)
		if (accounting !== undefined && count === 0 && open > 0)
			return {
				state: 'answered',
				short: 'not known',
				read: [['account', accounting.sentence]],
				says: `Lines of up to ${counted(open, 'packet')} were lost or are not read yet: whether the kernel was silent about any is not known.`,
				confidence: 'low',
				does: '',
				notChecked,
				next: 'setting',
			}
		if (accounting === undefined || count === 0)
			return {
				state: 'answered',
				short: accounting === undefined ? 'not counted yet' : 'none is silent',
				read: accounting === undefined ? [] : [['account', accounting.sentence]],
				says:
					accounting === undefined
						? 'While no line can come, all packets are without one.'
						: 'Each packet has its line: nothing is to be found out here.',
				confidence: accounting === undefined ? 'none' : 'high',
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
				? ([['printing', `${counted(sites.printing, 'call site')}, ${counted(sites.lines, 'line')}`]] as [
						string,
						string,
					][])
				: []),
		]
		return {
			state: 'answered',
			short: first === undefined ? `${grouped(count)} silent` : first.title,
			read,
			says:
				first === undefined
					? 'No known path fits.'
					: `${first.standing === 'likely' ? 'Likely' : 'Possible'}: ${first.title}: ${first.because}. To tell: ${first.tellApart}.`,
			confidence: likely.length === 1 ? 'medium' : 'low',
			does:
				sites.proposed > 0
					? `Printk has ${counted(sites.proposed, 'debug line')} of this kernel that tell of them.`
					: 'This kernel has no debug line to switch on for them; a rule that logs INVALID (Rules) shows the packets.',
			offer: sites.proposed > 0 ? 'go-printk' : 'go-rules',
			notChecked,
			next: 'setting',
		}
	},
}
