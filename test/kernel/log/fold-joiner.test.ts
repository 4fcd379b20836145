import { describe, expect, test } from 'vitest'
import { FoldJoiner } from '../../../src/kernel/log/fold-joiner.ts'
import { parseLogLine } from '../../../src/kernel/log/log-line.ts'

const REASON = 'nf_ct_proto_6: SEQ is under the lower bound (already ACKed data retransmitted)'
const HEAD = 'IN=eth0 OUT= SRC=192.0.2.1 DST=192.0.2.2 LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=1 DF'
const TAIL = 'PROTO=TCP SPT=1 DPT=2 SEQ=3 ACK=4 WINDOW=5 RES=0x00 ACK PSH URGP=0'
const WHOLE = `${REASON} ${HEAD} ${TAIL}`

function joined(text: string, chunk = Number.POSITIVE_INFINITY): readonly string[] {
	const lines = text.split('\n').map((line) => ({ text: line, cut: 0 }))
	const joiner = new FoldJoiner()
	const found: string[] = []
	while (lines.length > 0) found.push(...joiner.push(lines.splice(0, chunk)).map((line) => line.text))
	return [...found, ...joiner.end().map((line) => line.text)]
}

describe('what was folded is one record again, whole and as it was given', () => {
	test.each([
		[
			'behind blanks',
			`kernel: ${REASON}\n  ${HEAD}\n  PROTO=TCP SPT=1 DPT=2 SEQ=3 ACK=4 WINDOW=5 RES=0x00\n  ACK PSH URGP=0 OPT (0101)`,
		],
		['behind a tab', `${REASON} ${HEAD}\n\t${TAIL}`],
		[
			'in a quotation',
			`> > [Sat Apr  2 10:31:53 2022] nf_ct_proto_6: SEQ is over the upper bound\n> > (over the window of the receiver) ${HEAD}\n> > ${TAIL} UID=8\n> > GID=12`,
		],
		[
			'in quoted-printable',
			`> ${REASON} IN=3D OUT=3Deth0 SRC=3D192.0.2.1 DST=3D192.0.2.2 HOPLIMIT=\n=3D64\n> PROTO=3DTCP SPT=3D1 DPT=3D2 SEQ=3D3 ACK=3D=\n4\n> WINDOW=3D5 RES=3D0x00 ACK URGP=3D0 U=\nID=3D8`,
		],
		['in the middle of the options', `${WHOLE} OPT\n (0101080A)`],
	])('%s', (_, text) => {
		expect(joined(text)).toEqual([text])
		expect(parseLogLine(text)).toMatchObject({ kind: 'conntrack', line: { packet: { dpt: 2, rest: [] } } })
	})

	test('also when its pieces come one by one, as long as it is not at its end', () => {
		const text = `${REASON}\n  ${HEAD}\n  ${TAIL}`
		expect(joined(text, 1)).toEqual([text])
	})
})

describe('records of the journal', () => {
	const RECORD = `__CURSOR=s=1\n_TRANSPORT=kernel\nMESSAGE=${WHOLE}\n_HOSTNAME=gw`
	test.each<[string, string, readonly string[]]>([
		['one', RECORD, [RECORD]],
		['several, with the empty lines between them', `${RECORD}\n\n${RECORD}\n`, [RECORD, '', RECORD, '']],
		['without an empty line between them', `${RECORD}\n${RECORD}`, [RECORD, RECORD]],
		[
			'with bytes that have line ends',
			`__CURSOR=s=1\nMESSAGE\n\x05\0\0\0\0\0\0\0a\nb\n_HOSTNAME=gw\n\nx`,
			['__CURSOR=s=1\nMESSAGE\n\x05\0\0\0\0\0\0\0a\nb\n_HOSTNAME=gw', '', 'x'],
		],
		[
			'-o verbose',
			`Thu 2023-05-04 08:11:12.123456 UTC [s=a;i=1]\n    MESSAGE=${WHOLE}\n    PRIORITY=4\nThu 2023-05-04 08:11:13.123456 UTC [s=a;i=2]\n    MESSAGE=x`,
			[
				`Thu 2023-05-04 08:11:12.123456 UTC [s=a;i=1]\n    MESSAGE=${WHOLE}\n    PRIORITY=4`,
				'Thu 2023-05-04 08:11:13.123456 UTC [s=a;i=2]\n    MESSAGE=x',
			],
		],
	])('%s', (_, text, records) => {
		expect(joined(text)).toEqual(records)
		expect(joined(text, 1)).toEqual(records)
	})

	test('are bounded, and nothing is lost', () => {
		const text = ['__CURSOR=s=1', ...Array.from({ length: 1000 }, (_, n) => `X=${n}${'y'.repeat(500)}`)].join(
			'\n',
		)
		expect(joined(text).join('\n')).toBe(text)
		expect(Math.max(...joined(text).map((one) => one.length))).toBeLessThan(70_000)
	})
})

describe('fields at the margin', () => {
	test('belong to the line before, as long as it does not have them', () => {
		const first = 'bridge in: IN=tap0 OUT= MACSRC=02:00:00:00:00:01'
		const rest =
			'MACDST=ff:ff:ff:ff:ff:ff MACPROTO=0806 ARP HTYPE=1\nPTYPE=0x0800 OPCODE=1 MACSRC=02:00:00:00:00:01'
		expect(joined(`${first}\n${rest}\nnext`)).toEqual([`${first}\n${rest}`, 'next'])
		expect(joined(`${first}\n${first}`)).toEqual([first, first])
		expect(joined('SRC=192.0.2.1 DST=192.0.2.2\nDST=192.0.2.2')).toHaveLength(2)
		expect(joined('IN=a OUT= SRC=192.0.2.1\nSRC=192.0.2.1 DST=192.0.2.2')).toHaveLength(2)
	})
})

describe('lines of their own stay so', () => {
	test.each([
		['whole lines', `${WHOLE}\n${WHOLE}`],
		['whole lines with a blank before each', ` ${WHOLE}\n ${WHOLE}`],
		['whole lines in a quotation', `> ${WHOLE}\n> ${WHOLE}`],
		['rules without prefix', `${HEAD} ${TAIL}\n ${HEAD} ${TAIL}`],
		['shortened lines', ` SRC=192.0.2.1 DST=192.0.2.2\n SRC=192.0.2.1 DST=192.0.2.2`],
		['the fields of a record in /dev/kmsg', '6,1,2,-;usb 1-1: new device\n SUBSYSTEM=usb\n DEVICE=c189:1'],
		['text behind a line', `${WHOLE}\n  and then it broke`],
		['another quotation', `> ${REASON}\n> > ${HEAD}`],
		['no margin', `${REASON}\n${HEAD}`],
	])('%s', (_, text) => {
		expect(joined(text)).toEqual(text.split('\n'))
	})

	test('a whole line does not wait for the next one', () => {
		expect(new FoldJoiner().push([{ text: WHOLE, cut: 0 }])).toHaveLength(1)
	})

	test('the pieces of one record are bounded', () => {
		const text = [REASON, ...Array.from({ length: 40 }, () => '  ACK')].join('\n')
		expect(joined(text).join('\n')).toBe(text)
		expect(joined(text).length).toBeGreaterThan(1)
	})
})
