// Measures the house: what grows until nobody finds anything any more. Prints each measure; exits 1 when one that has a
// limit is over it. Lower a limit when the figure is lower; never raise it.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(fileURLToPath(import.meta.url), '../..')

const LIMITS = {
	/** Files in the largest folder, without its subfolders. */
	'files in the largest folder of src': 15,
	'files in the largest folder of test': 15,
	'circles of files': 0,
	/** Pairs of folders that import each other: one of the two arrows runs back up. */
	'pairs of folders that import each other': 0,
}

const IMPORT =
	/^(?:import|export)\b[^'"`;]*?from\s*'(\.[^']+)'|^import\s*'(\.[^']+)'|\bimport\(\s*'(\.[^']+)'/gm

function files(folder) {
	return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
		entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
	)
}

/** For each file those of ours that it imports. */
function importsOf(paths) {
	return new Map(
		paths.map((path) => {
			const text = readFileSync(join(root, path), 'utf8')
			const names = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3])
			return [path, [...new Set(names.map((name) => normalize(join(dirname(path), name))))]]
		}),
	)
}

/** Sets of files that import each other in a loop (Tarjan's strongly connected components of two and more). */
function circles(graph) {
	const order = new Map()
	const lowest = new Map()
	const stack = []
	const found = []
	const visit = (file) => {
		order.set(file, order.size)
		lowest.set(file, order.get(file))
		stack.push(file)
		for (const next of graph.get(file) ?? []) {
			if (!graph.has(next)) continue
			if (!order.has(next)) visit(next)
			if (stack.includes(next)) lowest.set(file, Math.min(lowest.get(file), lowest.get(next)))
		}
		if (lowest.get(file) !== order.get(file)) return
		const circle = stack.splice(stack.indexOf(file))
		if (circle.length > 1) found.push(circle)
	}
	for (const file of graph.keys()) if (!order.has(file)) visit(file)
	return found
}

/** Pairs of folders, none within the other, with imports both ways. */
function mutual(graph) {
	const arrows = new Set()
	for (const [file, targets] of graph)
		for (const target of targets) {
			const [from, to] = [dirname(file), dirname(target)]
			if (!`${from}/`.startsWith(`${to}/`) && !`${to}/`.startsWith(`${from}/`)) arrows.add(`${from} ${to}`)
		}
	return [...arrows].filter((arrow) => {
		const [from, to] = arrow.split(' ')
		return from < to && arrows.has(`${to} ${from}`)
	})
}

/** The fullest folder below one, and how many files it holds. */
function fullest(paths) {
	const count = new Map()
	for (const path of paths) count.set(dirname(path), (count.get(dirname(path)) ?? 0) + 1)
	return [...count].reduce((most, one) => (one[1] > most[1] ? one : most))
}

const isCode = (path) => /\.tsx?$/.test(path)
const src = files('src').filter(isCode)
const test = files('test').filter(isCode)
const graph = importsOf(src)
const lengths = src.map((path) => [path, readFileSync(join(root, path), 'utf8').split('\n').length - 1])
const longest = lengths.reduce((most, one) => (one[1] > most[1] ? one : most))
const [srcFolder, inSrc] = fullest(src)
const [testFolder, inTest] = fullest(test)
const loops = circles(graph)
const pairs = mutual(graph)

const MEASURES = [
	['files in the largest folder of src', inSrc, srcFolder],
	['files in the largest folder of test', inTest, testFolder],
	['circles of files', loops.length, loops.map((one) => one.join(' ')).join('; ')],
	['pairs of folders that import each other', pairs.length, pairs.join('; ')],
	['lines in src', lengths.reduce((sum, [, lines]) => sum + lines, 0), `${src.length} files`],
	['lines of the longest file', longest[1], relative('src', longest[0])],
]

let worse = 0
for (const [name, value, where] of MEASURES) {
	const limit = LIMITS[name]
	const isWorse = limit !== undefined && value > limit
	if (isWorse) worse++
	const note = limit === undefined ? where : isWorse ? `more than ${limit}: ${where}` : `at most ${limit}`
	console.log(`${String(value).padStart(8)}  ${name} (${note})`)
}
process.exitCode = worse === 0 ? 0 : 1
