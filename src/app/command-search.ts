import { commandsHere, type Listed } from './commands.ts'
import type { State } from './state.ts'

/** The command list (`:`): the commands of the present screen that match what was typed, best first. */
export function matchingCommands(state: State, query: string): readonly Listed[] {
	const wanted = query.trim().toLowerCase()
	const all = commandsHere(state)
	if (wanted === '') return all
	return all
		.map((listed) => ({ listed, score: scoreOf(listed, wanted) }))
		.filter(({ score }) => score > 0)
		.sort((a, b) => b.score - a.score)
		.map(({ listed }) => listed)
}

/** The name from its start, then words of the sentence, then letters of the name in their order; 0 is no match. */
function scoreOf({ command }: Listed, wanted: string): number {
	const title = command.title.toLowerCase()
	if (command.id === wanted || command.short === wanted) return 5
	if (command.id.startsWith(wanted) || command.short?.startsWith(wanted)) return 4
	const words = wanted.split(/\s+/)
	if (words.every((word) => title.includes(word) || command.id.includes(word))) return 3
	return lettersInOrder(command.id, wanted) ? 2 : 0
}

function lettersInOrder(text: string, letters: string): boolean {
	let at = 0
	for (const letter of letters) {
		if (letter === ' ') continue
		at = text.indexOf(letter, at) + 1
		if (at === 0) return false
	}
	return true
}
