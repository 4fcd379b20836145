import { MOST_ASKED } from '../../app/who/names.ts'
import { nameOf } from '../../host/network/names.ts'
import { createToolPath } from '../../host/tools/tool-path.ts'
import type { NameAnswer } from '../../model/names.ts'
import type { Group, Groups } from './groups.ts'
import { hasAddresses } from './option.ts'

/** Each may take some seconds. */
const MOST_NAMED = 20

type Ask = (address: string) => Promise<NameAnswer>

const askHere: Ask = (address) => nameOf(createToolPath(), address)

/** With the names of the first addresses, some of them asked for at once; those of other groupings have none. */
export async function withNames(groups: Groups, ask: Ask = askHere): Promise<Groups> {
	if (!hasAddresses(groups.by)) return groups
	const named = new Map<Group, NameAnswer>()
	const wanted = groups.list.filter(({ key }) => key !== null).slice(0, MOST_NAMED)
	const askInTurn = async (): Promise<void> => {
		for (let one = wanted.shift(); one !== undefined; one = wanted.shift())
			named.set(one, await ask(one.key ?? ''))
	}
	await Promise.all(Array.from({ length: MOST_ASKED }, askInTurn))
	const list = groups.list.map((one) => {
		const name = named.get(one)
		return name === undefined ? one : { ...one, name }
	})
	return { ...groups, list }
}
