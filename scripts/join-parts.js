// Fewer files in dist/: joins the parts that the bundler made.
import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { build } from 'esbuild'
import { parseSync } from 'oxc-parser'

/** What is loaded until the first frame, and then the screen. */
const FRAME = ['src/cli.ts', 'src/commands/main.ts', 'src/commands/tui/tui.ts', 'src/ui/terminal/drawing.ts']
/** What an entry may load beyond what it needs: a share of that, and bytes. */
const MORE = { share: 0.6, bytes: 12_000 }
/** One stands behind each session until nothing is in force any more: it gets little that it does not need. */
const GUARD = { source: 'src/commands/revert/guard.ts', share: 0.1 }

/** What comes with a part by static imports, the part among it. */
function loadedWith(outputs, part) {
	const loaded = new Set([part])
	for (const name of loaded)
		for (const { path, kind } of outputs[name].imports)
			if (kind === 'import-statement' && path in outputs) loaded.add(path)
	return loaded
}

const partOf = (outputs, source) => Object.keys(outputs).find((part) => outputs[part].entryPoint === source)

/**
 * Lists of parts to be joined. The bundler makes a part of every set of modules that the same entries need: more than
 * ninety until the first frame, and Node takes half a millisecond for each beside what is in it. So two of them are
 * joined, those first that cost the other entries least, as long as no entry loads much more than it needs.
 */
function groupsOf(outputs) {
	const entries = Object.keys(outputs).filter((part) => outputs[part].entryPoint !== undefined)
	const needs = entries.map((entry) => loadedWith(outputs, entry))
	const sizeOf = (part) => outputs[part].bytes
	const limits = needs.map((parts, entry) => {
		const need = [...parts].reduce((sum, part) => sum + sizeOf(part), 0)
		const { share } = outputs[entries[entry]].entryPoint === GUARD.source ? GUARD : MORE
		return need * (1 + share) + MORE.bytes
	})
	const frame = new Set(FRAME.flatMap((source) => [...loadedWith(outputs, partOf(outputs, source))]))
	frame.delete(partOf(outputs, FRAME[0]))
	let groups = Object.keys(outputs).map((part) => ({
		parts: [part],
		bytes: sizeOf(part),
		who: new Set(needs.flatMap((parts, entry) => (parts.has(part) ? [entry] : []))),
	}))

	const groupOf = () => new Map(groups.flatMap((group) => group.parts.map((part) => [part, group])))
	const importsOf = (group, owner) =>
		group.parts
			.flatMap((part) =>
				[...outputs[part].imports].map(({ path, kind }) =>
					kind === 'import-statement' ? owner.get(path) : undefined,
				),
			)
			.filter((other) => other !== undefined && other !== group)
	/** All groups that come with it. */
	function reach(group, owner) {
		const found = new Set([group])
		for (const one of found) for (const other of importsOf(one, owner)) found.add(other)
		return found
	}
	for (;;) {
		const owner = groupOf()
		const reached = new Map(groups.map((group) => [group, reach(group, owner)]))
		const loads = entries.map((_, entry) =>
			groups.reduce((sum, { who, bytes }) => sum + (who.has(entry) ? bytes : 0), 0),
		)
		/** Bytes that each entry loads more when it gets the other group too; undefined where that is too much. */
		function cost(one, other) {
			let sum = 0
			for (const [from, to] of [
				[one, other],
				[other, one],
			])
				for (const entry of from.who) {
					if (to.who.has(entry)) continue
					let more = 0
					for (const group of reached.get(to)) if (!group.who.has(entry)) more += group.bytes
					if (loads[entry] + more > limits[entry]) return undefined
					sum += more
				}
			return sum
		}
		/** Joined, two groups with a third between them would need each other in a circle. */
		const isBetween = (one, other) =>
			[...reached.get(one)].some((group) => group !== one && group !== other && reached.get(group).has(other))
		const inFrame = groups.filter(({ parts }) => frame.has(parts[0]))
		const pairs = inFrame
			.flatMap((one, at) => inFrame.slice(at + 1).map((other) => ({ one, other, cost: cost(one, other) })))
			.filter(({ cost }) => cost !== undefined)
			.toSorted((a, b) => a.cost - b.cost)
		const best = pairs.find(({ one, other }) => !isBetween(one, other) && !isBetween(other, one))
		if (best === undefined) return groups.map(({ parts }) => parts)
		const { one, other } = best
		const who = new Set([...one.who, ...other.who])
		for (const group of [...reached.get(one), ...reached.get(other)])
			for (const entry of who) group.who.add(entry)
		groups = [
			...groups.filter((group) => group !== one && group !== other),
			{ parts: [...one.parts, ...other.parts], bytes: one.bytes + other.bytes, who },
		]
	}
}

