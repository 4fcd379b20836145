import type { Btf } from '../btf/btf.ts'
import { type EntryShape, entryShape } from './entry-shape.ts'
import {
	addressFields,
	argumentFields,
	entryFields,
	entryNet,
	formatFields,
	hookFields,
	INNER,
	innerFields,
	type ProbedFunction,
	packetFields,
	probedFunction,
	structFields,
} from './probe-fields.ts'
import { createLayout, type ProbeField, type ProbeLayout } from './probe-layout.ts'

export type ProbeName =
	/** nf_ct_l4proto_log_invalid: conntrack complains about a packet that has an entry. */
	| 'ct'
	/** The same, where the text is handed over as one of its own (struct va_format). */
	| 'ct_inner'
	/** nf_l4proto_log_invalid: about one that has none. */
	| 'l4'
	/** nf_ct_helper_log: a helper drops a packet. */
	| 'helper'
	/** nf_conntrack_in returns, and the packet has no entry and is not untracked: it is INVALID. */
	| 'in'
	/** The same for kernels that do not know the arguments of a function at its end: entry and end of each protocol. */
	| 'tcp'
	| 'tcp_ret'
	| 'icmp'
	| 'icmp_ret'
	| 'icmp6'
	| 'icmp6_ret'
	/** Errors of ICMP are judged before they have an entry. */
	| 'err4'
	| 'err4_ret'
	| 'err6'
	| 'err6_ret'
	/** nf_ct_delete: an entry ends. */
	| 'end'
	/** __nf_conntrack_alloc returns: an entry is made. */
	| 'made'
	/** __nf_conntrack_confirm: its packet is let pass, and it goes into the table. */
	| 'confirm'
	/** nf_conntrack_hash_check_insert: somebody puts an entry of his own into the table. */
	| 'insert'
	/** nf_ct_delete, once more: it is taken out of the table. */
	| 'out'
	/** nf_conntrack_free: nobody uses it any more. */
	| 'free'

/** One probe, as it is to be defined (Documentation/trace/kprobetrace.rst, fprobetrace.rst). */
export type Probe = {
	readonly name: ProbeName
	readonly function: string
	/** Of tracefs: what it is appended to. */
	readonly file: 'kprobe_events' | 'dynamic_events'
	readonly kind: 'p' | 'r' | 'f'
	/** For the `filter` of the event; null for none. */
	readonly filter: string | null
	readonly layout: ProbeLayout
	/** Number of the argument that is the format of a reason; null where it is not known, or where there is none. */
	readonly format: number | null
	/** Where the parts of an entry are; null where none is read. */
	readonly shape: EntryShape | null
	readonly littleEndian: boolean
	/** It is looked at for each packet, not only for those that conntrack complains about. */
	readonly isOnEveryPacket: boolean
}

export type ProbeOptions = {
	/** `process.arch`. */
	readonly architecture: string
	/** A number of 32 bits that nobody else knows: each event ends with it. */
	readonly secret: number
}

/** The arguments of a function that a probe can name (regs_get_kernel_argument): on amd64 those on the stack too. */
const REGISTERS: Readonly<Record<string, number>> = { x64: 16, arm64: 8 }

/** enum ip_conntrack_status: the first packet of a confirmed entry has been let pass. */
const CONFIRMED = 1 << 3
/** -NF_ACCEPT: what a protocol answers for an INVALID packet. */
const INVALID = -1
const NF_ACCEPT = 1

/** The end of each event; no number of another argument is behind it. */
export const endOf = ({ secret }: Pick<ProbeOptions, 'secret'>): string =>
	` z=0x${(secret >>> 0).toString(16)}`

