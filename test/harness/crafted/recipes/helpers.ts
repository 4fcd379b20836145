import type { Place } from '../lab.ts'
import { address, udp } from '../packets.ts'
import { C, established, type Recipe, S, talk } from '../recipe.ts'

/**
 * Packets that a helper drops. Most make two connections expect the same third one: the second is refused. Ports and
 * helpers are bound together in ../lab.ts.
 */
export const HELPER_DROPS: readonly Recipe[] = [
	dropped('ftp', { 'helper-ftp-partial': "partial matching of `PORT'" }, (place) =>
		ftp(place, 21, 40_000, 'PORT 10,1'),
	),
	dropped('ftp', { 'helper-ftp-add': 'cannot add expectation' }, (place) => [
		...ftp(place, 21, 40_000, `PORT ${commas(place.client)},50,1\r\n`),
		...ftp(place, 21, 40_001, `PORT ${commas(place.client)},50,1\r\n`),
	]),
	// Port 65535 leaves no higher one to try.
	dropped('ftp', { 'helper-ftp-nat-ports': 'all ports in use' }, (place) => [
		...ftp(place, 2021, 40_000, `PORT ${commas(place.client)},255,255\r\n`),
		...ftp(place, 2021, 40_001, `PORT ${commas(place.client)},255,255\r\n`),
	]),
	dropped('irc', { 'helper-irc-add': 'cannot add expectation' }, (place) => [
		...irc(place, 6667, 40_000, 5_000),
		...irc(place, 6667, 40_001, 5_000),
	]),
	dropped('irc', { 'helper-irc-nat-ports': 'all ports in use' }, (place) => [
		...irc(place, 2667, 40_000, 65_535),
		...irc(place, 2667, 40_001, 65_535),
	]),
	dropped('sane', { 'helper-sane-add': 'cannot add expectation' }, (place) => [
		...sane(place, 40_000),
		...sane(place, 40_001),
	]),
	dropped('tftp', { 'helper-tftp-add': 'cannot add expectation' }, ({ client, server }) => [
		udp(client, server, 3_000, 69, { text: '\0\x01file\0octet\0' }),
		udp(client, server, 3_000, 1069, { text: '\0\x01file\0octet\0' }),
	]),
	dropped('amanda', { 'helper-amanda-add': 'cannot add expectation' }, (place) => [
		...amanda(place, 10_080, 3_000, place.server),
		...amanda(place, 10_080, 3_001, place.server),
	]),
	dropped('amanda', { 'helper-amanda-nat-ports': 'all ports in use' }, (place) => [
		...amanda(place, 2080, 3_000, place.translated, 65_535),
		...amanda(place, 2080, 3_001, place.translated, 65_535),
	]),
	dropped('snmp_trap', { 'helper-snmp-2': 'dropping malformed packet' }, ({ client, server }) => [
		udp(client, server, 3_000, 2162, { text: 'longer than said', length: 12, noChecksum: true }),
	]),
	dropped('snmp_trap', { 'helper-snmp-3': 'parser failed' }, ({ client, server }) => [
		udp(client, server, 3_000, 2162, { text: 'no ASN.1' }),
	]),

	dropped('sip', { 'helper-sip-10': 'cannot parse cseq' }, (place) => [
		sip(place, 5060, 3_000, 'INVITE', []),
	]),
	// Zero modulo 2^32: a number, and yet none.
	dropped('sip', { 'helper-sip-6': 'cannot get cseq' }, (place) => [
		sip(place, 5060, 3_000, 'INVITE', ['CSeq: 4294967296 INVITE']),
	]),
	dropped('sip', { 'helper-sip-5': 'cannot get code' }, ({ client, server }) => [
		udp(client, server, 3_000, 5060, { text: 'SIP/2.0 abc what\r\nCSeq: 1 INVITE\r\n\r\n' }),
	]),
	dropped('sip', { 'helper-sip-11': 'cannot parse expires' }, (place) => [
		sip(place, 5060, 3_000, 'REGISTER', [
			'CSeq: 1 REGISTER',
			`Contact: <sip:me@${place.client}:5060>;expires=soon`,
		]),
	]),
	dropped('sip', { 'helper-sip-12': 'wrong port 80' }, (place) => [call(place, 5060, 3_000, 'audio', 80)]),
	// An address of the media alone, and no Content-Length to correct.
	dropped('sip', { 'helper-sip-7': 'cannot mangle SDP' }, ({ client, server }) => [
		udp(client, server, 3_000, 2060, {
			text: `INVITE sip:you@${server} SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\nv=0\r\nm=audio 6100 RTP/AVP 0\r\nc=IN IP4 ${client}\r\n`,
		}),
	]),
	dropped('sip', { 'helper-sip-8': 'cannot parse SDP message' }, (place) => [
		sip(place, 5060, 3_000, 'INVITE', ['CSeq: 1 INVITE'], 'v=0\r\nm=audio 6000 RTP/AVP 0\r\n'),
	]),
	dropped('sip', { 'helper-sip-3': 'cannot add expectation' }, (place) => [
		register(place, 5060, 3_000, 5_062),
		register(place, 5060, 3_001, 5_062),
	]),
	dropped(
		'sip',
		{
			'helper-sip-nat-1': 'all ports in use for SDP media',
			'helper-sip-2': 'cannot add expectation for voice',
		},
		(place) => [call(place, 2060, 3_000, 'video', 65_534), call(place, 2060, 3_001, 'audio', 65_534)],
	),
	dropped('sip', { 'helper-sip-nat-2': 'all ports in use for SIP' }, (place) => [
		register(place, 2060, 3_000, 65_535),
		register(place, 2060, 3_001, 65_535),
	]),
]

