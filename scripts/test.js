// npm test: sets up what the tests need (packages, bundle, Debian tools), then runs all of them. Arguments go to vitest.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { installDebianPackages, missingPackages, node, root, setup } from './setup.js'

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
}

setup()
installDebianPackages(missingPackages(TOOLS))
const results = join(root, 'node_modules/.cache/ctscope')
mkdirSync(results, { recursive: true })
const { status } = spawnSync(node, ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)], {
	cwd: root,
	stdio: 'inherit',
	env: { ...process.env, PATH: `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin` },
})
process.exit(status ?? 1)
