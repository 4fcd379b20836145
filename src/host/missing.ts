import { parseNfLog } from '../kernel/nflog/nf-log.ts'
import type { HostFacts, MissingThing } from '../model/host-facts.ts'
import { describe, type Failure } from '../words/failure.ts'
import { findControl } from './dyndbg/dyndbg.ts'
import { openKmsg } from './log/kmsg-source.ts'
import { notWritable, readText, exists as there } from './tools/proc-fs.ts'

const LOG_INVALID = '/proc/sys/net/netfilter/nf_conntrack_log_invalid'

/** What cannot be seen or done here, why, and how to get it. Looks at files only; the most needed comes first. */
export function missingThings(
	facts: Omit<HostFacts, 'missing'>,
	/** Why conntrack(8) may not be asked. */
	conntrackRefusal: Failure | undefined,
): readonly MissingThing[] {
	const missing: MissingThing[] = []
	const root = facts.user.uid === 0
	if (!facts.capNetAdmin) {
		missing.push({
			what: 'the table, and every change',
			why: 'this needs CAP_NET_ADMIN, and this process does not have it',
			next: root ? 'run it on the host, or give the container CAP_NET_ADMIN' : 'run it with sudo',
		})
	}
	const refused = facts.capNetAdmin ? notWritable(LOG_INVALID) : undefined
	if (refused !== undefined && there(LOG_INVALID)) {
		missing.push({
			what: 'every change',
			why: `${LOG_INVALID} cannot be written: ${refused}`,
			next: 'in a container, run ctscope on the host, with --netns PID of a process of the container',
		})
	}
	if (!there(LOG_INVALID)) {
		missing.push({
			what: 'connection tracking',
			why: `${LOG_INVALID} does not exist: nf_conntrack is not loaded, or hidden here`,
			next: 'modprobe nf_conntrack',
		})
	} else if (!there('/proc/net/stat/nf_conntrack')) {
		missing.push({
			what: 'the counters in /proc',
			why: 'this kernel was built without CONFIG_NF_CONNTRACK_PROCFS: conntrack -S is asked instead',
			next: facts.tools.conntrack === null ? 'install conntrack: apt install conntrack' : '',
		})
	}
	if (facts.tools.conntrack === null) {
		missing.push({
			what: 'the entries of the table',
			why: 'the program conntrack was not found',
			next: 'apt install conntrack (dnf install conntrack-tools, apk add conntrack-tools)',
		})
	} else if (conntrackRefusal !== undefined) {
		const { detail, next } = describe(conntrackRefusal)
		missing.push({ what: 'the entries of the table', why: detail, next })
	}
	const log = openKmsg()
	if (log.ok) log.value.close()
	else {
		const { detail, next } = describe(log.failure)
		missing.push({ what: 'the kernel log', why: detail, next })
	}
	const loggers = readText('/proc/net/netfilter/nf_log')
	if (loggers.ok && !parseNfLog(loggers.value).some((row) => row.available.includes('nf_log_ipv4'))) {
		missing.push({
			what: 'a logger for the kernel log',
			why: 'no module that writes packets to the kernel log is loaded: reasons of IPv4 packets cannot be printed',
			next: 'modprobe nf_log_syslog (up to Linux 5.12: modprobe nf_log_ipv4)',
		})
	}
	const control = findControl()
	if (control.path === null)
		missing.push({ what: 'the printk call sites', why: control.why, next: control.next })
	return missing
}
