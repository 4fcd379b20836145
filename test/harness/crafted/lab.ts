import { join } from 'node:path'
import { createLab, type Lab } from '../kernel/lab.ts'
import { startLineChild } from '../kernel/line-child.ts'
import { ethernet, icmp } from './packets.ts'

/** Addresses of one recipe. Nobody owns them but `local`: packets between them are forwarded into the void. */
export type Place = {
	readonly client: string
	readonly server: string
	readonly elsewhere: string
	readonly client6: string
	readonly server6: string
	readonly elsewhere6: string
	/** Link-local, for redirects; one for each place. */
	readonly router6: string
	/** The namespace itself, where no port is open. */
	readonly local: string
	readonly local6: string
	/** Where connections to the ports of NAT really go. */
	readonly translated: string
}

type HelperPort = { readonly helper: string; readonly protocol: 'tcp' | 'udp'; readonly port: number }

/** Its connections get another source address: that is all the helper for SNMP traps is for. */
const SNMP_PORT = 2162

/** Ports whose connections are looked into by a helper. */
const HELPER_PORTS: readonly HelperPort[] = [
	{ helper: 'ftp', protocol: 'tcp', port: 21 },
	{ helper: 'irc', protocol: 'tcp', port: 6667 },
	{ helper: 'sane', protocol: 'tcp', port: 6566 },
	{ helper: 'tftp', protocol: 'udp', port: 69 },
	{ helper: 'tftp', protocol: 'udp', port: 1069 },
	{ helper: 'sip', protocol: 'udp', port: 5060 },
	{ helper: 'amanda', protocol: 'udp', port: 10080 },
	{ helper: 'snmp_trap', protocol: 'udp', port: SNMP_PORT },
]

/** The same with destination NAT to `translated`. */
const NAT_PORTS: readonly HelperPort[] = [
	{ helper: 'ftp', protocol: 'tcp', port: 2021 },
	{ helper: 'irc', protocol: 'tcp', port: 2667 },
	{ helper: 'sip', protocol: 'udp', port: 2060 },
	{ helper: 'amanda', protocol: 'udp', port: 2080 },
]

export type Movement = { readonly invalid: number; readonly error: number; readonly drop: number }
export type LogSource = 'kmsg' | 'nflog'

export type CraftedLab = {
	readonly lab: Lab
	/** 1 to 240. */
	place(index: number): Place
	/** Index of the place that a line is about. */
	placeOf(text: string): number | undefined
	/** Sends IP packets from the other end of the wire; resolves when the hooks are done with them. */
	send(packets: readonly Uint8Array[]): Promise<void>
	counters(): Promise<Movement>
	/** Starts to read reasons from a source; answers why not. */
	follow(source: LogSource): Promise<string | undefined>
	unfollow(): Promise<void>
	/** Lines of the followed source so far, of every place. */
	readonly texts: string[]
	readonly lost: () => number
	dispose(): Promise<void>
}

const HERE = import.meta.dirname