/** The probes that say why: they cost nothing while conntrack has no complaint. */
export function reasonProbes(btf: Btf, options: ProbeOptions): Probe[] {
	const registers = REGISTERS[options.architecture] ?? 0
	const one = (
		name: ProbeName,
		of: string,
		filter: string | null,
		fieldsOf: (found: ProbedFunction) => ProbeField[],
	): Probe[] => {
		const found = probedFunction(btf, of)
		const fields = found === undefined ? [] : fieldsOf(found)
		if (found === undefined || fields.length === 0) return []
		const draft: Draft = {
			name,
			function: of,
			kind: 'p',
			filter,
			format: found.format,
			shape: shapeOf(btf, found),
		}
		return [probe(draft, fields, options, btf.littleEndian)]
	}
	const about = (found: ProbedFunction): ProbeField[] => [
		...aboutEntry(btf, found),
		...aboutPacket(btf, found),
	]
	const isAmd64 = options.architecture === 'x64'
	const withEntry = probedFunction(btf, 'nf_ct_l4proto_log_invalid')
	const inner = isAmd64 && withEntry !== undefined ? innerFields(btf, withEntry) : []
	return [
		// Where the inner text cannot be read, its packets are still told.
		...one('ct', 'nf_ct_l4proto_log_invalid', inner.length === 0 ? null : `fmt != "${INNER}"`, (found) => [
			...about(found),
			...formatFields(found, registers),
		]),
		...one('ct_inner', 'nf_ct_l4proto_log_invalid', `fmt == "${INNER}"`, (found) =>
			inner.length === 0 ? [] : [...about(found), ...inner],
		),
		// While log_invalid is on, the other one calls it with its own text in a va_format: told once is enough.
		...one('l4', 'nf_l4proto_log_invalid', `fmt != "${INNER}"`, (found) => [
			...protocolOf(found),
			...addressFields(found),
			...aboutPacket(btf, found),
			...formatFields(found, registers),
		]),
		...one('helper', 'nf_ct_helper_log', null, (found) => [
			...about(found),
			...(isAmd64 ? [CALLER] : []),
			...formatFields(found, registers),
		]),
	]
}

/**
 * Without type information nobody knows which argument is what. The format is the first one that points at a text, and
 * what it is filled with follows; there is no packet.
 */
export function reasonProbesWithoutTypes(options: ProbeOptions): Probe[] {
	const registers = Math.min(REGISTERS[options.architecture] ?? 0, LAST_ARGUMENT)
	const one = (name: ProbeName, of: string) =>
		probe(
			{ name, function: of, kind: 'p', filter: null },
			argumentFields(FIRST_FORMAT, registers),
			options,
			true,
		)
	return registers < FIRST_FORMAT
		? []
		: [one('ct', 'nf_ct_l4proto_log_invalid'), one('l4', 'nf_l4proto_log_invalid')]
}

/** The third of (skb, ct, fmt, ...), before 5.14. */
const FIRST_FORMAT = 3
const LAST_ARGUMENT = 10

function shapeOf(btf: Btf, found: ProbedFunction): EntryShape | null {
	const entry = found.pointing('nf_conn')
	return entry === undefined ? null : entryShape(btf, entry.id)
}

/** The function that has called: the return address is on the stack. */
const CALLER: ProbeField = { name: 'from', fetch: '$stack0', type: 'symbol' }

const protocolOf = (found: ProbedFunction): ProbeField[] => {
	const fetch = found.named('protonum')
	return fetch === undefined ? [] : [{ name: 'prot', fetch, type: 'u8' }]
}

function aboutEntry(btf: Btf, found: ProbedFunction): ProbeField[] {
	const entry = found.pointing('nf_conn')
	return entry === undefined ? [] : entryFields(btf, entry.argument, entry.id)
}

/** Before 5.14 the two functions were told nothing of the hook: the entry, or an argument of its own, has the namespace. */
function aboutPacket(btf: Btf, found: ProbedFunction): ProbeField[] {
	const skb = found.pointing('sk_buff')
	const state = found.pointing('nf_hook_state')
	const entry = found.pointing('nf_conn')
	const net = found.pointing('net')
	const where = (): ProbeField[] => {
		if (state !== undefined) return hookFields(btf, state.argument, state.id)
		if (net !== undefined) return structFields(btf, net.argument, net.id).number('net', 'ns.inum')
		return entry === undefined ? [] : entryNet(btf, entry.argument, entry.id)
	}
	return [...where(), ...(skb === undefined ? [] : packetFields(btf, skb.argument, skb.id))]
}

/**
 * The probes that show every INVALID packet, told or silent: the first of these that the kernel accepts as a whole. The
 * last one shows TCP and ICMP only.
 */