/** `lines`: text by id, in the order in which they are printed. */
function dropped(
	helper: string,
	lines: Readonly<Record<string, string>>,
	packets: Recipe['packets'],
): Recipe {
	return {
		name: `${helper}: ${Object.values(lines)[0]}`,
		kind: 'dropped',
		packets,
		lines: Object.entries(lines).map(([id, body]) => ({ id, body })),
		moves: {},
	}
}

const commas = (address4: string) => address4.replaceAll('.', ',')

/** A line that ends, since the helper looks for commands behind ends of lines only, and then `command`. */
function ftp(place: Place, port: number, sport: number, command: string): Buffer[] {
	const one = talk(place, { port, sport })
	return [
		...hello(place, port, sport),
		one.orig('PA', { seq: C + 1, ack: S + 1, text: 'USER a\r\n' }),
		one.orig('PA', { seq: C + 9, ack: S + 1, text: command }),
	]
}

function irc(place: Place, port: number, sport: number, offered: number): Buffer[] {
	const number = address(place.client).readUInt32BE(0)
	const text = `PRIVMSG friend :\x01DCC CHAT chat ${number} ${offered}\x01\n`
	const one = talk(place, { port, sport })
	return [...hello(place, port, sport), one.orig('PA', { seq: C + 1, ack: S + 1, text })]
}

/** A request to start a scan, and the answer with the port of the data: status 0, zero, port. */
function sane(place: Place, sport: number): Buffer[] {
	const one = talk(place, { port: 6566, sport })
	return [
		...established(one),
		one.orig('PA', { seq: C + 1, ack: S + 1, text: Buffer.from([0, 0, 0, 7, 0, 0, 0, 0]) }),
		one.reply('PA', { seq: S + 1, ack: C + 9, text: Buffer.from([0, 0, 0, 0, 0, 0, 0x17, 0x70]) }),
	]
}

function amanda(place: Place, port: number, sport: number, from: string, data = 50_000): Buffer[] {
	return [
		udp(place.client, place.server, sport, port, { text: 'SERVICE sendbackup' }),
		udp(from, place.client, port, sport, { text: `CONNECT DATA ${data}\n` }),
	]
}

function sip(
	place: Place,
	port: number,
	sport: number,
	method: string,
	headers: readonly string[],
	text = '',
): Buffer {
	const head = [`${method} sip:you@${place.elsewhere} SIP/2.0`, ...headers, `Content-Length: ${text.length}`]
	return udp(place.client, place.server, sport, port, { text: `${head.join('\r\n')}\r\n\r\n${text}` })
}

function call(place: Place, port: number, sport: number, media: string, at: number): Buffer {
	const text = `v=0\r\no=- 1 1 IN IP4 ${place.client}\r\ns=-\r\nc=IN IP4 ${place.client}\r\nm=${media} ${at} RTP/AVP 0\r\n`
	return sip(place, port, sport, 'INVITE', ['CSeq: 1 INVITE'], text)
}

function register(place: Place, port: number, sport: number, at: number): Buffer {
	return sip(place, port, sport, 'REGISTER', [
		'CSeq: 1 REGISTER',
		`Contact: <sip:me@${place.client}:${at}>`,
		'Expires: 60',
	])
}

/** A handshake; behind destination NAT the answer comes from the translated address. */
function hello(place: Place, port: number, sport: number): Buffer[] {
	const one = talk(place, { port, sport })
	const far =
		port === 2021 || port === 2667 ? talk({ ...place, server: place.translated }, { port, sport }) : one
	return [
		one.orig('S', { seq: C }),
		far.reply('SA', { seq: S, ack: C + 1 }),
		one.orig('A', { seq: C + 1, ack: S + 1 }),
	]
}
