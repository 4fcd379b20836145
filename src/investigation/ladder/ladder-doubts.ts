import type { PrintkSite } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { Settings } from '../../model/settings.ts'
import { proposals } from '../../reasons/printk/printk-proposals.ts'
import { SILENT_PATHS } from '../../reasons/silent-paths.ts'
import type { Rung, Seen } from './rung.ts'

/**
 * Whether conntrack works on packets in this namespace. Since Linux 4.10 its hooks are only registered where a rule asks
 * for the state of a connection; no file says so, but entries and counters do.
 */
export function activeRung({ settings, totals }: Seen): Rung {
	const id = 'tracking'
	const question = 'Does conntrack track here?'
	const { count } = settings
	if (count === null && totals === undefined) {
		return {
			id,
			question,
			ok: false,
			answer: 'no',
			because: 'nf_conntrack is not loaded here: there is no nf_conntrack_count and no counter',
			next: 'modprobe nf_conntrack, and add a rule that asks for the ct state',
		}
	}
	if (count !== null && count > 0) {
		return {
			id,
			question,
			ok: true,
			answer: 'yes',
			because: count === 1 ? 'one entry in the table' : `${count} entries in the table`,
			next: '',
		}
	}
	const moved = Object.entries(totals ?? {}).find(([name, value]) => name !== 'entries' && value > 0)
	if (moved !== undefined) {
		return {
			id,
			question,
			ok: true,
			answer: 'yes',
			because: `the table is empty, but the counter ${moved[0]} has moved`,
			next: '',
		}
	}
	return {
		id,
		question,
		ok: true,
		answer: 'unknown',
		because: 'no entry and no counter above 0: perhaps no rule here asks for the ct state',
		next: 'conntrack starts with the first rule that does, such as: nft ... ct state invalid counter; or the packets are in another network namespace (--netns)',
	}
}

/** Settings and offloading that make single reasons silent; only those that do so here. */
export function hiddenRungs({ settings, offloaded, sites = [] }: Seen): readonly Rung[] {
	const { values } = settings
	const rungs: Rung[] = []
	if (values.tcp_be_liberal !== undefined && values.tcp_be_liberal !== '0') {
		rungs.push({
			id: 'window-reasons',
			question: 'Are TCP windows checked?',
			ok: true,
			answer: 'partly',
			because:
				'nf_conntrack_tcp_be_liberal is 1: packets outside the TCP window are accepted and not mentioned',
			next: 'to see them, set nf_conntrack_tcp_be_liberal to 0 (treats packets differently)',
			fix: 'tcp_be_liberal',
		})
	}
	if (values.tcp_no_window_check !== undefined && values.tcp_no_window_check !== '0') {
		rungs.push({
			id: 'window-reasons',
			question: 'Are TCP windows checked?',
			ok: true,
			answer: 'partly',
			because:
				'nf_conntrack_tcp_no_window_check is 1 (a patch of this vendor): no reason about the TCP window appears',
			next: 'to see them, set nf_conntrack_tcp_no_window_check to 0 (treats packets differently)',
			fix: 'tcp_no_window_check',
		})
	}
	if (values.tcp_loose === '0') {
		rungs.push({
			id: 'mid-stream',
			question: 'Does the kernel mention connections it joins in the middle?',
			ok: true,
			answer: 'partly',
			because:
				'nf_conntrack_tcp_loose is 0: a TCP packet of an unknown connection is INVALID without a line, unless it is a SYN',
			next: 'compare the counter with the lines; the difference may be these',
			fix: 'tcp_loose',
		})
	} else if (values.tcp_loose !== undefined && rungs.length === 0) {
		rungs.push({
			id: 'picked-up',
			question: 'Are windows checked of connections that were joined in the middle?',
			ok: true,
			answer: 'partly',
			because:
				'nf_conntrack_tcp_loose is on: entries taken up in the middle of a connection are liberal by themselves, and nothing is said of their windows',
			next: '',
			ordinary: true,
		})
	}
	if (values.checksum === '0') {
		rungs.push({
			id: 'checksum',
			question: 'Are checksums verified?',
			ok: true,
			answer: 'partly',
			because: 'nf_conntrack_checksum is 0: packets with a bad checksum are not INVALID and not mentioned',
			next: 'to see them, set nf_conntrack_checksum to 1 (treats packets differently)',
			fix: 'checksum',
		})
	}
	if (offloaded !== undefined && offloaded > 0) {
		rungs.push({
			id: 'offload',
			question: 'Do all packets pass conntrack?',
			ok: true,
			answer: 'partly',
			because: `${offloaded} entries are offloaded: their packets pass by, and the TCP window is out of date when they come back`,
			next: 'look for SEQ and ACK reasons of these flows; try without the flowtable',
		})
	}
	rungs.push({ ...SILENT_RUNG, next: silentNext(sites) })
	return rungs
}

