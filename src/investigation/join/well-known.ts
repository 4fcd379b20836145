import type { OwnersPresent } from '../../kernel/rules/owner.ts'
import type { Rule } from '../../kernel/rules/rule.ts'
import * as english from '../../words/english/investigation/well-known.ts'

/** What is to be known of a rule for INVALID that comes with a program which many hosts have. */
export type WellKnown = {
	readonly title: string
	/** What it is there for. */
	readonly purpose: string
	/** When it drops what should pass. */
	readonly hurts: string
	/** What to change rather than take it away. */
	readonly instead: string
}

/** A rule that acts on INVALID, and who made it. */
type Acting = { readonly rule: Rule; readonly owner: string | null; readonly present: OwnersPresent }

const drops = ({ rule: { verdict } }: Acting): boolean =>
	verdict.kind === 'final' && /^(?:drop|reject)$/.test(verdict.word)

/** firewalld with iptables has its rule in the chains of the kernel's own, without a condition (src/firewall/core/ipXtables.py). */
const isOfFirewalld = ({ rule, owner, present }: Acting): boolean =>
	owner === 'firewalld' ||
	(owner === null &&
		present.has('firewalld') &&
		/^(?:INPUT|FORWARD)$/.test(rule.chain) &&
		/^(?:-m conntrack --ctstate INVALID -j DROP|DROP \S+ -- \* \* \S+ \S+ ctstate INVALID|ct state invalid (?:counter )?drop)$/.test(
			rule.text,
		))

const isOfOpenWrt = ({ owner }: Acting): boolean => owner?.startsWith('OpenWrt') === true

/** The rule of ufw that logs stands in front of the one that drops (conf/before.rules). */
const isOfUfw = (acting: Acting): boolean =>
	acting.owner === 'ufw' &&
	(drops(acting) ||
		('chain' in acting.rule.verdict && /^ufw6?-logging-deny$/.test(acting.rule.verdict.chain)))

const isOf =
	(owner: string) =>
	(acting: Acting): boolean =>
		acting.owner === owner && drops(acting)

/** The first that fits. */
const ALL: readonly (readonly [is: (acting: Acting) => boolean, known: WellKnown])[] = [
	// needConntrackDropRule in pkg/proxy/iptables/proxier.go of Kubernetes.
	[isOf('kube-proxy'), english.kubeProxy],
	// DisableConntrackInvalid in felix/rules/endpoints.go of Calico.
	[isOf('calico'), english.calico],
	[(acting) => isOfFirewalld(acting) && drops(acting), english.firewalld],
	[isOfUfw, english.ufw],
	[isOf('docker'), english.docker],
	[isOf('podman'), english.podman],
	[
		(acting) => isOfOpenWrt(acting) && drops(acting) && /NAT leakage/i.test(acting.rule.comment),
		english.openWrtMasquerade,
	],
	[(acting) => isOfOpenWrt(acting) && drops(acting), english.openWrt],
]

/** What is known of a rule that matches INVALID; undefined for one that is nobody's. */
export const wellKnown = (acting: Acting): WellKnown | undefined => ALL.find(([is]) => is(acting))?.[1]
