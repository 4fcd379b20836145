import type { Case } from '../case.ts'
import { countInvalid, dropInvalid, track } from '../topologies/rules.ts'
import { addressesOf, boxed, boxedServer, pair, routed } from '../topologies/topologies.ts'
import { ASKS, chats, clients, endsAfter, MAIL, server, spray, WEB } from './players.ts'

const HANGS_UP = {
	here: [['send', 20], ['recv', 20], ['abort']],
	there: [['recv', 20], ['send', 20], ['eof']],
} as const

/** Packets that come after the end of their connection, or were never of one. */
export function closing(): readonly Case[] {
	const a = addressesOf(4)
	return [
		{
			name: 'late-resets',
			title: 'a slow line delivers RSTs again 11 s after the end of their connections',
			story: 'Nobody complains. The counter of INVALID packets rises steadily.',
			topology: boxed,
			setUp: { here: [...track('input'), ...dropInvalid('input')] },
			players: [
				{
					name: 'box',
					place: 'box',
					program: 'box',
					options: {
						first: 'left',
						second: 'here',
						rules: [{ way: 'out', flags: 'R', do: 'copy', s: 11 }],
					},
				},
				server('web', 'here', WEB),
				clients('visitors', 'left', a.here, WEB, HANGS_UP, { every: 0.3 }),
			],
			truth: {
				causes: [{ anyOf: ['late'] }],
				lookAlikes: ['entry-deleted', 'entry-timed-out', 'scan', 'fin-never-leaves', 'backscatter'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 5, reasons: [/^nf_ct_proto_6: invalid new/] },
			patience: 16,
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'reset-by-stranger',
			title: 'someone sends RSTs with guessed numbers into a living connection',
			story: 'Nobody complains.',
			topology: routed,
			setUp: { here: dropInvalid('forward') },
			players: [
				server('web', 'right', WEB),
				chats('old', 'left', a.right, WEB, { connections: 1, sport: 40_000 }),
				spray(
					'stranger',
					'left',
					{
						kind: 'tcp-R',
						src: a.left,
						dst: a.right,
						dports: [WEB, WEB],
						sports: [40_000, 40_000],
						every: 0.15,
					},
					1.5,
				),
			],
			truth: {
				causes: [{ anyOf: ['rst-outside-window'], less: ['late'] }],
				may: ['late'],
				lookAlikes: ['one-direction', 'sequence-rewritten', 'scan', 'entry-gone'],
				suffers: [],
				fine: ['old'],
			},
			proof: { invalid: 15, reasons: [/invalid rst|SEQ is over upper bound/] },
			neverOffered: [/be_liberal/, /tcp_loose/, /rout(?:e|ing) both/i],
		},
		{
			name: 'synack-of-before',
			title: 'SYN/ACKs of connections of long ago come while the next one of the same port begins',
			story: 'Some connections of an old device to its server hang.',
			topology: boxedServer,
			setUp: { here: dropInvalid('forward') },
			players: [
				{
					name: 'box',
					place: 'box',
					program: 'box',
					options: {
						first: 'here',
						second: 'right',
						rules: [
							{ way: 'out', flags: 'S', port: WEB, do: 'old' },
							{ way: 'back', flags: 'SA', do: 'delay', s: 0.2 },
						],
					},
				},
				server('web', 'right', WEB),
				server('mail', 'right', MAIL),
				clients('device', 'left', a.right, WEB, HANGS_UP, { every: 0.4 }),
				clients('others', 'left', a.right, MAIL, ASKS),
			],
			truth: {
				causes: [{ anyOf: ['late'], less: ['port-reused'] }],
				may: ['port-reused', 'rst-outside-window'],
				lookAlikes: ['one-direction', 'sequence-rewritten', 'window-scale-unknown'],
				suffers: ['device'],
				fine: ['others'],
			},
			proof: { invalid: 8, reasons: [/ACK is over upper bound/, /in dir 0 invalid, state SYN_SENT/] },
			neverOffered: [/be_liberal/, /tcp_loose/, /rout(?:e|ing) both/i],
		},
		{
			name: 'port-reused-after-crash',
			title: 'a device that forgets its connections connects again from the same port',
			story: 'After each restart of the device its connection takes a second longer.',
			topology: routed,
			setUp: { here: dropInvalid('forward') },
			players: [
				server('web', 'right', WEB),
				server('mail', 'right', MAIL),
				clients(
					'device',
					'left',
					a.right,
					WEB,
					{
						here: [['send', 20], ['recv', 20], ['gone']],
						there: [['recv', 20], ['send', 20], ['eof']],
					},
					{ every: 2, ports: [40_001], slow: 0.8 },
				),
				clients('post', 'left', a.right, MAIL, ASKS),
			],
			truth: {
				causes: [],
				may: ['port-reused'],
				lookAlikes: ['scan', 'one-direction', 'entry-gone'],
				suffers: [],
				fine: ['post'],
			},
			proof: { invalid: 0 },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'stray-fin-beside-healthy',
			title: 'twenty healthy connections, and FINs of one that was never here from the same client',
			story: 'Nobody complains.',
			topology: pair,
			setUp: { here: [...track('input'), ...countInvalid('input')] },
			players: [
				server('web', 'here', 5000),
				chats('clients', 'left', a.here, 5000, { connections: 20, every: 0.5 }),
				spray('stray', 'left', {
					kind: 'tcp-FA',
					src: a.left,
					dst: a.here,
					dports: [5000, 5000],
					sports: [61_000, 61_000],
					every: 0.7,
				}),
			],
			truth: {
				causes: [{ anyOf: ['late', 'scan', 'backscatter'] }],
				may: ['late', 'scan', 'backscatter'],
				lookAlikes: ['fin-never-leaves', 'entry-gone', 'entry-deleted', 'entry-timed-out'],
				suffers: [],
				fine: ['clients'],
			},
			proof: { invalid: 5, reasons: [/^nf_ct_proto_6: invalid new/] },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
		{
			name: 'healthy-aborts',
			title: 'clients that abort downloads, and servers that close first',
			story: 'Nobody complains.',
			topology: pair,
			setUp: { here: dropInvalid('input') },
			players: [
				server('web', 'here', WEB),
				clients('visitors', 'left', a.here, WEB, ASKS, { every: 0.1 }),
				clients('patient', 'left', a.here, WEB, endsAfter(0.3), { every: 0.2 }),
				clients(
					'impatient',
					'left',
					a.here,
					WEB,
					{
						here: [['send', 20], ['recv', 4_000], ['abort']],
						there: [
							['recv', 20],
							['send', 2_000_000],
						],
					},
					{ every: 0.3 },
				),
			],
			truth: {
				causes: [],
				may: ['late', 'rst-outside-window'],
				lookAlikes: ['scan', 'entry-deleted', 'one-direction'],
				suffers: [],
				fine: ['visitors', 'patient', 'impatient'],
			},
			proof: { invalid: 0 },
		},
		{
			name: 'healthy-aborts-far-away',
			title: 'clients on a slow line abort transfers, and answer what is still on its way with RSTs',
			story: 'Nobody complains.',
			topology: boxed,
			setUp: { here: dropInvalid('input') },
			players: [
				{
					name: 'line',
					place: 'box',
					program: 'box',
					options: {
						first: 'left',
						second: 'here',
						rules: [
							{ way: 'out', do: 'delay', s: 0.03 },
							{ way: 'back', do: 'delay', s: 0.03 },
						],
					},
				},
				server('web', 'here', WEB),
				clients('visitors', 'left', a.here, WEB, ASKS, { every: 0.1 }),
				clients(
					'impatient',
					'left',
					a.here,
					WEB,
					{ here: [['send', 400_000], ['wait', 0.07], ['abort']], there: [['echo']] },
					{ every: 1.5 },
				),
			],
			truth: {
				causes: [],
				may: ['late', 'rst-outside-window'],
				lookAlikes: ['scan', 'entry-deleted', 'one-direction', 'sequence-rewritten'],
				suffers: [],
				fine: ['visitors'],
			},
			proof: { invalid: 0 },
			neverOffered: [/be_liberal/, /tcp_loose/],
		},
	]
}
