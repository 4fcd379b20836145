import type { Composition } from '../../../src/kernel/conntrack/conntrack-list.ts'
import type { FoundLease, HeldChange, LeaseView } from '../../../src/model/change.ts'
import type { HostFacts } from '../../../src/model/host-facts.ts'
import type { PrintkReading } from '../../../src/model/printk-reading.ts'
import type { Settings } from '../../../src/model/settings.ts'
import type { Surroundings } from '../../../src/model/surroundings.ts'
import type { Counters } from '../../../src/model/table-readings.ts'
import type { Failure } from '../../../src/words/failure.ts'

export const FACTS: HostFacts = {
	hostname: 'web-07',
	kernel: '6.18.44',
	netns: { inode: 4026531840, name: 'init', initial: true },
	user: { uid: 0, name: 'root', sudoUser: 'alice' },
	systemd: true,
	capNetAdmin: true,
	tools: { conntrack: 'v1.4.7', nft: 'v1.0.6', iptables: null, tcpdump: null, setpriv: null },
	missing: [],
}

/** As FACTS, and all that NFLOG needs is installed. */
export const WITH_NFLOG: HostFacts = {
	...FACTS,
	tools: { ...FACTS.tools, tcpdump: '4.99.3', setpriv: '2.38.1' },
}

/** What the fake kernel reads before anybody changes it. */
export const VALUES: Readonly<Record<string, string>> = {
	log_invalid: '0',
	'nf_log.2': 'nf_log_ipv4',
	'nf_log.10': 'NONE',
	nf_log_all_netns: '0',
	printk: '4 4 1 7',
	tcp_be_liberal: '0',
	tcp_loose: '1',
	tcp_timeout_established: '432000',
}

const LOGGERS = [
	{ family: 2, bound: 'nf_log_ipv4', available: ['nf_log_ipv4', 'nfnetlink_log'] },
	{ family: 10, bound: null, available: ['nf_log_ipv6', 'nfnetlink_log'] },
]

/** A plain router: nothing stands in the way. */
export const SURROUNDINGS: Surroundings = {
	at: 0,
	reversePath: { strict: [], loose: ['eth0', 'eth1'], dropped: 0 },
	bridges: null,
	ports: [],
	virtualServers: null,
	xdp: [],
	ingress: [],
	cards: [{ name: 'eth0', checksRx: true, joinsLarge: false, overAllowance: undefined }],
	missing: [],
}

/** A kernel without dynamic debug. */
export const PRINTK: PrintkReading = {
	at: 0,
	path: null,
	why: 'this kernel was built without dynamic debug',
	next: '',
	canMount: false,
	sites: [],
	unread: 0,
}

export const EMPTY_COMPOSITION: Composition = {
	entries: 0,
	byProtocol: {},
	byState: {},
	unreplied: 0,
	assured: 0,
	offload: 0,
	hwOffload: 0,
	notUnderstood: 0,
	samples: [],
}

export function countersOf(at: number, ...cpus: readonly Readonly<Record<string, number>>[]): Counters {
	const columns = [...new Set(cpus.flatMap((cpu) => Object.keys(cpu)))]
	return { at, proc: { columns, cpus }, cli: null }
}

export const NOT_PERMITTED: Failure = { kind: 'not-permitted', what: 'reading it', need: 'CAP_NET_ADMIN' }

export function settingsOf(
	at: number,
	kernel: ReadonlyMap<string, string>,
	listeners: Settings['listeners'] = null,
): Settings {
	const loggers = LOGGERS.map((row) => {
		const bound = kernel.get(`nf_log.${row.family}`) ?? 'NONE'
		return { ...row, bound: bound === 'NONE' ? null : bound }
	})
	return {
		at,
		values: Object.fromEntries(kernel),
		readOnly: {},
		loggers,
		listeners,
		consoles: [],
		count: 7,
		max: 262_144,
	}
}

export function foundLease(leaseId: string, rest: Partial<FoundLease> = {}): FoundLease {
	return {
		leaseId,
		owner: { uid: 0, user: 'root', sudoUser: 'bob', tty: 'pts/5', pid: 4471, pidStart: '99' },
		netnsInode: FACTS.netns.inode,
		isHere: true,
		isKnown: (rest.problem ?? '') === '',
		createdAt: 1_700_000_000_000,
		deadline: 700_000,
		alive: false,
		earlierBoot: false,
		changes: [heldChange({})],
		problem: '',
		...rest,
	}
}

export function heldChange(rest: Partial<HeldChange>): HeldChange {
	return {
		seq: 1,
		knob: 'log_invalid',
		class: 'logs-more',
		sysctl: 'net.netfilter.nf_conntrack_log_invalid',
		path: '/proc/sys/net/netfilter/nf_conntrack_log_invalid',
		purpose: 'log why packets are INVALID',
		was: '0',
		set: '255',
		now: '255',
		state: 'in-force',
		appliedAt: 1_700_000_000_000,
		endedAt: null,
		undoAt: 610_000,
		confirmBy: null,
		note: '',
		byHand: 'sysctl -w net.netfilter.nf_conntrack_log_invalid=0',
		...rest,
	}
}

export function leaseView(rest: Partial<LeaseView>): LeaseView {
	return {
		leaseId: 'L1',
		phase: 'holding',
		form: 'service',
		timer: true,
		netnsInode: FACTS.netns.inode,
		deadline: 610_000,
		persisted: false,
		changes: [heldChange({})],
		outcome: null,
		why: '',
		flood: null,
		...rest,
	}
}
