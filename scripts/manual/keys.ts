// The keys of the screens as rows of a table, for docs/screens.md and the man page.
import { COMMANDS } from '../../src/app/commands/commands.ts'
import { SCREENS } from '../../src/app/screens/screens.ts'

type Row = { readonly keys: readonly string[]; readonly where: string; readonly what: string }

const screensOf = (on: (typeof COMMANDS)[number]['on']) =>
	on === 'all'
		? 'everywhere'
		: SCREENS.filter(({ id }) => on.includes(id))
				.map(({ title }) => title)
				.join(', ')

/** A command without a key is run from the command list. */
export const KEY_ROWS: readonly Row[] = COMMANDS.map(({ id, keys, on, title }) => ({
	keys: keys.length === 0 ? [`:${id}`] : keys,
	where: screensOf(on),
	what: title,
}))
