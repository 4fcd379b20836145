// npm test: sets up what the tests need (packages, bundle, Debian tools), then runs all of them but those in a whole
// Debian with systemd, which take minutes. Arguments go to vitest.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
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

const PROJECTS = ['pure', 'kernel', 'lab', 'cases', 'apart', 'packages'].flatMap((name) => [
	'--project',
	name,
])

const given = process.argv.slice(2)
const args = given.includes('--project') ? given : [...PROJECTS, ...given]
const guestTools = {
	...LAB_TOOLS,
	...(args.includes('system') ? DEBIAN_TOOLS : {}),
}

install()
installDebianPackages(missingPackages({ ...TOOLS, ...(process.arch === 'x64' ? guestTools : {}) }))
const promtool = await unpacked('prometheus', 'usr/bin/promtool')
const results = join(root, 'node_modules/.cache/ctscope')
mkdirSync(results, { recursive: true })
const { status } = spawnSync(node, ['node_modules/vitest/vitest.mjs', 'run', ...args], {
	cwd: root,
	stdio: 'inherit',
	env: {
		...process.env,
		PATH: [process.env.PATH, '/usr/local/sbin', '/usr/sbin', '/sbin', promtool ?? []].flat().join(':'),
	},
})
process.exit(status ?? 1)
