import type { Case, TrueCause } from '../case.ts'
import { countInvalid, dropInvalid, track } from '../topologies/rules.ts'
import { addressesOf, alone, boxedServer, pair, routed } from '../topologies/topologies.ts'
import { ASKS, chats, clients, end, endsAfter, job, MAIL, server, WEB } from './players.ts'

/** `conntrack -D` without an end, as an impatient script does. */
export const forgets = (what: string, every: number) =>
	`while :; do conntrack -D ${what} || :; sleep ${every}; done`

const DELETED: TrueCause = { anyOf: ['entry-deleted'], less: ['entry-gone'], flows: /:8080\b/ }
const FLUSHED: TrueCause = { anyOf: ['entry-flushed'], less: ['entry-deleted', 'entry-gone'] }
const STOP = { place: 'here', line: end('script'), says: /delet|flush|remov|conntrack -[DF]/i }

/** Someone removes the entries of live connections. */
export function entryGone(family: 4 | 6): readonly Case[] {
	const a = addressesOf(family)
	const name = (text: string) => (family === 6 ? `${text}-v6` : text)
	const deletes = forgets(`${a.conntrack} -p tcp --dport ${WEB}`, 0.4)
	return [
		{
			name: name('deleted-output-drop'),
			title: 'a script deletes entries, and OUTPUT drops the FINs of the local service',
			story: 'Clients of the service on this host hang at the end of a session, until they time out.',
			topology: pair,
			setUp: { here: [...track('input'), ...dropInvalid('output')] },
			players: [
				server('web', 'here', WEB),
				server('mail', 'here', MAIL),
				clients('visitors', 'left', a.here, WEB, endsAfter(1.2)),
				clients('post', 'left', a.here, MAIL, ASKS),
				job('script', 'here', deletes),
			],
			truth: {
				causes: [
					{
						anyOf: ['entry-deleted', 'fin-never-leaves'],
						less: ['entry-gone', 'entry-flushed'],
						flows: /:8080\b/,
					},
				],
				may: ['entry-deleted', 'fin-never-leaves'],
				lookAlikes: ['entry-timed-out', 'late', 'scan', 'one-direction'],
				suffers: ['visitors'],
				fine: ['post'],
			},
			proof: { invalid: 10, reasons: [/^nf_ct_proto_6: invalid new/] },
			remedy: STOP,
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: name('deleted-forward-drop'),
			title: 'a script on the router deletes entries, and FORWARD drops the FINs of the server',
			story: 'Sessions through the router hang at their end.',
			topology: routed,
			setUp: { here: dropInvalid('forward') },
			players: [
				server('web', 'right', WEB),
				server('mail', 'right', MAIL),
				clients('visitors', 'left', a.right, WEB, endsAfter(1.2)),
				clients('post', 'left', a.right, MAIL, ASKS),
				job('script', 'here', deletes),
			],
			truth: {
				causes: [DELETED],
				lookAlikes: ['leak-without-nat', 'reply-not-translated', 'late', 'small-timeout'],
				suffers: ['visitors'],
				fine: ['post'],
			},
			proof: { invalid: 10, reasons: [/^nf_ct_proto_6: invalid new/] },
			remedy: STOP,
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: name('flushed-every-second'),
			title: 'conntrack -F runs every second on a router that drops INVALID',
			story: 'Sessions through the router hang at their end, whatever the service.',
			topology: routed,
			setUp: { here: dropInvalid('forward') },
			players: [
				server('web', 'right', WEB),
				server('mail', 'right', MAIL),
				clients('visitors', 'left', a.right, WEB, endsAfter(1.2)),
				clients('post', 'left', a.right, MAIL, endsAfter(1.5)),
				job('script', 'here', 'while :; do conntrack -F; sleep 1; done'),
			],
			truth: {
				causes: [FLUSHED],
				lookAlikes: ['late', 'leak-without-nat', 'small-timeout', 'entry-evicted'],
				suffers: ['visitors', 'post'],
				fine: [],
			},
			proof: { invalid: 15, reasons: [/^nf_ct_proto_6: invalid new/] },
			remedy: STOP,
			neverOffered: [/be_liberal/, /tcp_loose/, /does not hurt open connections/],
		},
	]
}

