import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseLogLine } from '../../../src/kernel/log/log-line.ts'

type Found = { readonly line: string; readonly kind: string; readonly [field: string]: unknown }

/** Lines that people have posted, with what they say; read by eye once. */
const FOUND = JSON.parse(
	readFileSync(new URL('../../fixtures/log-lines.json', import.meta.url), 'utf8'),
) as readonly Found[]

const PACKET = 'IN=eth0 OUT= SRC=192.0.2.1 DST=192.0.2.2 LEN=40 TTL=64 PROTO=TCP SPT=1 DPT=2 '
const TEXT = `nf_ct_proto_6: invalid rst ${PACKET}`

const packetOf = (line: string) => {
	const found = parseLogLine(line)
	return 'line' in found ? found.line.packet : undefined
}

describe('lines that people have posted', () => {
	test('there are many of them', () => {
		expect(FOUND.length).toBeGreaterThan(110)
	})

	test.each(FOUND)('$line', ({ line, ...expected }) => {
		const found = parseLogLine(line)
		const { text, boot, host, level } = found.stamp
		const packetLine = 'line' in found ? found.line : undefined
		const packet = packetLine?.packet
		expect(found.raw).toBe(line)
		expect({
			kind: found.kind,
			time: text,
			boot,
			host,
			level,
			...(packetLine === undefined || packet === undefined
				? {}
				: {
						prefix: packetLine.prefix,
						...(packetLine.body === '' ? {} : { body: packetLine.body }),
						src: packet.src,
						spt: packet.spt,
						dst: packet.dst,
						dpt: packet.dpt,
						protocol: packet.protocol,
						...(packet.flags.length === 0 ? {} : { flags: packet.flags.join(' ') }),
						...(packet.inner === null ? {} : { quoted: packet.inner.dpt }),
						...(packet.rest.length === 0 ? {} : { rest: packet.rest }),
					}),
			...(found.kind === 'neighbour' ? { neighbour: found.neighbour.id } : {}),
		}).toEqual(expected)
	})
})

describe('whose words they are', () => {
	test.each<[string, string]>([
		[TEXT, 'conntrack'],
		[`5,1234,5678,-;${TEXT}`, 'conntrack'],
		[`5,1234,5678,-,caller=T12;${TEXT}`, 'conntrack'],
		[`12,1234,5678,-;${TEXT}`, 'rule'],
		[`<5>${TEXT}`, 'conntrack'],
		[`<5>[   12.345678] ${TEXT}`, 'conntrack'],
		[`<13>[   12.345678] ${TEXT}`, 'rule'],
		[`Mar  1 10:00:00 web kernel: ${TEXT}`, 'conntrack'],
		[`Mar  1 10:00:00 web kernel: [   12.345678] ${TEXT}`, 'conntrack'],
		[`Mar  1 10:00:00 web ulogd[812]: ${TEXT}`, 'conntrack'],
		[`Mar  1 10:00:00 web ${TEXT}`, 'conntrack'],
		[`Mar  1 10:00:00 ${TEXT}`, 'conntrack'],
		[`Mar  1 10:00:00 web root: ${TEXT}`, 'rule'],
		[`Mar  1 10:00:00 web sshd[12]: ${TEXT}`, 'rule'],
		[`Mar  1 10:00:00 web kernel: PREFIX ${TEXT}`, 'rule'],
		[`kern  :notice: [   12.345678] ${TEXT}`, 'conntrack'],
		[`user  :notice: [   12.345678] ${TEXT}`, 'rule'],
		[`helper ftp dropping packet: cannot add expectation ${PACKET}`, 'helper'],
		[`Mar  1 10:00:00 helper ftp dropping packet: cannot add expectation ${PACKET}`, 'helper'],
		[`nf_ct_ftp: dropping packet: cannot add expectation ${PACKET}`, 'helper'],
		[`nf_ct_ftp: dropping packet ${PACKET}`, 'helper'],
		[`LOG: nf_ct_ftp: dropping packet ${PACKET}`, 'rule'],
		['nf_conntrack: nf_conntrack: table full, dropping packet', 'neighbour'],
		['nf_ct_tcp: SYN proxy client keep alive', 'printk'],
		['[   12.345678] usb 1-1: new device', 'printk'],
		['Mar  1 10:00:00 web kernel: usb 1-1: new device', 'printk'],
		['Mar  1 10:00:00 web sshd[12]: Accepted publickey', 'other'],
		['', 'other'],
		['   ', 'other'],
		['nf_ct_proto_6 invalid', 'other'],
		['{"log":"x"}', 'other'],
		['{', 'other'],
	])('%s: %s', (line, kind) => {
		expect(parseLogLine(line)).toMatchObject({ kind, raw: line })
	})

	test('a reason is never taken from the prefix of a rule', () => {
		const found = parseLogLine(`[   12.345678] DROP nf_ct_proto_6: invalid rst ${PACKET}`)
		expect(found).toMatchObject({
			kind: 'rule',
			line: { prefix: 'DROP nf_ct_proto_6: invalid rst', body: '', l4proto: null },
		})
	})
})

