import type { PrintkLine } from '../../../kernel/dyndbg/dyndbg-line.ts'
import { decoded } from '../../../reasons/printk/printk-sites.ts'
import { entryOf } from '../../../reasons/printk/printk-stories.ts'
import { placeOf, titleOf } from '../../log/told-messages.ts'

/** What a line of a call site says in one sentence: its numbers in words, otherwise as it was printed. */
export function printkSays(line: PrintkLine): string {
	const numbers = decoded(line.site, line.values)
	const says = numbers === '' ? line.text : numbers
	return line.sure ? says : `probably ${says}`
}

/** `entry 00000000e59a244b`: the address of its entry, hashed; '' where it names none. */
export function printkEntry(line: PrintkLine): string {
	const pointer = entryOf(line)
	return pointer === undefined ? '' : `entry ${pointer}`
}

/** What a filter looks at beside the text. */
export const printkWords = (line: PrintkLine): string =>
	`${placeOf(line.site)} ${printkSays(line)} ${titleOf(line.site)} printk`
