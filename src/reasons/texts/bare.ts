import { emptyPacket } from '../../kernel/packet/packet.ts'
import type { PacketLine } from '../../kernel/packet/packet-line.ts'
import { protocolNumber } from '../../kernel/packet/protocol.ts'
import { visible } from '../../words/visible.ts'
import { CATALOGUE, findText, findTextLoosely } from './catalogue.ts'
import { findHelperText } from './helper-reason.ts'

/** How messages begin (net/netfilter/nf_conntrack_proto.c, nf_conntrack_helper.c), also with a number that was masked. */
const PREFIX =
	/(?<![\w./])(?:nf_ct_proto_(\d{1,3}|[XxNn*#?]{1,4}): |(?:nf_ct|ip_ct|ip_conntrack)_(tcp|udp|udplite|icmp|icmpv6|sctp|dccp): |(?:(?:nf_ct|ip_ct|ip_conntrack)_([\w.+-]{1,40}): |helper ([\w.+-]{1,40}) )dropping packet: )/

const LONGEST = 1024

/**
 * A message of conntrack that has lost its packet, or the number in its prefix: only with a text that the catalogue has,
 * since processes may be named like a message. `anywhere`: behind a head that is not known, too.
 */
export function bareReason(text: string, anywhere: boolean): PacketLine | undefined {
	const found = PREFIX.exec(text.slice(0, LONGEST))
	if (found === null || (found.index > 0 && !anywhere)) return undefined
	const [prefix, number, name, own, later] = found
	const body = visible(text.slice(found.index + prefix.length, found.index + LONGEST)).trim()
	const base = { prefix: prefix.trim(), body, packet: emptyPacket() }
	const helper = own ?? later
	if (helper !== undefined)
		return findHelperText(helper, body) === undefined
			? undefined
			: { ...base, kind: 'helper', l4proto: null, helper }
	const protocols =
		name !== undefined
			? [protocolNumber(name)]
			: /^\d/.test(number ?? '')
				? [Number(number)]
				: [...CATALOGUE.keys()]
	const legacy = name !== undefined
	const told = protocols.filter((one) => one !== undefined && isText(one, body, legacy))
	const [l4proto] = told
	if (l4proto === undefined || told.length > 1) return undefined
	return legacy ? { ...base, kind: 'conntrack', l4proto, legacy } : { ...base, kind: 'conntrack', l4proto }
}

const isText = (l4proto: number, body: string, legacy: boolean): boolean =>
	(findText(l4proto, body, legacy) ?? findTextLoosely(l4proto, body, legacy)) !== undefined
