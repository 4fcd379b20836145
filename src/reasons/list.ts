import { protocolName } from '../kernel/packet/protocol.ts'
import { EVERY, type KernelText, type Verdict } from './shape/reason.ts'
import { CATALOGUE } from './texts/catalogue.ts'
import { HELPER_TEXTS } from './texts/helper-texts.ts'
import { LEGACY_TEXTS, OLDEST } from './texts/legacy-texts.ts'

/** One text of the kernel, as a list shows it. */
export type ListedReason = {
	readonly id: string
	/** `TCP`, `ICMPv6`; for a helper its name. */
	readonly protocol: string
	/** Null for helpers. */
	readonly l4proto: number | null
	/** What stands before the text: `nf_ct_proto_6:`, `nf_ct_ftp: dropping packet:`. */
	readonly prefix: string
	readonly format: string
	readonly title: string
	readonly verdict: Verdict
	/** The counter of `conntrack -S` that such a packet moves; null when none does, or by another packet's line. */
	readonly counter: 'invalid' | 'error' | null
	readonly kernels: string
	/** Of kernels before 4.18. */
	readonly legacy: boolean
	/** Reasons with the same one share their explanation. */
	readonly explainedBy: string
}

/** Every reason of the catalogue: kernels of today first, then old ones, then helpers. */
export const REASONS: readonly ListedReason[] = [
	...listed(CATALOGUE, false),
	...listed(LEGACY_TEXTS, true),
	...HELPER_TEXTS.map(
		({ id, helper, format, title, kind }): ListedReason => ({
			id,
			protocol: helper,
			l4proto: null,
			prefix: `nf_ct_${helper}: dropping packet:`,
			format,
			title: title ?? format,
			verdict: 'dropped',
			counter: null,
			kernels: EVERY,
			legacy: false,
			explainedBy: `helper ${kind}`,
		}),
	),
]

function listed(
	catalogue: ReadonlyMap<number, readonly KernelText[]>,
	legacy: boolean,
): readonly ListedReason[] {
	return [...catalogue].flatMap(([l4proto, texts]) =>
		texts.map(({ id, format, title = format, verdict, kernels, like }) => ({
			id,
			protocol: protocolName(l4proto),
			l4proto,
			prefix: legacy ? oldPrefix(protocolName(l4proto), kernels) : `nf_ct_proto_${l4proto}:`,
			format,
			title,
			verdict,
			counter: counterOf(id, l4proto, verdict),
			kernels,
			legacy,
			explainedBy: like ?? id,
		})),
	)
}

function oldPrefix(protocol: string, kernels: string): string {
	return `${kernels === OLDEST ? 'ip' : 'nf'}_ct_${protocol.toLowerCase()}:`
}

/** The ICMP error check counts apart (nf_conntrack_in): everything of ICMP but a message that opens no connection. */
function counterOf(id: string, l4proto: number, verdict: Verdict): 'invalid' | 'error' | null {
	if (verdict === 'accepted' || verdict === 'second-line') return null
	return (l4proto === 1 || l4proto === 58) && id !== 'legacy-icmpv6-newtype' ? 'error' : 'invalid'
}
