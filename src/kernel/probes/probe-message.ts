import { type BeyondText, beyondText } from '../log/beyond-text.ts'
import type { NflogMessage } from '../nflog/nflog-message.ts'
import type { InvalidPacket } from './invalid.ts'
import type { ProbedPacket } from './probed-packet.ts'
import type { ToldEntry, ToldPacket } from './told.ts'

/** A packet that a probe has told of. `text`: the line that log_invalid would have printed for it. Untrusted. */
export type ProbeMessage = NflogMessage & {
	/** Inode number of its network namespace; null where it is not known. */
	readonly netns: number | null
	/** NF_INET_: 0 PREROUTING, 1 LOCAL_IN, 3 LOCAL_OUT; null where it is not known. */
	readonly hook: number | null
	/** Of the whole packet, of which `packet` is the beginning. */
	readonly length: number
	/** Of a packet without a reason: what its bytes say and its text does not. */
	readonly beyond: BeyondText | null
	/** With that from which it was judged, where it is TCP; null for a packet without one. */
	readonly entry: ToldEntry | null
}

export type When = {
	readonly number: number
	/** CLOCK_MONOTONIC ms when it was read. */
	readonly at: number
	/** Microseconds since 1970 at which CLOCK_MONOTONIC began, to make a time of day of the time of the event. */
	readonly bootMicros: number
}

/** What stands in front of the text of a packet about which the kernel has no complaint. */
const SILENT = 'silent INVALID packet: '

export const toldMessage = (told: ToldPacket, when: When): ProbeMessage =>
	message(told.text, told.packet, told.micros, told.entry(), when)

/** A packet without a reason. */
export const silentMessage = ({ packet, micros }: InvalidPacket, when: When): ProbeMessage => ({
	...message(SILENT + packet.text, packet, micros, null, when),
	beyond: beyondText(packet.bytes) ?? null,
})

function message(
	text: string,
	packet: ProbedPacket | null,
	micros: number | null,
	entry: ToldEntry | null,
	{ number, at, bootMicros }: When,
): ProbeMessage {
	return {
		number,
		at: micros === null ? at : Math.min(at, micros / 1000),
		wallMicros: bootMicros + (micros ?? at * 1000),
		text,
		family: packet?.family ?? 0,
		indev: packet?.indev ?? null,
		outdev: packet?.outdev ?? null,
		// The bytes of an event are there only until the next one is read.
		link: packet?.link?.slice() ?? null,
		packet: packet?.bytes.slice() ?? new Uint8Array(0),
		netns: packet?.netns ?? null,
		hook: packet?.hook ?? null,
		length: packet?.length ?? 0,
		beyond: null,
		entry,
	}
}
