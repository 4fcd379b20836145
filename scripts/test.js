// npm test: sets up what the tests need (packages, bundle, Debian tools), then runs all of them but those in a whole
// Debian with systemd, which take minutes. Arguments go to vitest.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DEBIAN_TOOLS } from './guest/debian.js'
import { HOST_TOOLS as LAB_TOOLS } from './guest/missing.js'
import { install, installDebianPackages, missingPackages, node, root } from './setup.js'
import { unpacked } from './unpacked.js'

const TOOLS = {
	conntrack: 'conntrack',
	iptables: 'iptables',
	nft: 'nftables',
	hping3: 'hping3',
	tcpdump: 'tcpdump',
	tshark: 'tshark',
	python3: 'python3',
	ip: 'iproute2',
	nsenter: 'util-linux',
	tmux: 'tmux',
	strace: 'strace',
	ps: 'procps',
	'stress-ng': 'stress-ng',
	xz: 'xz-utils',
	bzip2: 'bzip2',
	rpmbuild: 'rpm',
	rpm2cpio: 'rpm2cpio',
	cpio: 'cpio',
	mandoc: 'mandoc',
	zsh: 'zsh',
	fish: 'fish',
	'ansible-playbook': 'ansible-core',
}

/**
 * What `npm test` runs, one stage after the other. The groups of a stage are run at the same time: the kernel of this machine is left
 * alone by those that share the first one.
 */
const STAGES = [
	[['kernel'], ['pure', 'lab', 'packages']],
	// In namespaces, of which the tests of all that there are would see too many.
	[['apart', 'cases']],
]

const given = process.argv.slice(2)
const isWhole = given.length === 0
const all = STAGES.flat(2)
const projects = (names) => names.flatMap((name) => ['--project', name])
const args = isWhole || given.includes('--project') ? given : [...projects(all), ...given]
const guestTools = {
	...LAB_TOOLS,
	...(args.includes('system') ? DEBIAN_TOOLS : {}),
}

install()
installDebianPackages(missingPackages({ ...TOOLS, ...(process.arch === 'x64' ? guestTools : {}) }))
const promtool = await unpacked('prometheus', 'usr/bin/promtool')
const results = join(root, 'node_modules/.cache/ctscope')
mkdirSync(results, { recursive: true })
const options = {
	cwd: root,
	env: {
		...process.env,
		PATH: [process.env.PATH, '/usr/local/sbin', '/usr/sbin', '/sbin', promtool ?? []].flat().join(':'),
	},
}
const vitest = (...more) => ['node_modules/vitest/vitest.mjs', 'run', ...more]
process.exitCode = isWhole
	? await inStages()
	: (spawnSync(node, vitest(...args), { ...options, stdio: 'inherit' }).status ?? 1)

/** Runs them all, and sums up what they leave: the failures, the promises, the results of all. */
async function inStages() {
	const parts = join(results, 'parts')
	rmSync(parts, { recursive: true, force: true })
	const statuses = []
	for (const stage of STAGES)
		statuses.push(...(await Promise.all(stage.map((names) => runGroup(names, parts)))))
	const reporters = ['minimal', 'json', './scripts/promises-reporter.ts'].map((name) => `--reporter=${name}`)
	const sum = vitest(`--merge-reports=${parts}`, ...projects(all), ...reporters)
	const { status } = spawnSync(node, sum, { ...options, stdio: 'inherit' })
	return [...statuses, status ?? 1].find((one) => one !== 0) ?? 0
}

/** Its lines are passed on whole, since another group prints at the same time. The answer is the exit status. */
function runGroup(names, parts) {
	const blob = [
		'--reporter=default',
		'--reporter=blob',
		`--outputFile.blob=${join(parts, `${names[0]}.json`)}`,
	]
	const child = spawn(node, vitest(...projects(names), ...blob), {
		...options,
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { ...options.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
	})
	for (const [from, to] of [
		[child.stdout, process.stdout],
		[child.stderr, process.stderr],
	])
		createInterface({ input: from }).on('line', (line) => to.write(`${line}\n`))
	return new Promise((resolve) => child.once('close', (status) => resolve(status ?? 1)))
}
