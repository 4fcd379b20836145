import { initBody, ip, PROTOCOL, sctp } from '../packets.ts'
import { type Recipe, silent } from '../recipe.ts'

const DATA = { type: 0, body: Buffer.alloc(16, 1) }
const INIT = { type: 1, body: initBody(0xaaaa_0001) }
const INIT_ACK = { type: 2, body: initBody(0xbbbb_0002) }
const HEARTBEAT = { type: 4, body: Buffer.alloc(8, 4) }
const COOKIE_ECHO = { type: 10, body: Buffer.alloc(8, 7) }

/** SCTP packets that are INVALID with a line. */
export const SCTP_INVALID: readonly Recipe[] = [
	{
		name: 'sctp header cut short',
		kind: 'invalid',
		packets: ({ client, server }) => [ip(client, server, PROTOCOL.sctp, Buffer.alloc(8, 1))],
		lines: [{ id: 'sctp-1', body: 'nf_ct_sctp: short packet' }],
		moves: { invalid: 1 },
	},
	{
		name: 'sctp CRC',
		kind: 'invalid',
		packets: ({ client, server }) => [sctp(client, server, 7, 7, 0, [INIT], 'crc')],
		lines: [{ id: 'sctp-3', body: 'nf_ct_sctp: bad CRC' }],
		moves: { invalid: 1 },
	},
	{
		name: 'sctp INIT with a second chunk',
		kind: 'invalid',
		packets: ({ client, server }) => [sctp(client, server, 7, 7, 0, [INIT, DATA])],
		lines: [
			{
				id: 'sctp-basic',
				body: 'do_basic_checks failed. chunk num 1, type 0, len ',
				params: { chunk: 1, type: 0, length: 20, flag: 1 },
			},
		],
		moves: { invalid: 1 },
	},
	{
		name: 'sctp COOKIE ECHO that is not the first',
		kind: 'invalid',
		packets: ({ client6, server6 }) => [sctp(client6, server6, 7, 7, 1, [DATA, COOKIE_ECHO])],
		lines: [
			{
				id: 'sctp-basic',
				body: 'do_basic_checks failed. chunk num 1, type 10, len ',
				params: { chunk: 1, name: 'COOKIE ECHO', length: 12, flag: 0 },
			},
		],
		moves: { invalid: 1 },
	},
	{
		name: 'sctp chunk of length 0',
		kind: 'invalid',
		packets: ({ client, server }) => [sctp(client, server, 7, 7, 1, [{ ...DATA, length: 0 }])],
		lines: [{ id: 'sctp-basic', body: 'do_basic_checks failed. chunk num 0, type 0, len 0 flag 0' }],
		moves: { invalid: 1 },
	},
	{
		name: 'sctp verification tag',
		kind: 'invalid',
		packets: ({ client, server }) => [
			sctp(client, server, 7, 7, 0, [INIT]),
			sctp(server, client, 7, 7, 0xaaaa_0001, [INIT_ACK]),
			sctp(client, server, 7, 7, 0x1234_5678, [DATA]),
		],
		lines: [
			{
				id: 'sctp-vtag',
				body: 'verification tag check failed ',
				params: { tag: '78563412', expected: '200bbbb', direction: 'original' },
			},
		],
		moves: { invalid: 1 },
	},
	{
		name: 'sctp INIT as the answer to a HEARTBEAT',
		kind: 'invalid',
		packets: ({ client, server }) => [
			sctp(client, server, 7, 7, 1, [HEARTBEAT]),
			sctp(server, client, 7, 7, 0, [INIT]),
		],
		lines: [
			{
				id: 'sctp-state',
				body: 'Invalid, old_state 8, dir 1, type 1',
				params: { name: 'INIT', direction: 'reply', state: 'HEARTBEAT_SENT' },
			},
		],
		moves: { invalid: 1 },
	},
]

/** SCTP packets that are INVALID without a log line. */
export const SCTP_SILENT: readonly Recipe[] = [
	silent(
		'sctp ABORT without an entry',
		'invalid',
		['silent-sctp', 'silent-sctp-either'],
		({ client, server }) => [sctp(client, server, 7, 7, 5, [{ type: 6 }])],
	),
	silent(
		'sctp SHUTDOWN COMPLETE without an entry',
		'invalid',
		['silent-sctp', 'silent-sctp-either'],
		({ client, server }) => [sctp(client, server, 7, 7, 5, [{ type: 14 }])],
	),
	silent(
		'sctp COOKIE ACK without an entry',
		'invalid',
		['silent-sctp', 'silent-sctp'],
		({ client, server }) => [sctp(client, server, 7, 7, 5, [{ type: 11 }])],
	),
	silent('sctp INIT with a tag', 'invalid', ['silent-sctp', 'silent-sctp-init'], ({ client, server }) => [
		sctp(client, server, 7, 7, 5, [INIT]),
	]),
	silent('sctp DATA without an entry', 'invalid', ['silent-sctp', 'silent-sctp'], ({ client, server }) => [
		sctp(client, server, 7, 7, 5, [DATA]),
	]),
	silent('sctp without a chunk', 'invalid', ['silent-sctp', 'silent-sctp-empty'], ({ client, server }) => [
		sctp(client, server, 7, 7, 5, []),
	]),
	silent(
		'sctp ABORT with a wrong tag',
		'invalid',
		['silent-sctp-tag', 'silent-sctp-either'],
		({ client, server }) => [
			sctp(client, server, 7, 7, 0, [INIT]),
			sctp(server, client, 7, 7, 0xaaaa_0001, [INIT_ACK]),
			sctp(client, server, 7, 7, 0x1234_5678, [{ type: 6 }]),
		],
	),
	silent(
		'sctp COOKIE ECHO with a wrong tag',
		'invalid',
		['silent-sctp-tag', 'silent-sctp-tag'],
		({ client, server }) => [
			sctp(client, server, 7, 7, 0, [INIT]),
			sctp(server, client, 7, 7, 0xaaaa_0001, [INIT_ACK]),
			sctp(client, server, 7, 7, 0x1234_5678, [COOKIE_ECHO]),
		],
	),
]
