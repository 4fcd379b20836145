import type { Rule } from './rule.ts'

type Named = Pick<Rule, 'table' | 'chain' | 'comment'>

/** Who names chains, tables or comments like this. The first that fits is taken. */
const OWNERS: readonly (readonly [owner: string, fits: (named: Named) => boolean])[] = [
	['ctscope', ({ table }) => /^ctscope(?:_\d+)?$/.test(table)],
	[
		'firewalld',
		({ table, chain }) =>
			table === 'firewalld' ||
			/^(?:(?:INPUT|FORWARD|OUTPUT|PREROUTING|POSTROUTING)_(?:direct|ZONES(?:_SOURCE|_IFS)?|IN_ZONES|OUT_ZONES|POLICIES_\w+)|(?:IN|FWD[IO]?|PRE|POST)_\w+)$/.test(
				chain,
			),
	],
	['ufw', ({ chain }) => /^ufw6?-/.test(chain)],
	['calico', ({ chain, comment }) => /^(?:cali[-_]|felix-)/.test(chain) || /^cali:/.test(comment)],
	['cilium', ({ chain, comment }) => /^(?:OLD_)?CILIUM_/.test(chain) || /^cilium[: ]/.test(comment)],
	['flannel', ({ chain, comment }) => /^FLANNEL-/.test(chain) || /^flanneld /.test(comment)],
	['weave', ({ chain }) => /^WEAVE/.test(chain)],
	[
		'kube-proxy',
		({ table, chain, comment }) =>
			table === 'kube-proxy' || /^KUBE-/.test(chain) || /^kubernetes /.test(comment),
	],
	['docker', ({ table, chain }) => /^docker-bridges$/.test(table) || /^DOCKER(?:-|$)/.test(chain)],
	['podman', ({ table, chain }) => table === 'netavark' || /^(?:NETAVARK|CNI-|nv_)/i.test(chain)],
	['libvirt', ({ table, chain }) => table === 'libvirt_network' || /^LIBVIRT_/.test(chain)],
	['fail2ban', ({ table, chain }) => /^f2b-/.test(table) || /^(?:f2b-|fail2ban)/.test(chain)],
	['tailscale', ({ chain }) => /^ts-/.test(chain)],
	[
		'incus',
		({ table, comment }) => /^(?:incus|lxd)$/.test(table) || /^generated for (?:Incus|LXD)/.test(comment),
	],
	['OpenWrt fw4', ({ table }) => table === 'fw4'],
	['crowdsec', ({ table, chain }) => /^crowdsec/i.test(table) || /^CROWDSEC/i.test(chain)],
	['sshguard', ({ table, chain }) => table === 'sshguard' || chain === 'sshguard'],
	[
		'csf',
		({ chain }) =>
			/^(?:LOCALINPUT|LOCALOUTPUT|INVDROP|INVALID|ALLOWIN|ALLOWOUT|DENYIN|DENYOUT|LOGDROPIN|LOGDROPOUT)$/.test(
				chain,
			),
	],
	[
		'shorewall',
		({ chain, comment }) =>
			/^(?:\w+_(?:in|out|fwd|frwd)|dynamic|logdrop|logreject|smurfs|tcpflags|sha-lh-\w+|sha-rh-\w+)$/.test(
				chain,
			) || /^Shorewall/.test(comment),
	],
	['UniFi', ({ chain }) => /^UBIOS_/.test(chain)],
]

/** Who made the rule, as far as its names tell; null when they tell nothing. */
export function ownerOf(named: Named): string | null {
	return OWNERS.find(([, fits]) => fits(named))?.[0] ?? null
}
