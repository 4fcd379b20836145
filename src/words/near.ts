/** Names that someone may have meant by a word, best first, each once, at most five. */
export function near(word: string, names: readonly string[]): readonly string[] {
	const wanted = word.toLowerCase()
	if (wanted === '') return []
	const most = Math.max(2, Math.floor(wanted.length / 3))
	return [...new Set(names)]
		.map((name) => ({ name, far: distance(wanted, name.toLowerCase()) }))
		.filter(({ far }) => far <= most)
		.sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
		.slice(0, 5)
		.map(({ name }) => name)
}

/** A word within a name is as good as one wrong letter. */
const distance = (word: string, name: string): number =>
	name !== word && name.includes(word) ? 1 : wrongLetters(word, name)

/** How many letters must be changed, added or taken away (Levenshtein). */
export function wrongLetters(word: string, name: string): number {
	let row = Array.from({ length: name.length + 1 }, (_, at) => at)
	for (let i = 1; i <= word.length; i++) {
		const next = [i]
		for (let j = 1; j <= name.length; j++) {
			const same = word[i - 1] === name[j - 1] ? 0 : 1
			next.push(Math.min((row[j - 1] ?? 0) + same, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
		}
		row = next
	}
	return row[name.length] ?? name.length
}
