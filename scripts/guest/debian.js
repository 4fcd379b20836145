// A Debian of some suite, made with debootstrap, as the root of a guest: with systemd, and quick to boot where it is emulated.
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { answerOf } from './command.js'

/** What run.sh and systemd need in each of them. */
const BASE = ['systemd-sysv', 'dbus', 'procps', 'iproute2', 'kmod', 'busybox-static', 'tmux']

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
export const DEBIAN_TOOLS = { debootstrap: 'debootstrap' }

/** Fills `tree` with the suite and `packages`, and `files` by their paths in it, without `unwanted` folders; `more` may go on in it. */
export function debianTree(tree, { suite, packages, files = {}, unwanted = [], more = () => {} }) {
	const include = `--include=${[...BASE, ...packages].join(',')}`
	answerOf('debootstrap', ['--variant=minbase', include, suite, tree], { timeout: 900_000 })
	for (const folder of ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/locale', ...unwanted])
		rmSync(join(tree, folder), { recursive: true, force: true })
	for (const [path, text] of Object.entries({ ...FILES, ...files })) {
		mkdirSync(dirname(join(tree, path)), { recursive: true })
		writeFileSync(join(tree, path), text)
	}
	const units = join(tree, 'etc/systemd/system')
	for (const unit of MASKED) {
		rmSync(join(units, unit), { force: true })
		symlinkSync('/dev/null', join(units, unit))
	}
	mkdirSync(join(units, 'multi-user.target.wants'), { recursive: true })
	symlinkSync('/etc/systemd/system/lab.service', join(units, 'multi-user.target.wants/lab.service'))
	if (existsSync(join(tree, 'etc/sudoers.d/lab'))) chmodSync(join(tree, 'etc/sudoers.d/lab'), 0o440)
	more()
	// The kernel fills it.
	rmSync(join(tree, 'dev'), { recursive: true })
	mkdirSync(join(tree, 'dev'))
}
