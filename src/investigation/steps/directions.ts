import { counted, grouped } from '../../words/numbers.ts'
import { flowsSampled } from '../causes/sampled.ts'
import type { Evidence } from '../evidence.ts'
import { joinFlow } from '../join/join.ts'
import type { Step } from '../step.ts'

/** Does this host see both directions, and does it still know the connection? */
export const directions: Step = {
	id: 'directions',
	question: 'Does this host know these flows, both ways?',
	title: 'Both directions?',
	why: 'Conntrack judges by what passed here. If the replies go another way, or the entry is gone, right packets look wrong.',
	answer(evidence) {
		const { sampled, rules, bothWays, reasons } = evidence
		const flows = flowsSampled(evidence)
		const notChecked = [
			'flows in other zones or namespaces',
			...(bothWays === undefined ? ['counted packets of both directions'] : []),
		]
		if (reasons.length === 0)
			return {
				state: 'open',
				short: 'no flow is known',
				read: [],
				says: 'Without a line no flow is known: packets without a line have to be found another way.',
				confidence: 'none',
				does: '',
				notChecked,
				next: 'printk',
			}
		if (sampled.length === 0)
			return {
				state: 'reading',
				short: 'looking',
				read: [],
				says: 'Entries and sockets of these flows are being looked for.',
				confidence: 'none',
				does: '',
				notChecked,
				next: 'setting',
			}
		const read: [string, string][] = [
			['flows looked at', grouped(sampled.length)],
			[
				'with an entry',
				`${flows.known} of ${sampled.length}${flows.madeSince > 0 ? `, ${flows.madeSince} made since` : ''}`,
			],
			['local socket', `${flows.withSocket} of ${sampled.length}`],
			...(bothWays === undefined
				? []
				: ([['there / back', `${grouped(bothWays.there)} / ${grouped(bothWays.back)} packets`]] as [
						string,
						string,
					][])),
		]
		if (bothWays !== undefined && !flows.isCounted)
			return {
				state: 'reading',
				short: 'counting both ways',
				read,
				says: 'Packets of both directions are being counted: too few so far to tell.',
				confidence: 'none',
				does: '',
				notChecked,
				next: 'setting',
			}
		const first = flows.telling ?? sampled[0]
		const join = first === undefined ? undefined : joinFlow(first.facts, rules?.acting)
		const counts = flows.oneWay || (flows.known > 0 && bothWays === undefined)
		return {
			state: 'answered',
			short: shortOf(evidence, flows),
			read,
			says: flows.oneWay
				? `${saidOfWays(evidence)}Only one direction passes here: asymmetric routing.`
				: `${saidOfWays(evidence)}${join?.sentences.join(' ') ?? ''}${saidOfEntries(flows)}`,
			confidence: flows.oneWay ? 'high' : join?.confidence === 'sure' ? 'high' : 'medium',
			does:
				counts && bothWays === undefined
					? 'Count packets of both directions with rules of our own, to be sure.'
					: '',
			...(counts && bothWays === undefined ? { offer: 'count-ways' as const } : {}),
			notChecked,
			next: 'setting',
		}
	},
}

type Sampled = ReturnType<typeof flowsSampled>

function shortOf({ sampled }: Evidence, { oneWay, known, withSocket }: Sampled): string {
	if (oneWay) return 'one direction only'
	if (known === 0) return withSocket > 0 ? 'entry gone, socket not' : 'no entry'
	return `${known} of ${counted(sampled.length, 'flow')} known`
}

/** Where the reason says that there was no entry, the one that is there proves nothing else. */
const saidOfEntries = ({ madeSince }: Sampled): string =>
	madeSince === 0
		? ''
		: ` The reason says that there was none when it came: ${counted(madeSince, 'entry', 'entries')} ${madeSince === 1 ? 'was' : 'were'} made since, by other packets.`

function saidOfWays({ bothWays }: Evidence): string {
	if (bothWays === undefined) return ''
	const { there, back, seconds } = bothWays
	return `In ${Math.round(seconds)} s ${counted(there, 'packet')} passed one way and ${grouped(back)} the other. `
}
