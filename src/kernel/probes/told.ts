import { type FormatValue, fillFormat, isFormat } from '../log/reason-text.ts'
import type { TraceEvent } from '../trace/trace-line.ts'
import { type EntryTuple, entryTuple, type WindowLedger, windowLedger } from './entry-values.ts'
import { fullAddress, highAt, lowAt, u32At } from './memory.ts'
import { INNER, SAVED, STACKED } from './probe-fields.ts'
import type { ProbeValues } from './probe-layout.ts'
import { type ProbedPacket, packetReader } from './probed-packet.ts'
import type { Probe } from './probes.ts'

/** What conntrack complains about, whether or not anybody has asked for its lines. */
export type ToldPacket = {
	readonly micros: number | null
	readonly cpu: number
	/**
	 * The line that log_invalid, or the helper, would print: `nf_ct_proto_6: invalid rst IN=eth0 ...`. Without a packet it
	 * ends behind the reason, and where the protocol is not known `?` stands for it. Untrusted.
	 */
	readonly text: string
	/** False: a number in it is not known, `?` stands in its place. */
	readonly isWhole: boolean
	/** Null where this kernel has no type information. */
	readonly packet: ProbedPacket | null
	/** Null for a packet that has no entry, and where there is no type information. Put together each time. */
	entry(): ToldEntry | null
}

export type ToldEntry = {
	readonly tuple: EntryTuple
	/** Its first packet was let pass (IPS_CONFIRMED). */
	readonly isConfirmed: boolean
	/** Of TCP only. */
	readonly ledger: WindowLedger | null
}

const CONFIRMED = 1 << 3
const TCP = 6
/** NF_LOG_PREFIXLEN of include/net/netfilter/nf_log.h, its NUL counted. */
const LONGEST_PREFIX = 127
/** Bytes of registers that a va_list of amd64 has saved. */
const SAVED_END = 48

/** Reads events of one of `reasonProbes`. Undefined: an event that is none of this probe's. */
export function toldReader(probe: Probe): (event: TraceEvent, bytes: Uint8Array) => ToldPacket | undefined {
	const { layout, shape } = probe
	const packetOf = packetReader(layout, probe.littleEndian)
	const reasonOf = reasonReader(probe)
	const entryOf = entryReader(probe)
	const tuple = layout.offsetOf('tuple')
	const inEntry = tuple === undefined || !shape?.tuple ? undefined : tuple + shape.tuple.protocol
	const protocol = layout.offsetOf('prot') ?? inEntry
	const isHelper = probe.name === 'helper'
	return (event, bytes) => {
		const values = layout.read(bytes, event.at)
		const reason = values === undefined ? undefined : reasonOf(values)
		if (values === undefined || reason === undefined) return undefined
		const packet = packetOf(values) ?? null
		const { memory } = values
		const prefix = isHelper
			? `nf_ct_${helperIn(layout.textOf(values, 'from'))}: dropping packet: ${reason.text} `
			: `nf_ct_proto_${protocol === undefined ? '?' : memory[protocol]}: ${reason.text} `
		// nf_ct_helper_log names no devices.
		const shown = packet === null ? '' : isHelper ? withoutDevices(packet) : packet.text
		return {
			micros: event.micros,
			cpu: event.cpu,
			text: prefix.slice(0, LONGEST_PREFIX) + shown,
			isWhole: reason.isWhole,
			packet,
			entry: () => entryOf(memory),
		}
	}
}

const withoutDevices = ({ text }: ProbedPacket): string =>
	text.replace(/^IN=.*? OUT=\S* (?:MAC=\S* )?/, 'IN= OUT= ')

