// Runs in a guest, as one bundle: brings the kernel into each situation that call sites and modules are read in, and
// prints what the observer says as one line of JSON. With `place` it only prints where the control file is; with `main` it
// leaves out what hides the files, which is the same on every kernel.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { release } from 'node:os'
import { findControl } from '../../../../src/host/dyndbg/dyndbg.ts'
import { createObserver } from '../../../../src/host/observer.ts'

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

/** Each is a FIN to a connection without an entry. */
const FINS = 12
const FIN_SITE = 'file net/netfilter/nf_conntrack_proto_tcp.c func tcp_new format "invalid new" '

/** What the built program says of packets that 6.1 is silent about: with their call site off, and on. */
function finReports() {
	sh(`modprobe nf_log_syslog
		ip netns add peer
		ip link add veth0 type veth peer name veth1 netns peer
		ip addr add 10.77.0.2/24 dev veth0; ip link set veth0 up
		ip -n peer addr add 10.77.0.1/24 dev veth1; ip -n peer link set veth1 up
		nft 'add table ip t; add chain ip t c { type filter hook input priority 0; }; add rule ip t c ct state invalid drop'
		ip netns exec peer ping -c 1 -W 2 10.77.0.2`)
	const report = () => {
		const fins = `ip netns exec peer hping3 -q -F -A -s 5000 -p 80 -c ${FINS} -i u20000 10.77.0.2`
		// Asked for one protocol, it names no packet by a copy.
		sh(
			`ctscope run --protocol tcp --source kmsg --json /tmp/report.json --force -- ${fins} >/tmp/said 2>&1 || true`,
		)
		return {
			...JSON.parse(readFileSync('/tmp/report.json', 'utf8')),
			said: readFileSync('/tmp/said', 'utf8'),
		}
	}
	sh(`echo 'file net/netfilter/nf_conntrack_proto_tcp.c =_' >${CONTROL}`)
	const off = report()
	sh(`echo '${FIN_SITE} +pmfl' >${CONTROL}`)
	const on = report()
	sh(`echo '${FIN_SITE} =_' >${CONTROL}; nft delete table ip t; ip netns del peer; rmmod nf_log_syslog`)
	return { sent: FINS, off, on }
}

async function situations() {
	mkdirSync(EMPTY)
	const nothing = await look()
	sh('modprobe -a nf_conntrack nf_conntrack_netlink')
	sh(`echo 'file net/netfilter/nf_conntrack_proto_tcp.c +pmf' >${CONTROL}`)
	const loaded = await look()
	const control = readFileSync(CONTROL, 'utf8')
	const status = JSON.parse(sh('ctscope status --json'))
	if (process.argv[2] === 'main') return { nothing, loaded, control, status, fins: finReports() }
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
	const fins = finReports()
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
		fins,
	}
}

const result = process.argv[2] === 'place' ? findControl() : await situations()
process.stdout.write(`${JSON.stringify(result)}\n`)
