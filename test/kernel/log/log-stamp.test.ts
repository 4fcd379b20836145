import { describe, expect, test } from 'vitest'
import { type Stamp, splitStamp } from '../../../src/kernel/log/log-stamp.ts'

const NONE: Stamp = { text: '', wall: null, boot: null, level: null, host: null }

describe('stamps', () => {
	test.each<[string, Partial<Stamp>, string]>([
		['DROP IN=', {}, 'DROP IN='],
		['[16690.645068] x y', { text: '16690.645068', boot: 16690.645068 }, 'x y'],
		['[    0.000000] x', { text: '0.000000', boot: 0 }, 'x'],
		['[12.5][   T12] x', { text: '12.5', boot: 12.5 }, 'x'],
		['[   12.345678] [UFW BLOCK] x', { text: '12.345678', boot: 12.345678 }, '[UFW BLOCK] x'],
		['[   12.345678 <    0.000004>] x', { text: '12.345678', boot: 12.345678 }, 'x'],
		['[  +0.000004] x', { text: '+0.000004' }, 'x'],
		['[Apr13 10:31] x', { text: 'Apr13 10:31' }, 'x'],
		['[Sat Apr  2 10:31:53 2022] x', { text: 'Sat Apr  2 10:31:53 2022' }, 'x'],
		['[00] x', { text: '00' }, 'x'],
		['[UFW BLOCK] x', {}, '[UFW BLOCK] x'],
		['Dec 25 14:12:22 gizmo kernel: x', { text: 'Dec 25 14:12:22', host: 'gizmo' }, 'x'],
		['Dec  5 14:12:22 gizmo x', { text: 'Dec  5 14:12:22', host: 'gizmo' }, 'x'],
		['Dec 5 14:12:22.123456 gizmo x', { text: 'Dec 5 14:12:22.123456', host: 'gizmo' }, 'x'],
		['Dec  5 2021 14:12:22 gizmo x', { text: 'Dec  5 2021 14:12:22', host: 'gizmo' }, 'x'],
		['Dec 25 14:12:22 gizmo kernel: [  12.5] x', { text: 'Dec 25 14:12:22', host: 'gizmo', boot: 12.5 }, 'x'],
		['Dec 25 14:12:22 gizmo kernel: [12] x', { text: 'Dec 25 14:12:22', host: 'gizmo' }, '[12] x'],
		['Dec 25 14:12:22 kernel: x', { text: 'Dec 25 14:12:22' }, 'x'],
		['Dec 25 14:12:22 DENY: x', { text: 'Dec 25 14:12:22' }, 'DENY: x'],
		['Dec 25 14:12:22 gizmo gizmo [a] x', { text: 'Dec 25 14:12:22', host: 'gizmo' }, '[a] x'],
		['Dec 25 14:12:22 gizmo gizmos x', { text: 'Dec 25 14:12:22', host: 'gizmo' }, 'gizmos x'],
		['Dec 25 14:12:22 gizmo user.warn kernel: x', { text: 'Dec 25 14:12:22', host: 'gizmo', level: 4 }, 'x'],
		['Dec 25 14:12:22 web.example.org kernel: x', { text: 'Dec 25 14:12:22', host: 'web.example.org' }, 'x'],
		['Sun Apr 26 17:56:33 2020 kern.warn kernel: x', { text: 'Sun Apr 26 17:56:33 2020', level: 4 }, 'x'],
		['Sun Apr 26 17:56:33 UTC 2020 gizmo x', { text: 'Sun Apr 26 17:56:33 UTC 2020', host: 'gizmo' }, 'x'],
		['14:12:22 gizmo kernel: x', { text: '14:12:22', host: 'gizmo' }, 'x'],
		[
			'2015-03-07T05:09:30.045015+02:00 gizmo kernel: x',
			{ text: '2015-03-07T05:09:30.045015+02:00', wall: 1425697770045, host: 'gizmo' },
			'x',
		],
		[
			'2021-03-12T14:10:18Z gizmo x',
			{ text: '2021-03-12T14:10:18Z', wall: 1615558218000, host: 'gizmo' },
			'x',
		],
		[
			'2021-03-12T14:10:18-0230 gizmo x',
			{ text: '2021-03-12T14:10:18-0230', wall: 1615567218000, host: 'gizmo' },
			'x',
		],
		['2021-03-12T14:10:18 gizmo x', { text: '2021-03-12T14:10:18', host: 'gizmo' }, 'x'],
		['2021-03-12 14:10:18 gizmo x', { text: '2021-03-12 14:10:18', host: 'gizmo' }, 'x'],
		[
			'2021-03-12T14:10:18,123456+00:00 x y',
			{ text: '2021-03-12T14:10:18,123456+00:00', wall: 1615558218123 },
			'x y',
		],
		['2021-13-42T14:10:18Z gizmo x', { text: '2021-13-42T14:10:18Z', host: 'gizmo' }, 'x'],
		['Fri 2021-03-12 14:10:18 CET gizmo x', { text: 'Fri 2021-03-12 14:10:18 CET', host: 'gizmo' }, 'x'],
		[
			'Fri 2021-03-12 14:10:18 UTC gizmo x',
			{ text: 'Fri 2021-03-12 14:10:18 UTC', wall: 1615558218000, host: 'gizmo' },
			'x',
		],
		[
			'1615558218.123456 gizmo kernel: x',
			{ text: '1615558218.123456', wall: 1615558218123, host: 'gizmo' },
			'x',
		],
		['2021/03/12 14:10:18 gizmo x', { text: '2021/03/12 14:10:18', host: 'gizmo' }, 'x'],
		['[   12.345678] gizmo kernel: x', { text: '12.345678', boot: 12.345678, host: 'gizmo' }, 'x'],
		['<4>x', { level: 4 }, 'x'],
		['<4>[   12.5] x', { text: '12.5', boot: 12.5, level: 4 }, 'x'],
		[
			'<6>2021-03-12T14:10:18Z gizmo kernel: x',
			{ text: '2021-03-12T14:10:18Z', wall: 1615558218000, level: 6, host: 'gizmo' },
			'x',
		],
		['<hostname> x', {}, '<hostname> x'],
		[
			'<174>1 2003-08-24T05:14:15+00:00 - - - - - x',
			{ text: '2003-08-24T05:14:15+00:00', wall: 1061702055000, level: 6 },
			'x',
		],
		[
			'<4>1 2003-08-24T05:14:15Z gizmo kernel - - [a@1 b="c]\\"d"][e] [  1.5] x',
			{ text: '2003-08-24T05:14:15Z', wall: 1061702055000, boot: 1.5, level: 4, host: 'gizmo' },
			'x',
		],
		[
			'101 1 tap101i0-OUT 20/Jun/2022:13:15:19 +0200 REJECT: x',
			{ text: '20/Jun/2022:13:15:19 +0200', wall: 1655723719000 },
			'101 1 tap101i0-OUT REJECT: x',
		],
		['5,1234,5678901,-;x y', { text: '5.678901', boot: 5.678901, level: 5 }, 'x y'],
		['kern  :warn  : [   12.5] x', { text: '12.5', boot: 12.5, level: 4 }, 'x'],
		['kernel: x', {}, 'x'],
		['Mar 8 x', {}, 'Mar 8 x'],
		['Marvin 14:12:22', {}, 'Marvin 14:12:22'],
		['2021', {}, '2021'],
		['J', {}, 'J'],
		['', {}, ''],
		['[', {}, '['],
		['<', {}, '<'],
	])('%s', (line, stamp, text) => {
		expect(splitStamp(line)).toEqual({ stamp: { ...NONE, ...stamp }, text })
	})

	test('what is in it is safe to print', () => {
		const { stamp, text } = splitStamp('Dec 25 14:12:22 gi\x1b[31mzmo kernel: \u202ex')
		expect(stamp.host).toBe('gi\\x1b[31mzmo')
		expect(text).toBe('\\u202ex')
	})

	test('a short line does not see the one before it', () => {
		splitStamp('2021-03-12T14:10:18Z gizmo kernel: [12.5] x IN=eth0 OUT= SRC=1.1.1.1')
		for (const line of [
			'2',
			'2021',
			'2021-',
			'2021-03-12',
			'2021-03-12T14:10:18',
			'[1',
			'Mar',
			'Mar 8',
			'Sun Apr',
		])
			expect(splitStamp(line).stamp).toMatchObject({ wall: null, boot: null })
	})
})
