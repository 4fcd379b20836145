// What a machine must have for guests to run on it.
import { missingPackages } from '../setup.js'

/** Tools that make and run guests: installed by the script that runs the tests when they are missing. */
export const HOST_TOOLS = {
	'qemu-system-x86_64': 'qemu-system-x86',
	busybox: 'busybox-static',
	depmod: 'kmod',
	'mkfs.ext4': 'e2fsprogs',
	xz: 'xz-utils',
	setpriv: 'util-linux',
}

/** Why no guest can run here, `more` tools being needed, and what to do about it; undefined when one can. */
export function whyNot(more = {}) {
	if (process.platform !== 'linux' || process.arch !== 'x64')
		return `the guests are amd64, and so must be the machine (this is ${process.platform} on ${process.arch})`
	if (missingPackages({ 'apt-get': 'apt', dpkg: 'dpkg' }).length > 0)
		return 'the kernels and tools come from Debian packages, and there is no apt here'
	if (process.getuid() !== 0) return 'root rights are missing: run it as root'
	const names = missingPackages({ ...HOST_TOOLS, ...more })
	if (names.length > 0)
		return `missing here: ${names.join(', ')}; get them with: apt-get install --no-install-recommends ${names.join(' ')}`
	return undefined
}