/** Those that are the same in both families. */
export function entryGoneOnce(): readonly Case[] {
	const a = addressesOf(4)
	return [
		{
			name: 'flushed-nobody-hurt',
			title: 'conntrack -F runs every two seconds, and INVALID packets are only counted',
			story: 'Nobody complains. The counter of INVALID packets rises.',
			topology: routed,
			setUp: { here: countInvalid('forward') },
			players: [
				server('web', 'right', WEB),
				clients('visitors', 'left', a.right, WEB, endsAfter(1.2), { every: 0.2 }),
				job('script', 'here', 'while :; do conntrack -F; sleep 2; done'),
			],
			truth: {
				causes: [FLUSHED],
				lookAlikes: ['late', 'scan', 'leak-without-nat'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 5, reasons: [/^nf_ct_proto_6: invalid new/] },
			neverOffered: [/be_liberal/, /drop INVALID/i],
		},
		{
			name: 'flushed-loose0',
			title: 'conntrack -F runs every second, and tcp_loose is 0',
			story: 'Connections that rest for a second are dead. New ones work at first.',
			topology: routed,
			setUp: {
				here: [...dropInvalid('forward'), 'echo 0 > /proc/sys/net/netfilter/nf_conntrack_tcp_loose'],
			},
			players: [
				server('web', 'right', WEB),
				clients('visitors', 'left', a.right, WEB, {
					here: [
						['send', 20],
						['recv', 20],
						['wait', 1.3],
						['send', 20],
						['recv', 20],
					],
					there: [['echo']],
				}),
				job('script', 'here', 'while :; do conntrack -F; sleep 1; done'),
			],
			truth: {
				causes: [FLUSHED],
				may: ['not-picked-up'],
				lookAlikes: ['small-timeout', 'one-direction', 'entry-timed-out'],
				suffers: ['visitors'],
				fine: [],
			},
			proof: { invalid: 10, silent: true },
			remedy: STOP,
			neverOffered: [/be_liberal/],
		},
		{
			name: 'deleted-on-loopback',
			title: 'a script deletes entries of connections that one host has with itself',
			story: 'The application hangs when it ends a session with its own database.',
			topology: alone,
			setUp: { here: dropInvalid('input') },
			players: [
				server('database', 'here', WEB),
				clients('application', 'here', '127.0.0.1', WEB, endsAfter(1.2)),
				job('script', 'here', forgets(`-p tcp --dport ${WEB}`, 0.4)),
			],
			truth: {
				causes: [DELETED],
				may: ['fin-never-leaves'],
				lookAlikes: ['late', 'bridged-twice', 'scan'],
				suffers: ['application'],
				fine: [],
			},
			proof: { invalid: 10, reasons: [/^nf_ct_proto_6: invalid new/] },
			remedy: STOP,
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'deleted-once-by-hand',
			title: 'someone has deleted the entries of resting connections once',
			story: "Some sessions of the morning hang since ten o'clock. New ones are well.",
			topology: routed,
			setUp: { here: dropInvalid('forward') },
			players: [
				server('web', 'right', WEB),
				server('mail', 'right', MAIL),
				clients('old', 'left', a.right, WEB, endsAfter(2.5), { every: 0.1, times: 20, limit: 12 }),
				chats('post', 'left', a.right, MAIL),
			],
			strike: { place: 'here', line: `conntrack -D -p tcp --dport ${WEB}`, warm: 2.2 },
			truth: {
				causes: [{ anyOf: ['entry-gone', 'entry-deleted', 'entry-flushed'], flows: /:8080\b/ }],
				lookAlikes: ['small-timeout', 'scan', 'late', 'entry-timed-out'],
				suffers: [],
				fine: ['post'],
			},
			proof: { invalid: 5, reasons: [/^nf_ct_proto_6: invalid new/] },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'deleted-of-one-client',
			title: 'a script deletes all entries of one client, of two services; those of many others stay',
			story: 'Sessions of one workstation hang at their end. Everybody else is well.',
			topology: routed,
			setUp: { left: ['ip address add 10.66.1.9/24 dev here'], here: dropInvalid('forward') },
			players: [
				server('web', 'right', WEB),
				server('mail', 'right', MAIL),
				...[WEB, MAIL].map((port) =>
					clients(`one-${port}`, 'left', a.right, port, endsAfter(1.2), {
						every: 0.1,
						limit: 4,
						sources: ['10.66.1.9'],
					}),
				),
				chats('others', 'left', a.right, MAIL, { connections: 60, every: 1 }),
				job('script', 'here', forgets('-s 10.66.1.9', 0.6)),
			],
			truth: {
				causes: [{ anyOf: ['entry-deleted'], less: ['entry-gone'], flows: /10\.66\.1\.9/ }],
				lookAlikes: ['entry-flushed', 'entry-timed-out', 'late', 'scan'],
				suffers: [`one-${WEB}`, `one-${MAIL}`],
				fine: ['others'],
			},
			proof: { invalid: 10, reasons: [/^nf_ct_proto_6: invalid new/] },
			remedy: STOP,
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'flushed-of-many-ports',
			title:
				'the table is flushed every second on a router; each client has a connection to a port of its own',
			story: 'Nobody complains.',
			topology: routed,
			setUp: { here: countInvalid('forward') },
			players: [
				...Array.from({ length: 20 }, (_, index) => server(`p${index}`, 'right', 30_000 + index)),
				...Array.from({ length: 20 }, (_, index) =>
					clients(`c${index}`, 'left', a.right, 30_000 + index, endsAfter(1.2 + index / 20), { every: 4 }),
				),
				job('script', 'here', 'while :; do conntrack -F; sleep 1; done'),
			],
			truth: {
				causes: [{ anyOf: ['entry-flushed', 'entry-deleted'] }],
				lookAlikes: ['scan'],
				suffers: [],
				fine: ['c1'],
			},
			proof: { invalid: 5 },
		},
		{
			name: 'flushed-during-handshakes',
			title: 'the table is flushed many times a second, and handshakes take longer than that',
			story: 'Hardly any new connection opens.',
			topology: boxedServer,
			setUp: { here: dropInvalid('forward') },
			players: [
				{
					name: 'line',
					place: 'box',
					program: 'box',
					options: { first: 'here', second: 'right', rules: [{ way: 'back', do: 'delay', s: 0.25 }] },
				},
				server('web', 'right', WEB),
				clients('visitors', 'left', a.right, WEB, ASKS, { limit: 1 }),
				job('script', 'here', 'while :; do conntrack -F; sleep 0.15; done'),
			],
			truth: {
				causes: [{ anyOf: ['entry-flushed', 'entry-deleted'], less: ['entry-gone'] }],
				lookAlikes: ['one-direction'],
				suffers: ['visitors'],
				fine: [],
			},
			proof: { invalid: 5 },
			remedy: STOP,
		},
	]
}
