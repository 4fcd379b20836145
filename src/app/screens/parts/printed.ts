import type { PrintkLine } from '../../../kernel/dyndbg/dyndbg-line.ts'
import { decoded } from '../../../reasons/printk/printk-sites.ts'
import { entryOf } from '../../../reasons/printk/printk-stories.ts'
import * as english from '../../../words/english/app/parts.ts'
import { counted } from '../../../words/numbers.ts'
import { placeOf, titleOf } from '../../log/told-messages.ts'

/** What a line of a call site says in one sentence: its numbers in words, otherwise as it was printed. */
export function printkSays(line: PrintkLine): string {
	const numbers = decoded(line.site, line.values)
	const says = numbers === '' ? line.text : numbers
	return line.sure ? says : english.probably(says)
}

/** `entry 00000000e59a244b`: the address of its entry, hashed; '' where it names none. */
export function printkEntry(line: PrintkLine): string {
	const pointer = entryOf(line)
	return pointer === undefined ? '' : english.entry(pointer)
}

/** What a filter looks at beside the text. */
export const printkWords = (line: PrintkLine): string =>
	english.printk(placeOf(line.site), printkSays(line), titleOf(line.site))

/** Stands in the column of the verdicts: a call site printed it, and conntrack gave no reason. */
export const PRINTK_LETTER = 'P'

export const NO_PACKET = english.aPrintkNamesNoPacket

/** Of texts that stand at several places of the kernel's source. */
export const sameTextWords = (others: number): string =>
	english.theSameText(counted(others, english.otherCallSiteHas, english.otherCallSitesHave))
