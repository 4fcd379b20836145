import type { Case } from '../case.ts'
import { countInvalid, dropInvalid } from '../topologies/rules.ts'
import { addressesOf, bridged, bridgedBeside } from '../topologies/topologies.ts'
import { ASKS, clients, job, server, spray, WEB } from './players.ts'

/** Frames of a bridge pass the hooks of IP as well (br_netfilter). */
const THROUGH_IP = [
	'echo 1 > /proc/sys/net/bridge/bridge-nf-call-iptables',
	'echo 1 > /proc/sys/net/bridge/bridge-nf-call-ip6tables',
]
const AS_A_SWITCH = 'echo 0 > /proc/sys/net/bridge/bridge-nf-call-iptables'

/** Hosts that pass frames of others. */
export function bridges(): readonly Case[] {
	const a = addressesOf(4)
	return [
		{
			name: 'bridged-scan',
			title: 'a scan passes a bridge twice, before and behind a gateway on it: each packet is counted twice',
			story: 'Nobody complains. The counter of the hypervisor rises twice as fast as its guest sees packets.',
			topology: bridged,
			setUp: {
				left: [`ip route add ${a.bridgeRight}/32 via ${a.gate}`],
				here: [...countInvalid('forward'), ...THROUGH_IP],
			},
			players: [
				server('web', 'right', WEB),
				clients('visitors', 'left', a.bridgeRight, WEB, ASKS),
				spray('scanner', 'left', {
					kind: 'tcp-FPU',
					src: a.left,
					dst: a.bridgeRight,
					dports: [1, 1000],
					every: 0.06,
				}),
			],
			truth: {
				causes: [{ anyOf: ['scan'] }, { anyOf: ['bridged-twice'] }],
				lookAlikes: ['late', 'malformed', 'one-direction'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 100, reasons: [/invalid tcp flag combination/] },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'bridged-one-direction',
			title: 'a bridge drops what it should only pass on: the answers of these guests take another link',
			story: 'Two guests of a hypervisor cannot talk. Its firewall is not meant for them.',
			topology: bridgedBeside,
			setUp: {
				left: ['ip link set direct up'],
				here: [...dropInvalid('forward'), ...THROUGH_IP],
				right: ['ip link set direct up', `ip route add ${a.left}/32 dev direct`],
			},
			players: [server('web', 'right', WEB), clients('visitors', 'left', a.bridgeRight, WEB, ASKS)],
			truth: {
				causes: [{ anyOf: ['one-direction', 'bridged-twice'] }],
				may: ['bridged-twice', 'one-direction'],
				lookAlikes: ['notrack-one-way', 'zone-mismatch', 'scan', 'entry-gone'],
				suffers: ['visitors'],
				fine: [],
			},
			proof: { invalid: 10, reasons: [/in dir 0 invalid, state SYN_SENT/] },
			remedy: { place: 'here', line: AS_A_SWITCH, says: /bridge-nf-call-iptables|rout|symmetr/ },
			neverOffered: [/tcp_loose/],
		},
		{
			name: 'healthy-bridge',
			title: 'a bridge whose frames go through the hooks of IP, with traffic and without a stranger',
			story: 'Nobody complains.',
			topology: bridged,
			setUp: { here: [...dropInvalid('forward'), ...THROUGH_IP] },
			players: [
				server('web', 'right', WEB),
				clients('visitors', 'left', a.bridgeRight, WEB, ASKS, { every: 0.1 }),
				job('nothing', 'gate', ':'),
			],
			truth: {
				causes: [],
				lookAlikes: ['bridged-twice', 'one-direction'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 'none' },
		},
	]
}
