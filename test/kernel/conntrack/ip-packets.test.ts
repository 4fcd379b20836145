import { expect, test } from 'vitest'
import { ipPackets } from '../../../src/kernel/conntrack/ip-packets.ts'

const SNMP = `Ip: Forwarding DefaultTTL InReceives InHdrErrors OutRequests OutDiscards
Ip: 1 64 1000 2 300 4
Icmp: InMsgs InErrors
Icmp: 7 8
`
const SNMP6 = `Ip6InReceives                   	20
Ip6InHdrErrors                  	5
Ip6OutRequests                  	3
Ip6OutTransmits                 	9
`

test.each<[string, string, string, number | undefined]>([
	['both families', SNMP, SNMP6, 1323],
	['no IPv6 here', SNMP, '', 1300],
	['no file at all', '', '', undefined],
	['names without numbers', 'Ip: InReceives OutRequests\n', '', undefined],
	['no numbers', 'Ip: InReceives\nIp: many\n', 'Ip6InReceives x\n', undefined],
	['something else', '\u0000Ip: \n\n', 'Ip6OutRequests', undefined],
])('%s', (_, snmp, snmp6, packets) => {
	expect(ipPackets(snmp, snmp6)).toBe(packets)
})
