import type { Observer } from '../../ports/observer.ts'
import { refused } from '../common/failure-exit.ts'
import { lookAt } from '../common/look-at.ts'
import { type CommonOptions, EXIT } from '../common/options.ts'
import { listJson } from './json.ts'
import { printkList } from './list.ts'
import { listText } from './text.ts'

export type PrintkOptions = CommonOptions & {
	readonly words: readonly string[]
	readonly json: boolean
	readonly columns: number
	readonly print: (text: string) => void
}

/** Lists the call sites of dynamic debug, or says why there is none. Changes nothing. */
export async function runPrintk(
	options: PrintkOptions,
	observer: Observer = lookAt(options),
): Promise<number> {
	const [reading, settings] = await Promise.all([observer.printk(), observer.settings()])
	if (!reading.ok) return refused(reading.failure)
	const values = settings.ok ? settings.value.values : {}
	const list = printkList(reading.value, values, options.words)
	options.print(
		options.json
			? JSON.stringify(listJson(reading.value, list, options.words), null, 2)
			: listText(reading.value, list, options).join('\n'),
	)
	return EXIT.ok
}
