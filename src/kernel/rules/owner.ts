import type { Rule, Ruleset } from './rule.ts'

type Named = Pick<Rule, 'table' | 'chain' | 'comment'> & Partial<Pick<Rule, 'log'>>

type Owner = {
	readonly name: string
	/** Names that nobody else gives. */
	readonly is: (named: Named) => boolean
	/** Names that others may give as well: of it where its own names are in the ruleset. */
	readonly perhaps?: (named: Named) => boolean
}

const tables =
	(...names: readonly string[]) =>
	({ table }: Named): boolean =>
		names.includes(table)
const chains =
	(form: RegExp) =>
	({ chain }: Named): boolean =>
		form.test(chain)
const anyOf =
	(...all: readonly ((named: Named) => boolean)[]) =>
	(named: Named): boolean =>
		all.some((one) => one(named))
const comments =
	(form: RegExp) =>
	({ comment }: Named): boolean =>
		form.test(comment)

const ZONES =
	'block|dmz|drop|external|home|internal|public|trusted|work|libvirt|libvirt-routed|docker|nm-shared|FedoraServer|FedoraWorkstation|allow-host-ipv6'
/** Zones and policies that firewalld comes with (config/zones), and the chains that it makes of each (src/firewall/core/ipXtables.py). */
const OF_ITS_ZONES = new RegExp(
	`^(?:filter_|nat_|mangle_|raw_)?(?:IN|FWD[IO]?|PRE|POST)_(?:policy_)?(?:${ZONES})(?:_(?:pre|log|deny|allow|post))$`,
)
const OF_ANY_ZONE = new RegExp(
	`^(?:filter_|nat_|mangle_|raw_)?(?:IN|FWD[IO]?|PRE|POST)_(?:policy_)?(?:(?:${ZONES})|[\\w-]+_(?:pre|log|deny|allow|post))$`,
)
/** Chains that Shorewall makes of an interface (Shorewall/Chains.pm): the name of the interface stands in front. */
const SHOREWALL_INTERFACE =
	/^(?:eth|wlan|ppp|tun|tap|br|bond|venet|veth|vlan|wg|ipsec|en[opsx]\w*?)[\d.]+\w*_(?:in|out|fwd|frwd|iop|oop|masq|dyn|mac|rec)$/

/** Who names chains, tables or comments like this. The first that fits is taken. */
const OWNERS: readonly Owner[] = [
	{ name: 'ctscope', is: ({ table }) => /^ctscope(?:_\d+)?$/.test(table) },
	{
		name: 'firewalld',
		is: anyOf(
			tables('firewalld'),
			chains(OF_ITS_ZONES),
			chains(
				/^(?:filter_)?(?:INPUT|FORWARD|OUTPUT|PREROUTING|POSTROUTING)_(?:direct|ZONES(?:_SOURCE|_IFS)?|IN_ZONES(?:_SOURCE)?|OUT_ZONES(?:_SOURCE)?|POLICIES_(?:pre|post))$/,
			),
		),
		perhaps: chains(OF_ANY_ZONE),
	},
	{ name: 'ufw', is: chains(/^ufw6?-/) },
	{ name: 'calico', is: anyOf(chains(/^(?:cali[-_]|felix-)/), comments(/^cali:/)) },
	{ name: 'cilium', is: anyOf(chains(/^(?:OLD_)?CILIUM_/), comments(/^cilium[: ]/)) },
	{ name: 'flannel', is: anyOf(chains(/^FLANNEL-/), comments(/^flanneld /)) },
	{ name: 'weave', is: chains(/^WEAVE(?:-|$)/) },
	{ name: 'kube-proxy', is: anyOf(tables('kube-proxy'), chains(/^KUBE-/), comments(/^kubernetes /)) },
	{ name: 'docker', is: anyOf(tables('docker-bridges'), chains(/^DOCKER(?:-|$)/)) },
	{ name: 'podman', is: anyOf(tables('netavark'), chains(/^(?:NETAVARK[_-]|CNI-|nv_[0-9a-f]{8})/)) },
	{ name: 'libvirt', is: anyOf(tables('libvirt_network'), chains(/^LIBVIRT_/)) },
	{ name: 'fail2ban', is: anyOf(({ table }) => /^f2b-/.test(table), chains(/^(?:f2b-|fail2ban-)/)) },
	{ name: 'tailscale', is: chains(/^ts-(?:input|forward|postrouting)$/) },
	{ name: 'incus', is: anyOf(tables('incus', 'lxd'), comments(/^generated for (?:Incus|LXD)/)) },
	{ name: 'OpenWrt fw4', is: anyOf(tables('fw4'), comments(/^!fw4: /)) },
	{
		name: 'OpenWrt fw3',
		is: comments(/^!fw3(?:: |$)/),
		perhaps: chains(
			/^(?:zone_\w+_(?:input|output|forward|(?:src|dest)_(?:ACCEPT|REJECT|DROP))|(?:input|output|forwarding)_rule|syn_flood|reject)$/,
		),
	},
	{ name: 'crowdsec', is: anyOf(tables('crowdsec', 'crowdsec6'), chains(/^CROWDSEC(?:[_-]|$)/)) },
	{ name: 'sshguard', is: anyOf(tables('sshguard'), chains(/^sshguard$/)) },
	{
		name: 'csf',
		is: chains(/^(?:LOCALINPUT|LOCALOUTPUT|INVDROP|LOGDROPIN|LOGDROPOUT|DENYIN|DENYOUT|ALLOWIN|ALLOWOUT)$/),
		perhaps: chains(/^INVALID$/),
	},
	{
		name: 'shorewall',
		is: anyOf(
			({ log }) => /^Shorewall6?:/.test(log?.prefix ?? ''),
			comments(/^Shorewall/),
			chains(/^(?:sha-(?:lh|rh)-[0-9a-f]+|~(?:comb|blacklist|excl|log)\d+|shorewall)$/),
		),
		perhaps: anyOf(
			chains(SHOREWALL_INTERFACE),
			chains(
				/^(?:dynamic|log(?:drop|reject|flags)|smurfs|smurflog|tcpflags|sfilter|reject|Broadcast|Drop|Reject|Invalid|NotSyn|dropInvalid|(?:net|loc|dmz|fw|all)(?:2|-)(?:net|loc|dmz|fw|all))$/,
			),
		),
	},
	{ name: 'UniFi', is: chains(/^UBIOS_/) },
]

/** Owners whose own names are in the ruleset. */
export type OwnersPresent = ReadonlySet<string>

export function ownersPresent({ chains: all, rules }: Pick<Ruleset, 'chains' | 'rules'>): OwnersPresent {
	const present = new Set<string>()
	const look = (named: Named): void => {
		for (const { name, is, perhaps } of OWNERS)
			if (perhaps !== undefined && !present.has(name) && is(named)) present.add(name)
	}
	for (const { table, name } of all) look({ table, chain: name, comment: '' })
	for (const rule of rules) look(rule)
	return present
}

/** Who made the rule, as far as its names tell; null when they tell nothing. */
export function ownerOf(named: Named, present: OwnersPresent = new Set()): string | null {
	return (
		OWNERS.find(({ name, is, perhaps }) => is(named) || (present.has(name) && perhaps?.(named) === true))
			?.name ?? null
	)
}
