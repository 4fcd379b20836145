// One guest as a process: QEMU without KVM, its disks, and a channel of its own for each thing that goes in or out.
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'

/** Channels of the guest, in the order of their descriptors in QEMU from 6 on. */
const PORTS = ['control', 'program', 'stdin', 'stdout', 'stderr', 'files']
const CONSOLE_FD = 3
/** Commands to QEMU itself, as JSON. */
const MONITOR_FD = 4
const STATE_FD = 5
const PORTS_FD = 6

/** Emulated, it runs Node in half the time of 'max', whose wide registers and page tables have to be carried along. */
const CPU = 'Nehalem,+rdrand'

/** MiB: what an attacker takes of it, with all files of the guest in memory, has to leave enough for the rest. */
const MEMORY = '2048'

const KERNEL_ARGS = [
	...['console=ttyS0', 'loglevel=4', 'panic=-1', 'rdinit=/init'],
	// Emulated, these cost time and protect nobody.
	...[
		'mitigations=off',
		'nokaslr',
		'norandmaps',
		'no_timer_check',
		'random.trust_cpu=on',
		'cryptomgr.notests',
	],
]

/**
 * The answer has a stream for each port, `console` and `monitor`. QEMU dies with this process, however that ends.
 * With `isSaved`, the guest goes on from what is in the file `state`; without, it boots, and SAVE fills that file.
 */
export function startQemu({ kernel, base, cores, state, isSaved, initrd }) {
	const disk = (name, file) => [
		...['-blockdev', `driver=file,node-name=${name}-file,filename=${file},read-only=on,locking=off`],
		...['-blockdev', `driver=raw,node-name=${name},file=${name}-file,read-only=on`],
		...['-device', `virtio-blk-pci,drive=${name}`],
	]
	const channel = (name, fd) => ['-chardev', `socket,id=${name},fd=${fd}`]
	const port = (name, at) => [
		...channel(name, PORTS_FD + at),
		...['-device', `virtserialport,chardev=${name},name=${name}`],
	]
	const args = [
		...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-machine', 'q35'],
		...['-accel', 'tcg,thread=multi', '-cpu', CPU, '-smp', `${cores}`, '-m', MEMORY],
		...['-kernel', join(kernel, 'vmlinuz'), '-initrd', initrd, '-append', KERNEL_ARGS.join(' ')],
		...channel('console', CONSOLE_FD),
		...['-serial', 'chardev:console'],
		...channel('monitor', MONITOR_FD),
		...['-mon', 'chardev=monitor,mode=control'],
		...disk('base', base),
		...disk('modules', join(kernel, 'modules.img')),
		...['-device', 'virtio-serial-pci', ...PORTS.flatMap(port)],
		...(isSaved ? ['-incoming', `fd:${STATE_FD}`] : []),
	]
	const stateFd = isSaved ? openSync(state, 'r') : 'ignore'
	const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...args], {
		stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', stateFd, ...PORTS.map(() => 'pipe')],
		// In its own session: ctrl-c reaches this process only, which ends the guest.
		detached: true,
		env: { ...process.env, GUEST_STATE: state },
	})
	if (isSaved) closeSync(stateFd)
	const streams = Object.fromEntries(PORTS.map((name, at) => [name, child.stdio[PORTS_FD + at]]))
	// A guest that is gone takes no more input.
	for (const stream of child.stdio) stream?.on('error', () => {})
	return {
		child,
		console: child.stdio[CONSOLE_FD],
		monitor: child.stdio[MONITOR_FD],
		complaints: child.stderr,
		...streams,
	}
}

/** What QEMU is told to put the whole guest into its state file, and to tell when it is there: docs/interop/qmp-spec.txt. */
export const SAVE = [
	{ execute: 'qmp_capabilities' },
	{
		execute: 'migrate-set-capabilities',
		arguments: { capabilities: [{ capability: 'events', state: true }] },
	},
	{ execute: 'migrate-set-parameters', arguments: { 'max-bandwidth': 2 ** 40 } },
	{ execute: 'migrate', arguments: { uri: 'exec:cat >"$GUEST_STATE"' } },
]
