import { protocolName } from '../../kernel/packet/protocol.ts'
import type { Accounting, AccountingInput } from './accounting.ts'

/** A row of a terminal of 80 columns, inside a border. */
const LONGEST = 78

/** The accounting in one line; what stands aside is added where there is room, the most telling first. */
export function accountInWords(found: Omit<Accounting, 'sentence'>, input: AccountingInput): string {
	let sentence = equation(found, input)
	for (const part of asides(found, input)) {
		const longer = `${sentence}; ${part}`
		if (longer.length <= LONGEST) sentence = longer
	}
	return sentence
}

function equation(found: Omit<Accounting, 'sentence'>, input: AccountingInput): string {
	const { asked, unread = 0, printedByOthers = false } = input
	const { counted, explained, lost, told } = found
	if (counted === 0) return 'counted 0: no packet was INVALID'
	if (asked === '0' && explained === 0 && lost === 0) {
		const packets = short(grouped(counted), counted)
		return told === 0
			? `counted ${packets}: log_invalid is 0, so the kernel does not say why`
			: `counted ${packets}: log_invalid is 0; ${toldWords(short(grouped(told), told), printedByOthers)}`
	}
	// Then there has to be room for why it is not known.
	if (unread > 0) return sum(found, compact, '-', '')
	const words = (number: (value: number) => string) =>
		told === 0
			? ['']
			: [
					` (${toldWords(number(told), printedByOthers)})`,
					` (${printedByOthers ? '<= ' : ''}${number(told)} by printk)`,
				]
	const attempts = [
		...words(grouped).map((part) => sum(found, grouped, ' to ', part)),
		...words(compact).map((part) => sum(found, compact, '-', part)),
	]
	return attempts.find((one) => one.length <= LONGEST) ?? sum(found, compact, '-', '')
}

/** A printk names no packet, and no network namespace. */
const toldWords = (number: string, printedByOthers: boolean): string =>
	printedByOthers ? `at most ${number} told by printk` : `${number} told by printk, likely`

function sum(
	found: Omit<Accounting, 'sentence'>,
	number: (value: number) => string,
	to: string,
	told: string,
): string {
	const { counted, explained, explainedAtLeast, silent, silentAtMost, lost, lostIsUpperBound } = found
	const range = (least: number, most: number) =>
		least === most ? number(most) : `${number(least)}${to}${number(most)}`
	return [
		`counted ${number(counted)} = explained ${range(explainedAtLeast, explained)}`,
		`silent ${range(silent, silentAtMost)}${told}`,
		`lost ${lostIsUpperBound ? `up to ${number(lost)}` : number(lost)}`,
	].join(' + ')
}

function asides({ aside, counted }: Omit<Accounting, 'sentence'>, input: AccountingInput): readonly string[] {
	const { asked, shared } = input
	const parts: string[] = []
	if (input.unread !== undefined && input.unread > 0)
		parts.push(input.stalled === true ? 'reader stopped' : 'reading on')
	const add = (count: number, words: string) => {
		if (count > 0) parts.push(`${grouped(count)} ${words}`)
	}
	add(aside.foreign, 'lines of other netns')
	if (shared && aside.foreign === 0 && counted > 0) parts.push('other netns mixed in')
	add(aside.answers, 'own RST')
	add(aside.accepted, 'accepted')
	add(aside.droppedByHelper, 'dropped by helpers')
	add(aside.secondLines, 'second lines')
	add(aside.ahead, 'not counted yet')
	if (asked !== undefined && asked !== '0' && asked !== '255')
		parts.push(`asked for ${protocolName(Number(asked))} only`)
	return parts
}

const grouped = (value: number) => String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ' ')

const short = (spelled: string, value: number) => (spelled.length > 16 ? compact(value) : spelled)

/** At most five characters: `999`, `12k`, `4295M`, `17G`. */
function compact(value: number): string {
	if (value < 10_000) return String(value)
	if (value < 10_000_000) return `${Math.floor(value / 1000)}k`
	if (value < 10_000_000_000) return `${Math.floor(value / 1_000_000)}M`
	return `${Math.min(9999, Math.floor(value / 1_000_000_000))}G`
}