export function invalidProbes(btf: Btf, options: ProbeOptions): Probe[][] {
	const found = probedFunction(btf, 'nf_conntrack_in')
	const packet = found === undefined ? [] : aboutPacket(btf, found)
	const skb = found?.pointing('sk_buff')
	const nfct = skb === undefined ? [] : structFields(btf, skb.argument, skb.id).number('nfct', '_nfct')
	const filter = `ret == ${NF_ACCEPT} && nfct == 0`
	const atEnd = (kind: 'f' | 'r') =>
		probe(
			{ name: 'in', function: 'nf_conntrack_in', kind, filter, isOnEveryPacket: true },
			[RETURNED, ...nfct, ...packet],
			options,
			btf.littleEndian,
		)
	const pairs = [
		...pair(btf, 'tcp', 'nf_conntrack_tcp_packet', options),
		...pair(btf, 'icmp', 'nf_conntrack_icmp_packet', options),
		...pair(btf, 'icmp6', 'nf_conntrack_icmpv6_packet', options),
		...pair(btf, 'err4', 'nf_conntrack_icmpv4_error', options),
		...pair(btf, 'err6', 'nf_conntrack_icmpv6_error', options),
	]
	return [
		...(nfct.length === 0 || packet.length === 0 ? [] : [[atEnd('f')], [atEnd('r')]]),
		...(pairs.length === 0 ? [] : [pairs]),
	]
}

const RETURNED: ProbeField = { name: 'ret', fetch: '$retval', type: 's32' }

function pair(
	btf: Btf,
	name: 'tcp' | 'icmp' | 'icmp6' | 'err4' | 'err6',
	of: string,
	options: ProbeOptions,
): Probe[] {
	const found = probedFunction(btf, of)
	if (found === undefined) return []
	const entry = name === 'tcp' ? found.pointing('nf_conn') : undefined
	const status =
		entry === undefined ? [] : structFields(btf, entry.argument, entry.id).number('status', 'status')
	// Packets of connections are many, and none of those is silent.
	const isUnconfirmed = status.length > 0 ? `!(status & ${CONFIRMED})` : null
	const one = (draft: Draft, fields: readonly ProbeField[]) =>
		probe({ ...draft, isOnEveryPacket: true }, fields, options, btf.littleEndian)
	return [
		one({ name, function: of, kind: 'p', filter: isUnconfirmed }, [...status, ...aboutPacket(btf, found)]),
		one({ name: `${name}_ret`, function: of, kind: 'r', filter: `ret == ${INVALID}` }, [RETURNED]),
	]
}

/** Who ends an entry, and in which state it was. */
export function endProbes(btf: Btf, options: ProbeOptions): Probe[] {
	const found = probedFunction(btf, 'nf_ct_delete')
	const entry = found?.pointing('nf_conn')
	const port = found?.named('portid')
	if (found === undefined || entry === undefined) return []
	const struct = structFields(btf, entry.argument, entry.id)
	const fields: ProbeField[] = [
		...(port === undefined ? [] : [{ name: 'portid', fetch: port, type: 'u32' } as const]),
		...entryNet(btf, entry.argument, entry.id),
		...struct.number('timeout', 'timeout'),
		...entryFields(btf, entry.argument, entry.id),
		...(options.architecture === 'x64' ? [CALLER] : []),
	]
	const shape = shapeOf(btf, found)
	const draft: Draft = { name: 'end', function: 'nf_ct_delete', kind: 'p', filter: null, shape }
	return [probe(draft, fields, options, btf.littleEndian)]
}

export type Draft = Pick<Probe, 'name' | 'function' | 'kind' | 'filter'> &
	Partial<Pick<Probe, 'format' | 'shape' | 'isOnEveryPacket'>>

export function probe(
	draft: Draft,
	fields: readonly ProbeField[],
	options: ProbeOptions,
	littleEndian: boolean,
): Probe {
	const layout = createLayout(fields, { littleEndian, end: endOf(options) })
	const file = draft.kind === 'f' ? 'dynamic_events' : 'kprobe_events'
	return { format: null, shape: null, isOnEveryPacket: false, ...draft, file, layout, littleEndian }
}

/** The line that defines a probe. `group`: a C identifier of our own. */
export function definitionOf(
	{ name, function: of, kind, layout }: Probe,
	group: string,
	{ secret }: Pick<ProbeOptions, 'secret'>,
): string {
	const where = kind === 'f' ? `${of}%return` : of
	return `${kind}:${group}/${name} ${where} ${layout.text} z=\\0x${(secret >>> 0).toString(16)}:x32`
}

/** The line that removes it: the name is enough for either file. */
export const removalOf = ({ name }: Pick<Probe, 'name'>, group: string): string => `-:${group}/${name}`
