// Checks which room of src/ may import what, and that the pure rooms have no clock. Prints each breach; exits 1 when there is one.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const src = join(fileURLToPath(import.meta.url), '../../src')

/**
 * The rule of the house: a file imports from its own room, or from a floor below. From the ground up; rooms on one floor
 * do not know each other.
 */
const FLOORS = [
	['words', 'practice'],
	['kernel'],
	['model', 'reasons'],
	['changes'],
	['ports'],
	['investigation'],
	['app'],
	['ui', 'plain', 'recording'],
	['commands'],
	['cli.ts'],
]
/** They implement ports. Only commands puts them together with what looks through the ports. */
const ADAPTERS = {
	host: ['words', 'practice', 'kernel', 'model', 'changes', 'ports'],
	guard: ['words', 'kernel', 'model', 'changes', 'ports', 'host'],
}
const MAY_WIRE = { commands: ['host', 'guard'], 'cli.ts': ['host'] }
/** No clock, nothing of the outside. */
const PURE = ['words', 'kernel', 'model', 'reasons', 'changes', 'ports', 'investigation', 'app']

/** Packages and node: modules by room. */
const PACKAGES = {
	words: ['string-width', 'cli-truncate'],
	kernel: ['ipaddr.js'],
	changes: ['zod'],
	// node:module loads ink-table, which is CommonJS.
	ui: ['ink', 'react', 'node:module'],
	host: ['execa', 'node:*'],
	guard: ['zod', 'node:*'],
	commands: ['@commander-js/extra-typings', 'node:*'],
	'cli.ts': ['node:*'],
}

function roomsBelow(room) {
	if (room in ADAPTERS) return [room, ...ADAPTERS[room]]
	const floor = FLOORS.findIndex((rooms) => rooms.includes(room))
	if (floor < 0) return undefined
	return [room, ...FLOORS.slice(0, floor).flat(), ...(MAY_WIRE[room] ?? [])]
}

/** Modules that reach outside the process, and where they may be imported. */
const EFFECTS = {
	'node:fs': ['host'],
	'node:fs/promises': ['host'],
	execa: ['host'],
	'node:child_process': ['host'],
	'ink-table': ['ui/components'],
	// What writes to the kernel: the guard, and revert when the guard is gone.
	'host/write/write.ts': ['host/write', 'guard', 'commands/revert/guard.ts'],
	'host/write/written.ts': ['host/write', 'guard'],
}
/** Whatever else is in this folder belongs to it: who writes goes by the table. */
const INSIDE = 'host/write'

/** What makes a file, in code without comments. A method of an open file is none of these. */
const MAKES =
	/\bO_CREAT\b|(?<!\.)\b(?:writeFile|appendFile|copyFile|cpSync|createWriteStream|mkdtemp)\w*|\b(?:openSync|open)\([^)]*['"](?:w|a|r\+)/
/** The one function for files of people, what records in the state directory, and what writes to /proc. */
const MAKERS = [
	'host/files/made-file.ts',
	'host/files/lease-store.ts',
	'host/nflog/starting-readers.ts',
	'host/process/identity.ts',
	'host/process/priority.ts',
]

const CLOCKS =
	/\b(Date\.now|new Date\(\)|performance\.now|process\.hrtime|setTimeout|setInterval|Math\.random)\b/

function files(folder) {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
		entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
	)
}

const IMPORT =
	/^\s*(?:import|export)\b[^'"]*?from\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm

const packageOf = (name) =>
	name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : name.split('/')[0]

const breaches = []
const used = new Set()
let imports = 0
for (const file of files(src)) {
	const path = relative(src, file)
	const room = path.split('/')[0]
	const rooms = roomsBelow(room)
	const packages = PACKAGES[room] ?? []
	const text = readFileSync(file, 'utf8')
	const say = (what) => breaches.push(`src/${path}: ${what}`)
	if (!rooms) {
		say('is in no room of scripts/boundaries.js')
		continue
	}
	for (const match of text.matchAll(IMPORT)) {
		imports++
		const name = match[1] ?? match[2] ?? match[3]
		const inside = name.startsWith('.')
		const target = inside ? normalize(join(dirname(path), name)) : name
		const effect = EFFECTS[target] ?? (dirname(target) === INSIDE ? [INSIDE] : undefined)
		if (effect && !effect.some((place) => path.startsWith(place)))
			say(`imports ${target}, which belongs to ${effect.join(', ')}`)
		if (inside && !rooms.includes(target.split('/')[0])) say(`imports ${target}: ${room} may not`)
		if (inside) continue
		const allowance = packages.find(
			(one) => one === packageOf(name) || one === name || (one === 'node:*' && name.startsWith('node:')),
		)
		if (allowance === undefined) say(`imports ${name}: ${room} may not`)
		else used.add(`${room} ${allowance}`)
	}
	const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
	const makes = MAKERS.includes(path) ? null : MAKES.exec(code)
	if (makes) say(`makes files with ${makes[0]}: host/files/made-file.ts alone does`)
	if (PURE.includes(room)) {
		const clock = CLOCKS.exec(code)
		if (clock) say(`uses ${clock[1]}: time comes in as an argument here`)
	}
	const exit = /\bprocess\.exit\(/.test(text)
	if (exit && !['cli.ts', 'ui/terminal/terminal.ts'].includes(path))
		say('calls process.exit: only cli.ts and ui/terminal/terminal.ts may')
}
for (const [room, packages] of Object.entries(PACKAGES))
	for (const one of packages)
		if (!used.has(`${room} ${one}`))
			breaches.push(`scripts/boundaries.js: ${room} does not use ${one} any more`)

for (const breach of breaches) console.log(breach)
console.log(`boundaries: ${imports} imports, ${breaches.length} breaches`)
process.exitCode = breaches.length === 0 ? 0 : 1