export async function createCraftedLab(): Promise<CraftedLab> {
	const lab = await createLab('craft')
	const second = 128 + (process.pid % 100)
	const hex = second.toString(16)
	const translated = `10.${second}.250.222`
	try {
		await lab.inside('sh', '-ec', setUp(lab.peerNetns, second, hex, translated))
		await lab.beside('sh', '-ec', 'ip link set veth0 mtu 65535; ip link set sink up')
	} catch (error) {
		await lab.dispose()
		throw error
	}
	const mac = (text: string) => text.trim()
	const macs = {
		here: mac(await lab.inside('cat', '/sys/class/net/veth0/address')),
		there: mac(await lab.beside('cat', '/sys/class/net/veth0/address')),
	}
	const enter = (netns: string) => ['ip', 'netns', 'exec', netns] as const
	const sender = startLineChild([
		...enter(lab.peerNetns),
		...['/usr/bin/python3', join(HERE, 'sender.py'), 'veth0'],
	])
	const texts: string[] = []
	let lost = 0
	const observer = startLineChild(
		[...enter(lab.netns), process.execPath, join(HERE, 'observer.ts')],
		(line) => line.startsWith('{"answer"'),
		(line) => {
			const said = JSON.parse(line) as { texts?: string[]; lost?: number; ended?: unknown }
			texts.push(...(said.texts ?? []))
			lost += said.lost ?? 0
			if (said.ended !== undefined) throw new Error(`the log ended: ${JSON.stringify(said.ended)}`)
		},
	)
	const ask = async (command: string): Promise<unknown> => JSON.parse(await observer.ask(command)).answer
	const placeForm = new RegExp(
		`(?:SRC|DST)=(?:10\\.${second}\\.(?!250)(\\d+)\\.|fd78:00${hex}:00([0-9a-f]{2}):|fe80:[0:]*0077:00([0-9a-f]{2}) )`,
	)
	let echoes = 0

	return {
		lab,
		texts,
		lost: () => lost,
		place(index) {
			const net = `10.${second}.${index}`
			const net6 = `fd78:${hex}:${index.toString(16)}`
			return {
				client: `${net}.1`,
				server: `${net}.2`,
				elsewhere: `${net}.77`,
				client6: `${net6}::1`,
				server6: `${net6}::2`,
				elsewhere6: `${net6}::77`,
				router6: `fe80::77:${index.toString(16)}`,
				local: lab.address,
				// As the kernel writes it, also where the middle is zero.
				local6: lab.address6.replace(':0::', '::'),
				translated,
			}
		},
		placeOf(text) {
			const found = placeForm.exec(text)
			if (found === null) return undefined
			return found[1] === undefined ? Number.parseInt(found[2] ?? found[3] ?? '', 16) : Number(found[1])
		},
		async send(packets) {
			echoes += 1
			const echo = icmp(lab.peerAddress, lab.address, 8, { rest: echoes })
			const frames = [...packets, echo].map((packet) =>
				ethernet(macs.there, macs.here, packet).toString('hex'),
			)
			const answer = await sender.ask(JSON.stringify(frames))
			if (answer !== 'ok') throw new Error(`crafted packets: ${answer}`)
		},
		async counters() {
			const sums = (await ask('counters')) as Record<string, number>
			return { invalid: sums.invalid ?? -1, error: sums.error ?? -1, drop: sums.drop ?? -1 }
		},
		async follow(source) {
			texts.length = 0
			lost = 0
			const answer = await ask(source)
			return answer === 'following' ? undefined : JSON.stringify(answer)
		},
		async unfollow() {
			await ask('stop')
		},
		async dispose() {
			await Promise.all([sender.end(), observer.end()])
			await lab.dispose()
		},
	}
}

/**
 * What is forwarded leaves through `sink`, which asks nobody for an address; at its other end nobody is meant by it.
 * One shell, since each start of a program in a namespace costs as much as the whole script.
 */
function setUp(peerNetns: string, second: number, hex: string, translated: string): string {
	const helpers = [...HELPER_PORTS, ...NAT_PORTS].map(
		({ helper, protocol, port }) => `-A PREROUTING -p ${protocol} --dport ${port} -j CT --helper ${helper}\n`,
	)
	const translations = NAT_PORTS.map(
		({ protocol, port }) =>
			`-A PREROUTING -p ${protocol} --dport ${port} -j DNAT --to-destination ${translated}\n`,
	)
	return `
ip link set veth0 mtu 65535
ip link add sink type veth peer name sink netns ${peerNetns}
ip link set sink mtu 65535 arp off up
ip route add 10.${second}.0.0/16 dev sink
ip -6 route add fd78:${hex}::/32 dev sink
echo 1 > /proc/sys/net/ipv4/ip_forward
echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
for one in all default veth0 sink; do echo 0 > /proc/sys/net/ipv4/conf/$one/rp_filter; done
iptables-restore -w --noflush <<'RULES'
*raw
${helpers.join('')}COMMIT
*nat
${translations.join('')}-A POSTROUTING -p udp --dport ${SNMP_PORT} -j SNAT --to-source ${translated}
COMMIT
*filter
-A FORWARD -m conntrack --ctstate INVALID
-F INPUT
COMMIT
RULES
`
}