function entryReader({ layout, shape, littleEndian }: Probe): (memory: Uint8Array) => ToldEntry | null {
	const [at, status, tcp] = ['tuple', 'status', 'tcp'].map((name) => layout.offsetOf(name))
	if (shape === null || at === undefined) return () => null
	return (memory) => {
		const tuple = entryTuple(memory, at, shape, littleEndian)
		if (tuple === undefined) return null
		const isTcp = tuple.protocol === TCP && tcp !== undefined
		const bits = status === undefined ? 0 : lowAt(memory, status, littleEndian)
		return {
			tuple,
			isConfirmed: (bits & CONFIRMED) !== 0,
			ledger: isTcp ? (windowLedger(memory, tcp, shape, littleEndian) ?? null) : null,
		}
	}
}

type Reason = { readonly text: string; readonly isWhole: boolean }

function reasonReader(probe: Probe): (values: ProbeValues) => Reason | undefined {
	const { layout } = probe
	const last = Math.max(0, ...layout.fields.map(({ name }) => Number(/^a(\d+)$/.exec(name)?.[1] ?? 0)))
	return (values) => {
		const format = formatOf(probe, values, last)
		if (format === undefined) return undefined
		const [template, first] = format
		// The other function has told it already, in full.
		if (template === INNER && probe.name === 'l4') return undefined
		if (template === INNER) return innerReason(probe, values)
		return fillFormat(template, (index) => argumentValue(probe, values, first + index))
	}
}

/** The format, and the number of the argument behind it. */
function formatOf(
	{ format, layout }: Probe,
	values: ProbeValues,
	last: number,
): [string, number] | undefined {
	if (format !== null) {
		const text = layout.textOf(values, 'fmt')
		return text === undefined || text === null ? undefined : [text, format + 1]
	}
	for (let number = 0; number <= last; number++) {
		const text = layout.textOf(values, `t${number}`)
		if (text !== undefined && text !== null && isFormat(text)) return [text, number + 1]
	}
	return undefined
}

/** What nf_tcp_log_invalid hands over: its own format, and the list of what it is filled with. */
function innerReason(probe: Probe, values: ProbeValues): Reason {
	const inner = probe.layout.textOf(values, 'vfmt')
	const at = probe.layout.offsetOf('gp')
	if (inner === undefined || inner === null) return { text: '?', isWhole: false }
	if (at === undefined) return fillFormat(inner, () => undefined)
	const used = u32At(values.memory, at, probe.littleEndian)
	return fillFormat(inner, (index) => {
		const saved = SAVED.indexOf((used + 8 * index) as (typeof SAVED)[number])
		if (saved >= 0) return value(probe, values, `r${saved}`, `r${saved}t`)
		const stacked = STACKED.indexOf((used + 8 * index - SAVED_END) as (typeof STACKED)[number])
		return stacked >= 0 ? value(probe, values, `o${stacked}`, `o${stacked}t`) : undefined
	})
}

const argumentValue = (probe: Probe, values: ProbeValues, number: number): FormatValue | undefined =>
	value(probe, values, `a${number}`, `t${number}`, `p${number}`)

function value(
	{ layout, littleEndian }: Probe,
	values: ProbeValues,
	number: string,
	text: string,
	address = '',
): FormatValue | undefined {
	const at = layout.offsetOf(number)
	if (at === undefined) return undefined
	const { memory } = values
	const bytes = layout.offsetOf(address)
	return {
		low: lowAt(memory, at, littleEndian),
		high: highAt(memory, at, littleEndian),
		text: layout.textOf(values, text) ?? null,
		address: (family) => (bytes === undefined ? '' : fullAddress(memory, bytes, family === 4 ? 2 : 10)),
	}
}

const MODULE = / \[nf_(?:conntrack|nat)_(\w+)\]$/

/** H.323 has three helpers in one module. */
const H323: Readonly<Record<string, string>> = { h245: 'H.245', q931: 'Q.931', ras: 'RAS' }

/** Name of the helper by the function that complains, and the module that it is in. Those of other ports are told alike. */
function helperIn(caller: string | null | undefined): string {
	const module = MODULE.exec(caller ?? '')?.[1]
	if (module === 'h323') return H323[/(?:^|_)(h245|q931|ras)_/.exec(caller ?? '')?.[1] ?? ''] ?? 'RAS'
	return module ?? '?'
}
