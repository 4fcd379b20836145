import type { Case } from '../case.ts'
import { dropInvalid, track } from '../topologies/rules.ts'
import { addressesOf, pair, routed, twoRouters } from '../topologies/topologies.ts'
import { ASKS, clients, MAIL, server, uploads, WEB } from './players.ts'

const rawChain = (hook: 'prerouting' | 'output') => [
	'nft add table inet raw',
	`nft 'add chain inet raw ${hook} { type filter hook ${hook} priority raw; }'`,
]

/** One direction does not pass this host, or conntrack does not look at it. */
export function unseen(family: 4 | 6): readonly Case[] {
	const a = addressesOf(family)
	const name = (text: string) => (family === 6 ? `${text}-v6` : text)
	const dash = a.dash
	return [
		{
			name: name('one-direction-requests'),
			title: 'only requests pass this router: answers take the other one',
			story: 'Nobody can reach the servers behind this router. They say that they answer.',
			topology: twoRouters,
			setUp: {
				here: dropInvalid('forward'),
				right: [`ip ${dash} route replace ${a.leftNet} via ${a.otherRight}`],
			},
			players: [server('web', 'right', WEB), clients('visitors', 'left', a.right, WEB, ASKS)],
			truth: {
				causes: [{ anyOf: ['one-direction'] }],
				lookAlikes: ['notrack-one-way', 'zone-mismatch', 'entry-gone', 'scan'],
				suffers: ['visitors'],
				fine: [],
			},
			proof: { invalid: 10, reasons: [/packet \(index 3\) in dir 0 invalid, state SYN_SENT/] },
			remedy: {
				place: 'right',
				line: `ip ${dash} route replace ${a.leftNet} via ${a.hereRight}`,
				says: /rout|symmetr/i,
			},
			neverOffered: [/tcp_loose/],
		},
		{
			name: name('one-direction-replies'),
			title: 'only answers pass this router: requests take the other one',
			story: 'Nobody can open a connection to the servers. The servers see the requests.',
			topology: twoRouters,
			setUp: {
				here: dropInvalid('forward'),
				left: [`ip ${dash} route replace ${a.rightNet} via ${a.otherLeft} src ${a.left}`],
			},
			players: [server('web', 'right', WEB), clients('visitors', 'left', a.right, WEB, ASKS)],
			truth: {
				causes: [{ anyOf: ['one-direction'] }],
				lookAlikes: ['notrack-one-way', 'zone-mismatch', 'backscatter', 'scan', 'entry-gone'],
				suffers: ['visitors'],
				fine: [],
			},
			proof: { invalid: 10, reasons: [/^nf_ct_proto_6: invalid new/] },
			remedy: {
				place: 'left',
				line: `ip ${dash} route replace ${a.rightNet} via ${a.here}`,
				says: /rout|symmetr/i,
			},
			neverOffered: [/tcp_loose/, /be_liberal/],
		},
		{
			name: name('notrack-requests'),
			title: 'a NOTRACK rule takes the requests out; the answers are looked at',
			story: 'Nobody can open a connection to one service behind this router. Others work.',
			topology: routed,
			setUp: {
				here: [
					...dropInvalid('forward'),
					...rawChain('prerouting'),
					`nft add rule inet raw prerouting tcp dport ${WEB} notrack`,
				],
			},
			players: [
				server('web', 'right', WEB),
				server('mail', 'right', MAIL),
				clients('visitors', 'left', a.right, WEB, ASKS),
				clients('post', 'left', a.right, MAIL, ASKS),
			],
			truth: {
				causes: [{ anyOf: ['notrack-one-way'], flows: /:8080\b/ }],
				lookAlikes: ['one-direction', 'zone-mismatch', 'backscatter'],
				suffers: ['visitors'],
				fine: ['post'],
			},
			proof: { invalid: 10, reasons: [/^nf_ct_proto_6: invalid new/] },
			remedy: {
				place: 'here',
				line: `nft add rule inet raw prerouting tcp sport ${WEB} notrack`,
				says: /notrack/i,
			},
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: name('notrack-replies-local'),
			title: 'a NOTRACK rule in OUTPUT takes the answers of the local service out',
			story: 'Nobody can use one service on this host. It listens, and its log is empty.',
			topology: pair,
			setUp: {
				here: [
					...dropInvalid('input'),
					...rawChain('output'),
					`nft add rule inet raw output tcp sport ${WEB} notrack`,
				],
			},
			players: [
				server('web', 'here', WEB),
				server('mail', 'here', MAIL),
				clients('visitors', 'left', a.here, WEB, ASKS),
				clients('post', 'left', a.here, MAIL, ASKS),
			],
			truth: {
				causes: [{ anyOf: ['notrack-one-way'], flows: /:8080\b/ }],
				lookAlikes: ['one-direction', 'zone-mismatch', 'sequence-rewritten'],
				suffers: ['visitors'],
				fine: ['post'],
			},
			proof: { invalid: 10, reasons: [/packet \(index 3\) in dir 0 invalid, state SYN_SENT/] },
			remedy: { place: 'here', line: 'nft flush chain inet raw output', says: /notrack/i },
			neverOffered: [/be_liberal/, /tcp_loose/, /rout(?:e|ing) both/i],
		},
		{
			name: name('zone-of-one-interface'),
			title: 'what comes in on one interface has a zone, what comes in on the other has none',
			story: 'Nobody can open a connection through this router.',
			topology: routed,
			setUp: {
				here: [
					...dropInvalid('forward'),
					...rawChain('prerouting'),
					'nft add rule inet raw prerouting iif left ct zone set 7',
				],
			},
			players: [server('web', 'right', WEB), clients('visitors', 'left', a.right, WEB, ASKS)],
			truth: {
				causes: [{ anyOf: ['zone-mismatch'] }],
				lookAlikes: ['one-direction', 'notrack-one-way', 'backscatter'],
				suffers: ['visitors'],
				fine: [],
			},
			proof: { invalid: 10, reasons: [/^nf_ct_proto_6: invalid new/] },
			remedy: {
				place: 'here',
				line: 'nft add rule inet raw prerouting iif right ct zone set 7',
				says: /zone/i,
			},
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
	]
}

export function unseenOnce(): readonly Case[] {
	const a = addressesOf(4)
	return [
		{
			name: 'one-direction-after-handshake',
			title: 'the handshake passes this router, and the acknowledgements of the server do not',
			story: 'Uploads to the server behind this router stall after some kilobytes. Small requests work.',
			topology: twoRouters,
			setUp: {
				here: dropInvalid('forward'),
				right: [
					`ip route add ${a.leftNet} via ${a.otherRight} table 100`,
					'ip rule add fwmark 1 lookup 100',
					'nft add table ip detour',
					"nft 'add chain ip detour output { type route hook output priority mangle; }'",
					"nft add rule ip detour output 'tcp flags & syn == 0' meta mark set 1",
				],
			},
			players: [
				server('web', 'right', WEB),
				clients('uploads', 'left', a.right, WEB, uploads(600_000), { every: 0.7 }),
			],
			truth: {
				causes: [{ anyOf: ['one-direction'] }],
				lookAlikes: ['sequence-rewritten', 'window-scale-unknown', 'notrack-one-way'],
				suffers: ['uploads'],
				fine: [],
			},
			proof: { invalid: 10, reasons: [/SEQ is over upper bound/] },
			remedy: { place: 'right', line: 'nft delete table ip detour', says: /rout|symmetr/i },
			neverOffered: [/tcp_loose/],
		},
		{
			name: 'direct-server-return',
			title: 'servers answer past this balancer on purpose, and nothing is dropped',
			story: 'Nobody complains. Half of what passes the balancer is INVALID.',
			topology: twoRouters,
			setUp: {
				here: [...track('forward'), 'nft add rule inet firewall forward ct state invalid counter accept'],
				right: [`ip route replace ${a.leftNet} via ${a.otherRight}`],
			},
			players: [server('web', 'right', WEB), clients('visitors', 'left', a.right, WEB, uploads(20_000))],
			truth: {
				causes: [{ anyOf: ['one-direction'] }],
				lookAlikes: ['notrack-one-way', 'sequence-rewritten', 'scan'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 20, reasons: [/in dir 0 invalid, state SYN_SENT/] },
			neverOffered: [/tcp_loose/],
		},
		{
			name: 'one-direction-some',
			title: 'answers to every second client port take the other router',
			story: 'Every second try to reach the server hangs. The next one works.',
			topology: twoRouters,
			setUp: {
				here: dropInvalid('forward'),
				right: [
					`ip route add ${a.leftNet} via ${a.otherRight} table 100`,
					'ip rule add fwmark 1 lookup 100',
					'nft add table ip balance',
					"nft 'add chain ip balance output { type route hook output priority mangle; }'",
					"nft add rule ip balance output 'tcp dport & 1 == 1' meta mark set 1",
				],
			},
			players: [
				server('web', 'right', WEB),
				clients('odd', 'left', a.right, WEB, ASKS, { ports: odd(40_001) }),
				clients('even', 'left', a.right, WEB, ASKS, { ports: odd(40_000) }),
			],
			truth: {
				causes: [{ anyOf: ['one-direction'], flows: /:\d*[13579]\b/ }],
				lookAlikes: ['notrack-one-way', 'port-reused', 'scan'],
				suffers: ['odd'],
				fine: ['even'],
			},
			proof: { invalid: 10, reasons: [/in dir 0 invalid, state SYN_SENT/] },
			remedy: { place: 'right', line: 'nft delete table ip balance', says: /rout|symmetr/i },
			neverOffered: [/tcp_loose/],
		},
		{
			name: 'notrack-iptables-replies',
			title: 'an iptables rule in raw takes the answers of one service out on a router',
			story: 'One service behind this router cannot be reached since the last change of the firewall.',
			topology: routed,
			setUp: {
				here: [
					'iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP',
					`iptables -t raw -A PREROUTING -p tcp --sport ${WEB} -j CT --notrack`,
				],
			},
			players: [
				server('web', 'right', WEB),
				server('mail', 'right', MAIL),
				clients('visitors', 'left', a.right, WEB, ASKS),
				clients('post', 'left', a.right, MAIL, ASKS),
			],
			truth: {
				causes: [{ anyOf: ['notrack-one-way'], flows: /:8080\b/ }],
				lookAlikes: ['one-direction', 'zone-mismatch'],
				suffers: ['visitors'],
				fine: ['post'],
			},
			proof: { invalid: 10, reasons: [/in dir 0 invalid, state SYN_SENT/] },
			remedy: { place: 'here', line: 'iptables -t raw -F', says: /notrack/i },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'healthy-notrack-both-ways',
			title: 'a NOTRACK rule for each direction of a busy service',
			story: 'Nobody complains.',
			topology: routed,
			setUp: {
				here: [
					...dropInvalid('forward'),
					...rawChain('prerouting'),
					`nft add rule inet raw prerouting tcp dport ${WEB} notrack`,
					`nft add rule inet raw prerouting tcp sport ${WEB} notrack`,
				],
			},
			players: [
				server('web', 'right', WEB),
				server('mail', 'right', MAIL),
				clients('visitors', 'left', a.right, WEB, ASKS),
				clients('post', 'left', a.right, MAIL, ASKS),
			],
			truth: {
				causes: [],
				lookAlikes: ['notrack-one-way', 'one-direction', 'not-tracking'],
				suffers: [],
				fine: ['visitors', 'post'],
			},
			proof: { invalid: 'none' },
		},
		{
			name: 'healthy-zones',
			title: 'both interfaces have the same zone, and the same addresses are used in another',
			story: 'Nobody complains.',
			topology: routed,
			setUp: {
				here: [
					...dropInvalid('forward'),
					...rawChain('prerouting'),
					`nft add rule inet raw prerouting tcp dport ${MAIL} ct zone set 8`,
					`nft add rule inet raw prerouting tcp sport ${MAIL} ct zone set 8`,
					`nft add rule inet raw prerouting tcp dport ${WEB} ct zone set 7`,
					`nft add rule inet raw prerouting tcp sport ${WEB} ct zone set 7`,
				],
			},
			players: [
				server('web', 'right', WEB),
				server('mail', 'right', MAIL),
				clients('visitors', 'left', a.right, WEB, ASKS, { ports: odd(40_000) }),
				clients('post', 'left', a.right, MAIL, ASKS, { ports: odd(40_000) }),
			],
			truth: {
				causes: [],
				lookAlikes: ['zone-mismatch'],
				suffers: [],
				fine: ['visitors', 'post'],
			},
			proof: { invalid: 'none' },
		},
		{
			name: 'server-is-down',
			title: 'nobody answers behind this router: its SYNs have no replies',
			story: 'The server cannot be reached. It is switched off.',
			topology: routed,
			setUp: {
				here: dropInvalid('forward'),
				right: [
					'nft add table ip off',
					"nft 'add chain ip off in { type filter hook input priority 0; policy drop; }'",
				],
			},
			players: [clients('visitors', 'left', a.right, WEB, ASKS)],
			truth: {
				causes: [],
				lookAlikes: ['one-direction', 'notrack-one-way', 'table-full'],
				suffers: ['visitors'],
				fine: [],
			},
			proof: { invalid: 'none' },
		},
		{
			name: 'notrack-own-requests',
			title: 'a NOTRACK rule in OUTPUT takes out what this host asks, and not the answers',
			story:
				'This host cannot reach a service of its neighbour any more. The neighbour sees the requests, and answers.',
			topology: pair,
			setUp: {
				here: [
					...dropInvalid('input'),
					...rawChain('output'),
					`nft add rule inet raw output tcp dport ${WEB} notrack`,
				],
			},
			players: [server('web', 'left', WEB), clients('checks', 'here', a.left, WEB, ASKS, { limit: 5 })],
			truth: {
				causes: [{ anyOf: ['notrack-one-way'] }],
				lookAlikes: ['backscatter'],
				suffers: ['checks'],
				fine: [],
			},
			proof: { invalid: 10 },
			remedy: { place: 'here', line: 'nft flush chain inet raw output', says: /notrack/i },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'notrack-syn-loose0',
			title: 'the SYNPROXY rule is gone; its NOTRACK for SYNs and tcp_loose 0 are still there',
			story:
				'Connections open, and then nothing comes. It began when the protection from SYN floods was removed.',
			topology: pair,
			setUp: {
				here: [
					...dropInvalid('input'),
					...rawChain('prerouting'),
					`nft add rule inet raw prerouting tcp dport ${WEB} 'tcp flags & (fin|syn|rst|ack) == syn' notrack`,
					'echo 0 > /proc/sys/net/netfilter/nf_conntrack_tcp_loose',
				],
			},
			players: [server('web', 'here', WEB), clients('visitors', 'left', a.here, WEB, ASKS)],
			truth: {
				causes: [{ anyOf: ['notrack-one-way'] }],
				lookAlikes: ['one-direction', 'not-picked-up'],
				suffers: ['visitors'],
				fine: [],
			},
			proof: { invalid: 10 },
			remedy: { place: 'here', line: 'nft flush chain inet raw prerouting', says: /notrack/i },
			neverOffered: [/be_liberal/],
		},
		{
			name: 'reverse-path-filter',
			title: 'the reverse path filter of this router drops what clients send from their second network',
			story: 'From one of our networks nobody reaches the servers. The router counts nothing INVALID.',
			topology: twoRouters,
			setUp: {
				left: ['ip neigh replace 10.66.1.2 lladdr 02:00:00:00:00:22 dev here nud permanent'],
				here: [
					...dropInvalid('forward'),
					// Else its requests for hardware addresses would be dropped as well.
					'ip link set left address 02:00:00:00:00:22',
					'ip route replace 10.66.3.0/24 via 10.66.2.2',
					'echo 1 > /proc/sys/net/ipv4/conf/all/rp_filter',
				],
				right: ['ip route replace 10.66.3.0/24 via 10.66.2.1'],
			},
			players: [
				server('web', 'right', WEB),
				clients('visitors', 'left', a.right, WEB, ASKS, { sources: ['10.66.3.1'] }),
			],
			truth: {
				causes: [{ anyOf: ['reverse-path'] }],
				lookAlikes: ['one-direction'],
				suffers: ['visitors'],
				fine: [],
			},
			proof: { invalid: 'none' },
			remedy: {
				place: 'here',
				line: 'ip route replace 10.66.3.0/24 via 10.66.1.1',
				says: /rp_filter|back by/,
			},
		},
	]
}

/** Every second port from here on. */
const odd = (first: number) => Array.from({ length: 200 }, (_, index) => first + 2 * index)
