import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { netlinkSocket } from '../../../src/kernel/nflog/netlink-sockets.ts'
import { parseNfnetlinkLog } from '../../../src/kernel/nflog/nfnetlink-log.ts'

/** Linux 6.18. */
const NETLINK = `sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
0000000023dc017a 0   0          00000000 0        0        0     2        0        1136624 
0000000001ebb6ff 12  0          00000000 0        0        0     2        0        1136631 
000000006d35625d 12  28629      00000000 8448     0        0     2        9392     1137695 
000000007d35625d 12  4294963197 00000440 0        0        0     2        4294967295 1137696 
00000000ffd49042 16  28629      00000000 0        0        0     2        7        1136625 
`
/** Linux 3.10, where the columns are narrower. */
const OLD = `sk       Eth Pid    Groups   Rmem     Wmem     Dump     Locks     Drops     Inode
ffff880036e22800 12  28629  00000000 212      0        0        2        3        9500
`

describe('/proc/net/netlink', () => {
	test.each([
		['the reader', NETLINK, 28_629, { waiting: 8_448, drops: 9_392 }],
		['a port that the kernel gave', NETLINK, 4_294_963_197, { waiting: 0, drops: 4_294_967_295 }],
		['an old kernel', OLD, 28_629, { waiting: 212, drops: 3 }],
	])('%s', (_name, text, portid, expected) => {
		expect(netlinkSocket(text, 12, portid)).toEqual({ protocol: 12, portid, ...expected })
	})

	test('nobody', () => {
		expect(netlinkSocket(NETLINK, 12, 5)).toBeUndefined()
		expect(netlinkSocket('', 12, 5)).toBeUndefined()
	})
})

describe('/proc/net/netfilter/nfnetlink_log', () => {
	test('its readers', () => {
		expect(parseNfnetlinkLog('    0  28629     0 2 65531    100  1\n    5 4294963197 3 1 96 10 2\n')).toEqual(
			[
				{ group: 0, portid: 28_629, queued: 0, copyMode: 2, copyRange: 65_531, flushTimeout: 100, uses: 1 },
				{ group: 5, portid: 4_294_963_197, queued: 3, copyMode: 1, copyRange: 96, flushTimeout: 10, uses: 2 },
			],
		)
	})

	test('no reader', () => {
		expect(parseNfnetlinkLog('')).toEqual([])
	})
})

test('garbage in either', () => {
	fc.assert(
		fc.property(fc.string(), (text) => {
			parseNfnetlinkLog(text)
			netlinkSocket(text, 12, 1)
		}),
	)
})
