import type { Packet } from '../../kernel/packet/packet.ts'
import type { Asked } from './suspect.ts'

/** The lines beside that are of the same flow: those of the same direction, and those of the other one. */
export function flowBeside({ line, beside }: Asked): {
	readonly same: readonly Packet[]
	readonly other: readonly Packet[]
} {
	const { packet } = line
	const packets = beside.flatMap((one) => (one.line === undefined ? [] : [one.line.packet]))
	return {
		same: packets.filter((one) =>
			isFlow(one, packet.src, packet.dst, packet.spt, packet.dpt, packet.protocol),
		),
		other: packets.filter((one) =>
			isFlow(one, packet.dst, packet.src, packet.dpt, packet.spt, packet.protocol),
		),
	}
}

function isFlow(
	packet: Packet,
	src: string | null,
	dst: string | null,
	spt: number | null,
	dpt: number | null,
	protocol: string | null,
): boolean {
	if (src === null || dst === null) return false
	return (
		packet.src === src &&
		packet.dst === dst &&
		packet.spt === spt &&
		packet.dpt === dpt &&
		packet.protocol === protocol
	)
}

/** In and out of one device: a host with one leg, which traffic often passes in one direction only. */
export const isHairpin = ({ in: into, out }: Packet): boolean => into !== null && into === out

export const isForwarded = ({ in: into, out }: Packet): boolean => into !== null && out !== null

/** It leaves here without having come in. */
export const isFromHere = ({ in: into, out }: Packet): boolean => into === null && out !== null

/** As tcpdump takes it. */
export function filterOf({ src, dst, spt, dpt, protocol }: Packet): string {
	const hosts = [src, dst]
		.filter((one) => one !== null && /^[\da-fA-F.:]+$/.test(one))
		.map((one) => `host ${one}`)
	const ports = [spt, dpt].filter((one) => one !== null).map((one) => `port ${one}`)
	const words = [...(protocol === 'TCP' ? ['tcp'] : protocol === 'UDP' ? ['udp'] : []), ...hosts, ...ports]
	return words.length === 0 ? 'ip or ip6' : words.join(' and ')
}
