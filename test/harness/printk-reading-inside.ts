// Runs in a guest, as one bundle: brings the kernel into each situation that call sites and modules are read in, and
// prints what the observer says as one line of JSON. With `place` it only prints where the control file is.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { release } from 'node:os'
import { findControl } from '../../src/host/dyndbg.ts'
import { createObserver } from '../../src/host/observer.ts'

const CONTROL = '/proc/dynamic_debug/control'
const MODULES = `/lib/modules/${release()}`
const EMPTY = '/tmp/empty'

const sh = (command: string) => execFileSync('bash', ['-c', command], { encoding: 'utf8' })

async function look() {
	// A new one each time: what is built in is asked once.
	const observer = createObserver()
	const printk = await observer.printk()
	const modules = await observer.modules()
	if (!printk.ok || !modules.ok) return { printk, modules }
	const { sites, ...place } = printk.value
	return { ...place, sites, modules: Object.fromEntries(modules.value.map((one) => [one.name, one])) }
}

async function situations() {
	mkdirSync(EMPTY)
	const nothing = await look()
	sh('modprobe -a nf_conntrack nf_conntrack_netlink')
	sh(`echo 'file net/netfilter/nf_conntrack_proto_tcp.c +pmf' >${CONTROL}`)
	const loaded = await look()
	const control = readFileSync(CONTROL, 'utf8')
	const status = JSON.parse(sh('ctscope status --json'))
	sh(`mount --bind ${EMPTY} /proc/dynamic_debug`)
	const unmounted = await look()
	sh('mkdir /tmp/dbg && mount -t debugfs none /sys/kernel/debug')
	const debugfs = await look()
	const setpriv = 'setpriv --reuid 65534 --regid 65534 --clear-groups'
	const notRoot = JSON.parse(sh(`${setpriv} ${process.execPath} ${process.argv[1]} place`))
	sh('mount -t securityfs none /sys/kernel/security && echo integrity >/sys/kernel/security/lockdown')
	const locked = await look()
	sh('umount /proc/dynamic_debug')
	const lockedProc = await look()
	sh(`mount --bind ${EMPTY} ${MODULES}`)
	const noFolder = await look()
	sh(`umount ${MODULES} && echo 1 >/proc/sys/kernel/modules_disabled`)
	const closed = await look()
	return {
		nothing,
		loaded,
		control,
		status,
		unmounted,
		debugfs,
		notRoot,
		locked,
		lockedProc,
		noFolder,
		closed,
	}
}

const result = process.argv[2] === 'place' ? findControl() : await situations()
process.stdout.write(`${JSON.stringify(result)}\n`)