/** Facts of every kernel: see the silent paths that Watch names for the counters at hand. */
const SILENT_RUNG: Rung = {
	id: 'silent-paths',
	question: 'Is every INVALID packet mentioned?',
	ok: true,
	answer: 'partly',
	because:
		'some checks print nothing: ICMP replies nobody asked for, ICMP errors of unknown connections, short TCP headers, before Linux 6.8 also TCP packets that cannot begin a connection; and packets marked notrack never come to conntrack',
	next: '',
	ordinary: true,
}

/** Call sites that are named; the screen has them all. */
const NAMED = 2

/** Call sites of this kernel whose line means just such a packet. */
function silentNext(sites: readonly PrintkSite[]): string {
	const any = SILENT_PATHS.map(({ id }) => ({ id, standing: 'possible' as const }))
	const names = proposals(sites, any)
		.filter(({ exact }) => exact)
		.map(({ site }) => `"${site.format.trim()}" of ${site.func}`)
	const unique = [...new Set(names)]
	if (unique.length === 0) return ''
	const more = unique.length > NAMED ? `, and ${unique.length - NAMED} more` : ''
	return `for some of them a call site of dynamic debug prints a line (Printk, key 4): ${unique.slice(0, NAMED).join(', ')}${more}`
}

export function lostRung({ source, lost, lostInSocket = 0 }: Seen): Rung | undefined {
	const nflog = source === 'nflog'
	const count = nflog ? lostInSocket : lost
	if (count === 0) return undefined
	return {
		id: 'lost',
		question: nflog ? 'Did every message reach us?' : 'Did every record reach us?',
		ok: true,
		answer: 'partly',
		because: nflog
			? `${count} messages did not fit into the socket of our reader: packets came faster than they could be read`
			: `the kernel overwrote ${count} records before they were read: its log buffer is too small for this rate`,
		next: nflog
			? 'log one protocol only'
			: 'log one protocol only, read NFLOG, which has no such buffer (--source nflog), or boot with a larger log_buf_len',
		fix: 'log_invalid',
	}
}

/** log_invalid lines are notices (level 5): a console level above 5 prints every one of them on the console. */
export function consoleRung({ values }: Settings): Rung | undefined {
	const level = Number.parseInt(values.printk ?? '', 10)
	if (Number.isNaN(level)) return undefined
	if (level <= 5)
		return {
			id: 'console',
			question: 'Are the lines in the kernel log only?',
			ok: true,
			answer: 'yes',
			because: `the console level is ${level} and these lines are notices (5): look for them in the kernel log, not on the console`,
			next: '',
		}
	return {
		id: 'console',
		question: 'Are the lines printed on the console too?',
		ok: true,
		answer: 'yes',
		because: `the console level is ${level}: every line goes to the console as well, and a serial console slows the host down`,
		next: 'set the console level to 4 while logging',
		fix: 'printk',
	}
}

/**
 * From Linux 4.16 to 5.0 the test before the log call was wrong and no line was ever printed; vendors repaired it in
 * kernels of the same number, so the number is a hint and not an answer.
 */
export function oldKernelRung({ kernel, settings, totals, packetLines }: Seen): Rung | undefined {
	const [, major = 0, minor = 0] = (/^(\d+)\.(\d+)/.exec(kernel) ?? []).map(Number)
	const suspect = (major === 4 && minor >= 16) || (major === 5 && minor === 0)
	const asked = settings.values.log_invalid !== undefined && settings.values.log_invalid !== '0'
	if (!suspect || packetLines > 0 || !asked || (totals?.invalid ?? 0) === 0) return undefined
	return {
		id: 'old-kernel',
		question: 'Can this kernel log INVALID packets at all?',
		ok: true,
		answer: 'unknown',
		because: `kernels from 4.16 to 5.0 without a later repair never print these lines, and this is ${kernel}`,
		next: 'if lines stay away while the counter rises, install a newer kernel of your distribution',
	}
}
