import { describe, expect, test } from 'vitest'
import { parseVirtualServers } from '../../../src/kernel/network/ip-virtual-server.ts'
import { parseAllowance, parseFeatures, parseIngress, parseLinks } from '../../../src/kernel/network/links.ts'
import { netstatCounter } from '../../../src/kernel/network/netstat.ts'

describe('ip -j -d link show', () => {
	test('cards, ports of bridges, XDP', () => {
		const links = parseLinks(
			JSON.stringify([
				{ ifname: 'lo', link_type: 'loopback' },
				{ ifname: 'eth0', link_type: 'ether', xdp: { mode: 1, prog: { id: 7 } } },
				{ ifname: 'veth1', link_type: 'ether', linkinfo: { info_kind: 'veth', info_slave_kind: 'bridge' } },
				{ ifname: 7 },
				'text',
			]),
		)
		expect(links).toEqual([
			{ name: 'lo', isDevice: false, isPort: false, hasXdp: false },
			{ name: 'eth0', isDevice: true, isPort: false, hasXdp: true },
			{ name: 'veth1', isDevice: false, isPort: true, hasXdp: false },
		])
	})
	test.each(['', '1: lo: <LOOPBACK>', '{}', 'null', '[', '"x"'])('no list of links: %j', (text) => {
		expect(parseLinks(text)).toBeUndefined()
		expect(parseIngress(text)).toBeUndefined()
	})
})

test('qdiscs whose filters see what comes in', () => {
	const kinds = ['noqueue', 'ingress', 'clsact', 'fq_codel']
	expect(parseIngress(JSON.stringify(kinds.map((kind) => ({ kind, dev: `on-${kind}` }))))).toEqual([
		'on-ingress',
		'on-clsact',
	])
})

test('features and the allowance of a card', () => {
	const features = parseFeatures(
		'Features for eth0:\nrx-checksumming: on [fixed]\nlarge-receive-offload: off\n\ttx-checksum-ipv4: off [fixed]\n',
	)
	expect(features).toEqual({
		'rx-checksumming': true,
		'large-receive-offload': false,
		'tx-checksum-ipv4': false,
	})
	const stats = 'NIC statistics:\n     tx_timeout: 0\n     conntrack_allowance_exceeded: 4711\n'
	expect(parseAllowance(stats)).toBe(4711)
	expect(parseAllowance('NIC statistics:\n     rx_packets: 1\n')).toBeUndefined()
})

test('virtual services, and servers that answer past this host', () => {
	const text = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
TCP  0A420102:0050 rr
  -> 0A420202:0050      Route   1      0          0
  -> 0A420203:0050      Masq    1      0          0
UDP  [2001:0db8:0000:0000:0000:0000:0000:0001]:0035 wlc
  -> [2001:0db8:0000:0000:0000:0000:0000:0002]:0035      Tunnel  1      0          0
`
	expect(parseVirtualServers(text)).toEqual({ services: 2, direct: 2 })
	expect(parseVirtualServers('')).toEqual({ services: 0, direct: 0 })
})

test('a counter of /proc/net/netstat by its name', () => {
	const text = 'TcpExt: SyncookiesSent IPReversePathFilter X\nTcpExt: 1 42 3\nIpExt: InNoRoutes\nIpExt: 9\n'
	expect(netstatCounter(text, 'TcpExt', 'IPReversePathFilter')).toBe(42)
	expect(netstatCounter(text, 'IpExt', 'InNoRoutes')).toBe(9)
	expect(netstatCounter(text, 'IpExt', 'Nothing')).toBeUndefined()
	expect(netstatCounter('', 'IpExt', 'InNoRoutes')).toBeUndefined()
})
