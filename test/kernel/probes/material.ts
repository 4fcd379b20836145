import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { type Btf, isProblem, readBtf } from '../../../src/kernel/btf/btf.ts'
import type { ProbeLayout } from '../../../src/kernel/probes/probe-layout.ts'
import type { Probe } from '../../../src/kernel/probes/probes.ts'
import { type ToldPacket, toldReader } from '../../../src/kernel/probes/told.ts'
import { parseTraceLine, type TraceEvent } from '../../../src/kernel/trace/trace-line.ts'

export const KERNELS = ['6.1', '6.12'] as const
export type Release = (typeof KERNELS)[number]

export const fixture = (path: string): Buffer =>
	gunzipSync(readFileSync(new URL(`../../fixtures/${path}.gz`, import.meta.url)))

/** BTF of a Debian kernel and its nf_conntrack, cut to what probes ask for. */
export function btfOf(release: Release): Btf {
	const kernel = readBtf(fixture(`btf/vmlinux-${release}`))
	if (isProblem(kernel)) throw new Error(kernel.problem)
	const module = readBtf(fixture(`btf/nf_conntrack-${release}`), kernel)
	if (isProblem(module)) throw new Error(module.problem)
	return module
}

/** One event as a kernel wrote it, its arguments by their names. Latin 1. */
export type Captured = {
	/** `          hping3-155   [000] ..s1.    41.126707` */
	readonly head: string
	readonly name: string
	readonly where: string
	readonly values: Readonly<Record<string, string>>
}

export type Material = {
	/** While log_invalid was on: the crafted packets of test/harness/crafted, in their order. */
	readonly told: readonly Captured[]
	/** The same, before them: packets that the host sends itself, one with a mark, one in fragments. */
	readonly local: readonly Captured[]
	/** Crafted packets while log_invalid was 0, with the probes that see every packet. */
	readonly quiet: readonly Captured[]
	/** `conntrack -D`, an entry that timed out, `conntrack -F`. */
	readonly ends: readonly Captured[]
	/** What the kernel itself said of `local` and `told`, from /dev/kmsg. */
	readonly kernel: readonly string[]
}

export const materialOf = (release: Release): Material =>
	JSON.parse(fixture(`trace/probes-${release}.json`).toString()) as Material

const SECRET = 0x5eed1234
export const OPTIONS = { architecture: 'x64', secret: SECRET } as const

/**
 * The event as the kernel would have written it for this layout: the values are its own, in the order of the definition.
 * Of arrays that are longer now the last elements are zero.
 */
export function eventText({ head, name, where, values }: Captured, { fields }: ProbeLayout): string {
	const arguments_ = fields.map((field) => {
		const value = values[field.name] ?? (field.type === 'string' ? '(fault)' : '0')
		return `${field.name}=${field.count === undefined ? value : stretched(value, field.count)}`
	})
	return `${head}: ${name}: ${where} ${[...arguments_, `z=0x${SECRET.toString(16)}`].join(' ')}`
}

function stretched(value: string, count: number): string {
	const items = value.startsWith('{') ? value.slice(1, -1).split(',') : []
	return `{${Array.from({ length: count }, (_, index) => items[index] ?? '0x0').join(',')}}`
}

/** Number of the recipe that a line is about: each has addresses of its own. */
export function placeOf(text: string): number | undefined {
	const found =
		/(?:SRC|DST)=(?:10\.150\.(?!250)(\d+)\.|fd78:0096:00([0-9a-f]{2}):|fe80:[0:]*0077:00([0-9a-f]{2}) )/.exec(
			text,
		)
	if (found === null) return undefined
	return found[1] === undefined ? Number.parseInt(found[2] ?? found[3] ?? '', 16) : Number(found[1])
}

/** What the probes tell of captured events. */
export function tellerOf(probes: readonly Probe[]): (captured: readonly Captured[]) => ToldPacket[] {
	const readers = new Map(probes.map((probe) => [probe.name as string, { probe, read: toldReader(probe) }]))
	return (captured) =>
		captured.flatMap((one) => {
			const found = readers.get(one.name)
			if (found === undefined) return []
			const told = found.read(...eventOf(one, found.probe))
			return told === undefined ? [] : [told]
		})
}

export function eventOf(captured: Captured, { layout }: Probe): [event: TraceEvent, bytes: Uint8Array] {
	const text = eventText(captured, layout)
	const event = parseTraceLine(text)
	if (event.kind !== 'event') throw new Error(text)
	return [event, Buffer.from(text, 'latin1')]
}