describe('journalctl -o json', () => {
	const entry = {
		MESSAGE: TEXT,
		__REALTIME_TIMESTAMP: '1615558218123456',
		_SOURCE_MONOTONIC_TIMESTAMP: '5678901',
		PRIORITY: '5',
		_HOSTNAME: 'web-07',
		_TRANSPORT: 'kernel',
		SYSLOG_IDENTIFIER: 'kernel',
	}
	const stamp = {
		text: '2021-03-12T14:10:18.123Z',
		wall: 1615558218123.456,
		boot: 5.678901,
		level: 5,
		host: 'web-07',
	}

	test.each<[string, object, string]>([
		['text', {}, 'conntrack'],
		['bytes', { MESSAGE: [...new TextEncoder().encode(TEXT)] }, 'conntrack'],
		['the field twice', { MESSAGE: [TEXT, 'other'] }, 'conntrack'],
		['facility of the kernel', { SYSLOG_FACILITY: '0' }, 'conntrack'],
		['of a program, through /dev/kmsg', { SYSLOG_FACILITY: '1' }, 'rule'],
		['of a program', { _TRANSPORT: 'syslog', SYSLOG_IDENTIFIER: 'root' }, 'rule'],
		['of ulogd', { _TRANSPORT: 'syslog', SYSLOG_IDENTIFIER: 'ulogd' }, 'conntrack'],
		['another message', { MESSAGE: 'usb 1-1: new device' }, 'printk'],
	])('%s', (_, fields, kind) => {
		const line = JSON.stringify({ ...entry, ...fields })
		expect(parseLogLine(line)).toMatchObject({ kind, raw: line, stamp })
		expect(parseLogLine(`\x1e${line}`)).toMatchObject({ kind, stamp })
	})

	test.each<[string, object]>([
		['no message', { MESSAGE: null }],
		['no bytes', { MESSAGE: [300, -1] }],
		['no text', { MESSAGE: 5 }],
	])('%s', (_, fields) => {
		expect(parseLogLine(JSON.stringify({ ...entry, ...fields })).kind).not.toBe('conntrack')
	})

	test('times that are none', () => {
		const strange = { ...entry, __REALTIME_TIMESTAMP: '9'.repeat(40), PRIORITY: '99', _HOSTNAME: 5 }
		expect(parseLogLine(JSON.stringify(strange)).stamp).toEqual({
			text: '',
			wall: null,
			boot: 5.678901,
			level: null,
			host: null,
		})
	})
})

