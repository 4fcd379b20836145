// Checks which room of src/ may import what, and that the pure rooms have no clock. Prints each breach; exits 1 when there is one.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const src = join(fileURLToPath(import.meta.url), '../../src')

const PURE = ['kernel', 'reasons', 'changes', 'investigation']
const VIEW = ['ink', 'ink-table', 'react', '@inkjs/ui']
/** Types only: importing it never brings an adapter along. */
const PORTS = 'ports/observer.ts'

/** For each room: the rooms and files of src/ that it may import, and the packages and node: modules. */
const ROOMS = {
	kernel: { rooms: ['kernel', 'failure.ts'], packages: ['ipaddr.js'] },
	reasons: { rooms: ['kernel', 'reasons', 'failure.ts'], packages: [] },
	changes: { rooms: ['kernel', 'changes', 'failure.ts', PORTS], packages: ['zod'] },
	investigation: { rooms: [...PURE, 'failure.ts', PORTS], packages: [] },
	app: {
		rooms: [...PURE, 'practice', 'app', 'failure.ts', PORTS],
		packages: ['string-width', 'cli-truncate'],
	},
	practice: { rooms: ['practice'], packages: [] },
	ui: {
		rooms: ['app', ...PURE, 'ui', 'failure.ts', PORTS],
		// node:module loads ink-table, which is CommonJS.
		packages: [...VIEW, 'string-width', 'cli-truncate', 'node:module'],
	},
	host: {
		rooms: ['kernel', 'changes', 'practice', 'host', 'failure.ts'],
		packages: ['execa', 'zod', 'node:*'],
	},
	guard: { rooms: ['kernel', 'changes', 'host', 'guard', 'failure.ts'], packages: ['zod', 'node:*'] },
	commands: { rooms: ['*'], packages: ['commander', 'node:*'] },
	'cli.ts': { rooms: ['commands', 'host', 'failure.ts', 'kernel'], packages: ['commander', 'node:*'] },
	'failure.ts': { rooms: [], packages: [] },
}

/** Modules that reach outside the process, and where they may be imported. */
const EFFECTS = {
	'node:fs': ['host'],
	'node:fs/promises': ['host'],
	execa: ['host'],
	'node:child_process': ['host'],
	'ink-table': ['ui/components'],
	// What writes to the kernel: the guard, and revert when the guard is gone.
	'host/write/write.ts': ['host/write', 'guard', 'commands/revert/revert.ts', 'commands/revert/guard.ts'],
	'host/write/call-site.ts': ['host/write'],
	'host/write/module.ts': ['host/write'],
	'host/write/mount.ts': ['host/write'],
	'host/write/table.ts': ['host/write'],
	'host/write/far.ts': ['host/write'],
	'host/write/file.ts': ['host/write'],
}

/** What makes a file, in code without comments. A method of an open file is none of these. */
const MAKES =
	/\bO_CREAT\b|(?<!\.)\b(?:writeFile|appendFile|copyFile|cpSync|createWriteStream|mkdtemp)\w*|\b(?:openSync|open)\([^)]*['"](?:w|a|r\+)/
/** The one function for files of people, what records in the state directory, and what writes to /proc. */
const MAKERS = [
	'host/files/made-file.ts',
	'host/files/lease-store.ts',
	'host/nflog/starting-readers.ts',
	'host/process/identity.ts',
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

const covers = (allowed, path) => allowed === '*' || path === allowed || path.startsWith(`${allowed}/`)
const packageOf = (name) =>
	name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : name.split('/')[0]

const breaches = []
let imports = 0
for (const file of files(src)) {
	const path = relative(src, file)
	const room = path.split('/')[0]
	const rule = ROOMS[room]
	const text = readFileSync(file, 'utf8')
	const say = (what) => breaches.push(`src/${path}: ${what}`)
	if (!rule) {
		say('is in no room of scripts/boundaries.js')
		continue
	}
	for (const match of text.matchAll(IMPORT)) {
		imports++
		const name = match[1] ?? match[2] ?? match[3]
		const inside = name.startsWith('.')
		const target = inside ? normalize(join(dirname(path), name)) : name
		const effect = EFFECTS[target]
		if (effect && !effect.some((place) => path.startsWith(place)))
			say(`imports ${target}, which belongs to ${effect.join(', ')}`)
		if (inside && !rule.rooms.some((allowed) => covers(allowed, target)))
			say(`imports ${target}: ${room} may not`)
		const isAllowedPackage =
			rule.packages.includes(packageOf(name)) ||
			(rule.packages.includes('node:*') && name.startsWith('node:'))
		if (!inside && !isAllowedPackage) say(`imports ${name}: ${room} may not`)
	}
	const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
	const makes = MAKERS.includes(path) ? null : MAKES.exec(code)
	if (makes) say(`makes files with ${makes[0]}: host/files/made-file.ts alone does`)
	if ([...PURE, 'app'].includes(room)) {
		const clock = CLOCKS.exec(code)
		if (clock) say(`uses ${clock[1]}: time comes in as an argument here`)
	}
	const exit = /\bprocess\.exit\(/.test(text)
	if (exit && !['cli.ts', 'ui/terminal/terminal.ts'].includes(path))
		say('calls process.exit: only cli.ts and ui/terminal/terminal.ts may')
}

for (const breach of breaches) console.log(breach)
console.log(`boundaries: ${imports} imports, ${breaches.length} breaches`)
process.exitCode = breaches.length === 0 ? 0 : 1
