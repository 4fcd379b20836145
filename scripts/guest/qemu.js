// One guest as a process: QEMU without KVM, its disks, and a channel of its own for each thing that goes in or out.
import { spawn } from 'node:child_process'
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDir } from './cache.js'

/** Ports of the guest, in the order of their descriptors in QEMU from 4 on; 3 is the console. */
const PORTS = ['control', 'stdin', 'stdout', 'stderr', 'files']
const CONSOLE_FD = 3
const INITRD_FD = CONSOLE_FD + 1 + PORTS.length

/** Emulated, it runs Node in half the time of 'max', whose wide registers and page tables have to be carried along. */
const CPU = 'Nehalem,+rdrand'

const KERNEL_ARGS = [
	...['console=ttyS0', 'loglevel=4', 'panic=-1', 'rdinit=/init'],
	// Emulated, these cost time and protect nobody.
	...['mitigations=off', 'nokaslr', 'no_timer_check', 'random.trust_cpu=on', 'cryptomgr.notests'],
]

/** The answer has a stream for each port, and `console`. QEMU dies with this process, however that ends. */
export function startQemu({ kernel, base, initrd, memoryMib = 1024 }) {
	const disk = (name, file) => [
		...['-blockdev', `driver=file,node-name=${name}-file,filename=${file},read-only=on,locking=off`],
		...['-blockdev', `driver=raw,node-name=${name},file=${name}-file,read-only=on`],
		...['-device', `virtio-blk-pci,drive=${name}`],
	]
	const port = (name, at) => [
		...['-chardev', `socket,id=${name},fd=${CONSOLE_FD + 1 + at}`],
		...['-device', `virtserialport,chardev=${name},name=${name}`],
	]
	const args = [
		...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-machine', 'q35'],
		...['-accel', 'tcg,thread=multi', '-cpu', CPU, '-smp', '1', '-m', `${memoryMib}`],
		...['-kernel', join(kernel, 'vmlinuz'), '-initrd', `/proc/self/fd/${INITRD_FD}`],
		...['-append', KERNEL_ARGS.join(' ')],
		...['-chardev', `socket,id=console,fd=${CONSOLE_FD}`, '-serial', 'chardev:console'],
		...disk('base', base),
		...disk('modules', join(kernel, 'modules.img')),
		...['-device', 'virtio-serial-pci', ...PORTS.flatMap(port)],
	]
	const initrdFd = withoutName(initrd)
	const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...args], {
		stdio: ['ignore', 'ignore', 'pipe', 'pipe', ...PORTS.map(() => 'pipe'), initrdFd],
		// In its own session: ctrl-c reaches this process only, which ends the guest.
		detached: true,
	})
	closeSync(initrdFd)
	const streams = Object.fromEntries(PORTS.map((name, at) => [name, child.stdio[CONSOLE_FD + 1 + at]]))
	// A guest that is gone takes no more input.
	for (const stream of child.stdio) stream?.on('error', () => {})
	return { child, console: child.stdio[CONSOLE_FD], complaints: child.stderr, ...streams }
}

/** A file that only its descriptor leads to, so that nothing is left of it in any case. */
function withoutName(bytes) {
	const path = join(cacheDir, `.new-initrd-${process.pid}`)
	const file = openSync(path, 'wx+', 0o600)
	unlinkSync(path)
	for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
	return file
}