describe('what hands and programs have done to a line', () => {
	test.each<[string, string]>([
		['a line end of Windows', `${TEXT}\r`],
		['a mark of an editor', `\ufeff${TEXT}`],
		['a quotation', `> > ${TEXT}`],
		['folded', TEXT.replace(' IN=', '\n  IN=').replace(' PROTO', '\n\tPROTO')],
		['folded in a quotation', `> ${TEXT.replace(' IN=', '\n> IN=')}`],
		['quoted-printable', TEXT.replaceAll('=', '=3D')],
		['quoted-printable, folded', `> ${TEXT.replaceAll('=', '=3D').replace('DST=3D192', 'DST=3D=\n192')}`],
	])('%s', (_, line) => {
		expect(parseLogLine(line)).toMatchObject({
			kind: 'conntrack',
			raw: line,
			line: {
				body: 'invalid rst',
				packet: { in: 'eth0', src: '192.0.2.1', dst: '192.0.2.2', dpt: 2, rest: [] },
			},
		})
	})

	test.each<[string, string, object]>([
		['emptied', 'SRC= DST= LEN=40 SPT= DPT=443', { src: null, dst: null, length: 40, spt: null, dpt: 443 }],
		['x', 'SRC=10.x.x.x DST=xxx.xxx.xxx.xxx', { src: '10.x.x.x', dst: 'xxx.xxx.xxx.xxx', family: 4 }],
		['dots', 'SRC=... DST=98.137.200.255', { src: '...', dst: '98.137.200.255', family: null }],
		['words', 'SRC=<server> DST=<client> HOPLIMIT=1', { src: '<server>', dst: '<client>', family: 6 }],
		['brackets', 'SRC=1.2.[edited] DST=2.2.2.2 SPT=1', { src: '1.2.[edited]', dst: '2.2.2.2', spt: 1 }],
		[
			'brackets in a quotation',
			'PROTO=ICMP TYPE=3 CODE=1 [SRC=1.2.[edited] DST=2.2.2.2 SPT=7 ] MTU=9 ',
			{ inner: { src: '1.2.[edited]', spt: 7 }, fields: { MTU: '9' }, rest: [] },
		],
		['cut in a name', 'SRC=1.1.1.1 DST=2.2.2.2 PROTO=TCP S', { protocol: 'TCP', rest: ['S'] }],
		['cut in options', 'PROTO=TCP SPT=1 OPT (0204', { spt: 1, words: ['OPT (0204'], rest: [] }],
	])('masked or cut: %s', (_, tail, expected) => {
		expect(packetOf(`nf_ct_proto_6: x IN=eth0 OUT= ${tail}`)).toMatchObject(expected)
	})

	test.each<[string, string]>([
		['DROP:IN=eth0 OUT= SRC=1.1.1.1', 'DROP:'],
		['[a]IN=eth0 OUT= SRC=1.1.1.1', '[a]'],
		['MAIN=x IN=eth0 OUT= SRC=1.1.1.1', 'MAIN=x'],
		['a OUT=x b IN=eth0 OUT=c', 'a OUT=x b'],
		['IN=eth0 OUT= SRC=1.1.1.1', ''],
		['short SRC=1.1.1.1 DST=2.2.2.2', 'short'],
		['a piece of PROTO=TCP SPT=1', 'a piece of'],
	])('prefix of a rule: %s', (line, prefix) => {
		expect(parseLogLine(line)).toMatchObject({ kind: 'rule', line: { prefix } })
	})

	test('ARP, with the addresses of the frame and its own', () => {
		expect(
			packetOf(
				'x IN=veth0 OUT= MACSRC=a MACDST=b VPROTO=8100 VID=10 MACPROTO=0806 ARP HTYPE=1 PTYPE=0x0800 OPCODE=2 MACSRC=c IPSRC=192.0.2.1 MACDST=d IPDST=192.0.2.2',
			),
		).toMatchObject({
			fields: { MACSRC: 'a', MACDST: 'b', VPROTO: '8100', VID: '10', MACPROTO: '0806' },
			arp: {
				hardware: '1',
				protocol: '0x0800',
				opcode: 2,
				senderMac: 'c',
				senderIp: '192.0.2.1',
				targetMac: 'd',
				targetIp: '192.0.2.2',
			},
			rest: [],
		})
	})

	test.each<[string, object]>([
		['TUNNEL=1.1.1.1->2.2.2.2', { fields: { TUNNEL: '1.1.1.1->2.2.2.2' } }],
		['PHYSIN=a PHYSOUT=b', { fields: { PHYSIN: 'a', PHYSOUT: 'b' } }],
		['TOS=00 MARK=1a0000', { fields: { TOS: '00' }, mark: '1a0000' }],
		['M0', { rest: ['M0'] }],
		['HTYPE=1', { rest: ['HTYPE=1'] }],
		['OPT ( ESP SPI=0x10 ) ) ', { words: ['OPT ( ESP SPI=0x10 ) )'], rest: [] }],
		['OPT (abc PROTO=TCP SPT=1', { words: ['OPT (abc'], protocol: 'TCP', spt: 1 }],
		['PARAMETER=3 POINTER=00000028 GATEWAY=1.1.1.1', { fields: { PARAMETER: '3', GATEWAY: '1.1.1.1' } }],
	])('%s', (tail, expected) => {
		expect(packetOf(`x IN=eth0 OUT= ${tail}`)).toMatchObject(expected)
	})

	test.each([
		['nf_ct_tcp', 6],
		['ip_ct_tcp', 6],
		['ip_conntrack_tcp', 6],
		['nf_ct_udp', 17],
		['nf_ct_udplite', 136],
		['nf_ct_icmp', 1],
		['nf_ct_icmpv6', 58],
		['nf_ct_sctp', 132],
		['nf_ct_dccp', 33],
		['nf_ct_gre', 47],
	])('prefix of old kernels: %s', (name, l4proto) => {
		expect(parseLogLine(`${name}: short packet ${PACKET}`)).toMatchObject({
			kind: 'conntrack',
			line: { prefix: `${name}:`, l4proto, legacy: true, body: 'short packet' },
		})
	})

	test.each(['\\x0a', '#012', '\n'])('the newline of one SCTP text as %j', (newline) => {
		const line = `nf_ct_proto_132: do_basic_checks failed. flag 1${newline} ${PACKET}`
		expect(parseLogLine(line)).toMatchObject({ line: { body: 'do_basic_checks failed. flag 1' } })
	})
})