/**
 * Bundles once more what the bundler made, in fewer parts; each module stays in one of them. A joined part exports all
 * that its parts did, each name with that of its part, and whoever took something from one of them takes it from there.
 */
export async function joinParts({ outputFiles, metafile: { outputs } }, options) {
	const made = new Map(outputFiles.map(({ path, text }) => [basename(path), { text }]))
	for (const [path, { exports, entryPoint }] of Object.entries(outputs))
		Object.assign(made.get(basename(path)), { exports, isEntry: entryPoint !== undefined })
	const groups = groupsOf(outputs).map((parts) => parts.map((part) => basename(part)))
	const groupOf = new Map(groups.flatMap((group) => group.map((part) => [part, group])))
	// A program that runs goes on with the parts of its own build: no part of another may have their names.
	const id = createHash('sha256').update(JSON.stringify(groups)).digest('hex').slice(0, 8)
	const fileOf = (part) => (part === 'cli.js' ? part : part.replace('.js', `-${id}.js`))
	const joinedFile = (group) => `part-${groups.indexOf(group)}-${id}.js`
	const nameIn = (part, name) => `${name}_${part.slice('part-'.length, -'.js'.length)}`
	const list = (names, write) => `{${names.map(write).join()}}`

	/** An import from a part that is joined with others, as one from the whole; nothing when it takes nothing. */
	function fromWhole(part, taken) {
		if (taken.length === 0) return ''
		const names = list(
			taken,
			({ importName, localName }) => `${nameIn(part, importName.name)} as ${localName.value}`,
		)
		return `import ${names} from './${joinedFile(groupOf.get(part))}';`
	}
	function textOf(part) {
		const { text } = made.get(part)
		const imports = parseSync(part, text).module.staticImports.filter(({ moduleRequest }) => {
			const group = groupOf.get(basename(moduleRequest.value))
			return group !== undefined && group.length > 1 && group !== groupOf.get(part)
		})
		let [rest, at] = ['', 0]
		for (const { start, end, moduleRequest, entries } of imports) {
			rest += text.slice(at, start) + fromWhole(basename(moduleRequest.value), entries)
			at = end
		}
		return rest + text.slice(at)
	}
	const plugin = {
		name: 'join-parts',
		setup({ onResolve, onLoad }) {
			onResolve({ filter: /^(?:part|joined|name):/ }, ({ path }) => {
				const [namespace, name] = path.split(':')
				return { namespace, path: name }
			})
			onResolve({ filter: /^\.\// }, ({ path, kind, importer }) => {
				const part = basename(path)
				const isMine = kind === 'import-statement' && groupOf.get(part) === groupOf.get(importer)
				if (isMine && groupOf.has(part)) return { namespace: 'part', path: part }
				return { path: made.has(part) ? `./${fileOf(part)}` : path, external: true }
			})
			onLoad({ filter: /./, namespace: 'part' }, ({ path }) => ({ contents: textOf(path) }))
			onLoad({ filter: /./, namespace: 'joined' }, ({ path }) => ({
				contents: groupOf
					.get(path)
					.map(
						(part) =>
							`export ${list(made.get(part).exports, (name) => `${name} as ${nameIn(part, name)}`)} from 'part:${part}'`,
					)
					.join('\n'),
			}))
			// What is loaded by import() keeps a file with its name.
			onLoad({ filter: /./, namespace: 'name' }, ({ path }) => ({
				contents: `export ${list(made.get(path).exports, (name) => `${nameIn(path, name)} as ${name}`)} from './${joinedFile(groupOf.get(path))}'`,
			}))
		},
	}
	const entry = (kind, part, file) => ({ in: `${kind}:${part}`, out: file.replace(/\.js$/, '') })
	const { metafile } = await build({
		...options,
		metafile: true,
		entryPoints: groups.flatMap((group) =>
			group.length === 1
				? [entry('part', group[0], fileOf(group[0]))]
				: [
						entry('joined', group[0], joinedFile(group)),
						...group
							.filter((part) => made.get(part).isEntry)
							.map((part) => entry('name', part, fileOf(part))),
					],
		),
		plugins: [plugin],
	})
	const files = Object.fromEntries(
		Object.entries(metafile.outputs).map(([path, output]) => [
			basename(path),
			{ ...output, imports: output.imports.map((one) => ({ ...one, path: basename(one.path) })) },
		]),
	)
	return {
		files,
		loadedWith: (source) => loadedWith(files, fileOf(basename(partOf(outputs, source)))),
	}
}
