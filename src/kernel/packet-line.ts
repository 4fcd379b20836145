import { type Packet, readPacket } from './packet.ts'
import { visible } from './visible.ts'

export { flowOf, shortAddress } from './flow.ts'
export type { Packet } from './packet.ts'

/** One line about one packet. All text in it is safe to print. */
export type PacketLine = {
	/** Protocol number of the prefix; null for helpers. */
	readonly l4proto: number | null
	/** The kernel's reason, without blanks around it. */
	readonly body: string
	readonly packet: Packet
	/** Name of the helper that dropped the packet: `ftp`, `ftp-2121`, `H.245`. Absent for log_invalid. */
	readonly helper?: string
}

type Prefix = {
	readonly form: RegExp
	read(found: RegExpExecArray): { l4proto: number | null; helper?: string }
}

/** Who prints it: nf_ct_l4proto_log_invalid (nf_conntrack_proto.c) and nf_ct_helper_log (nf_conntrack_helper.c), the latter with two texts. */
const PREFIXES: readonly Prefix[] = [
	{ form: /^nf_ct_proto_(\d{1,3}):(?:\s+|$)/, read: (found) => ({ l4proto: Number(found[1]) }) },
	{
		form: /^nf_ct_([\w.+-]{1,40}): dropping packet:?(?:\s+|$)/,
		read: (found) => ({ l4proto: null, helper: found[1] ?? '' }),
	},
	{
		form: /^helper ([\w.+-]{1,40}) dropping packet:?(?:\s+|$)/,
		read: (found) => ({ l4proto: null, helper: found[1] ?? '' }),
	},
]

/** Where the packet begins. Lines that people have shortened have no IN=. */
const PACKET = /(?:^|\s)(?:IN|SRC)=/

/** Text of a kmsg record. Undefined when it is neither a log_invalid line nor one of a helper. */
export function parsePacketLine(text: string): PacketLine | undefined {
	// One SCTP text has a newline in its middle; what is left of control characters afterwards is nobody's grammar.
	const line = visible(text.replaceAll(/[\r\n]+/g, ' ')).trimStart()
	for (const { form, read } of PREFIXES) {
		const found = form.exec(line)
		if (found === null) continue
		const rest = line.slice(found[0].length)
		const start = PACKET.exec(rest)?.index ?? rest.length
		return { ...read(found), body: rest.slice(0, start).trim(), packet: readPacket(rest.slice(start)) }
	}
	return undefined
}
