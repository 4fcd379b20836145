import { describe, expect, test } from 'vitest'
import { type PacketLine, parsePacketLine } from '../../src/kernel/packet/packet-line.ts'
import { type AnswerBook, answerTo, NO_ANSWERS } from '../../src/reasons/answers.ts'
import { classify } from '../../src/reasons/classify.ts'

function lineOf(text: string): PacketLine {
	const line = parsePacketLine(text)
	if (line === undefined) throw new Error(`not a packet line: ${text}`)
	return line
}

const BAD =
	'nf_ct_proto_6: invalid tcp flag combination IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 PROTO=TCP SPT=1003 DPT=80 SEQ=0 ACK=500 ACK SYN FIN '
const OWN_RST =
	'nf_ct_proto_6: invalid new IN= OUT=eth0 SRC=10.0.0.2 DST=10.0.0.1 PROTO=TCP SPT=80 DPT=1003 SEQ=500 ACK=0 RST '

/** Reads lines, one each `step` ms; answers which of them were answers. */
function read(texts: readonly string[], step = 1): { answers: (boolean | 'unsure')[]; book: AnswerBook } {
	let book = NO_ANSWERS
	const answers = texts.map((text, index) => {
		const line = lineOf(text)
		const found = answerTo(book, line, classify(line), index * step)
		book = found.book
		return found.answer && !found.sure ? ('unsure' as const) : found.answer
	})
	return { answers, book }
}

describe('the RST of this host to an INVALID packet', () => {
	test.each<[string, string[], (boolean | 'unsure')[]]>([
		['is an answer', [BAD, OWN_RST], [false, true]],
		['without such a packet it is a problem of its own', [OWN_RST], [false]],
		['before the packet too', [OWN_RST, BAD], [false, false]],
		['one packet has one answer', [BAD, OWN_RST, OWN_RST], [false, true, false]],
		['two packets have two', [BAD, BAD, OWN_RST, OWN_RST], [false, false, true, true]],
		['other lines may come between', [BAD, BAD.replace('SPT=1003', 'SPT=5'), OWN_RST], [false, false, true]],
		['of another flow it is none', [BAD, OWN_RST.replace('DPT=1003', 'DPT=1004')], [false, false]],
		[
			'in the same direction it is none',
			[
				BAD,
				BAD.replace('invalid tcp flag combination', 'invalid new')
					.replace('IN=eth0 OUT=', 'IN= OUT=eth0')
					.replace('ACK SYN FIN', 'RST'),
			],
			[false, false],
		],
		['one that came in is none', [BAD, OWN_RST.replace('IN= OUT=eth0', 'IN=eth1 OUT=')], [false, false]],
		['with another reason it is none', [BAD, OWN_RST.replace('invalid new', 'invalid rst')], [false, false]],
		['without RST it is none', [BAD, OWN_RST.replace(' RST ', ' FIN ACK ')], [false, false]],
		[
			'a packet from here is answered elsewhere',
			[BAD.replace('IN=eth0 OUT=', 'IN= OUT=eth0'), OWN_RST],
			[false, false],
		],
		['an RST is not answered', [BAD.replace('ACK SYN FIN', 'RST SYN'), OWN_RST], [false, false]],
		[
			'an accepted packet keeps its entry, and so has its answer',
			[
				BAD.replace('invalid tcp flag combination', 'packet (index 0) in dir 0 ignored, state ESTABLISHED'),
				OWN_RST,
			],
			[false, false],
		],
		[
			'a packet whose verdict is not decided may be answered',
			[BAD.replace('invalid tcp flag combination', '5 bytes more than expected'), OWN_RST],
			[false, true],
		],
		[
			'where the kernel leaves IN= and OUT= empty the flow and the numbers decide',
			[BAD.replace('IN=eth0', 'IN='), OWN_RST.replace('OUT=eth0', 'OUT=')],
			[false, 'unsure'],
		],
		[
			'there another number is another problem',
			[BAD.replace('IN=eth0', 'IN='), OWN_RST.replace('OUT=eth0', 'OUT=').replace('SEQ=500', 'SEQ=501')],
			[false, false],
		],
		[
			'lines without addresses or ports are passed over',
			[BAD.replace('SRC=10.0.0.1', 'SRC='), OWN_RST.replace(/SPT=\d+ /, '')],
			[false, false],
		],
	])('%s', (_, texts, answers) => expect(read(texts).answers).toEqual(answers))

	test('comes within a second', () => {
		expect(read([BAD, OWN_RST], 1_000).answers[1]).toBe(true)
		expect(read([BAD, OWN_RST], 1_001).answers[1]).toBe(false)
	})

	test('IPv6 as well', () => {
		const six = (text: string) => text.replaceAll('10.0.0.', 'fd77:0000:0000:0000:0000:0000:0000:000')
		expect(read([six(BAD), six(OWN_RST)]).answers).toEqual([false, true])
	})

	test('a book is a value', () => {
		const line = lineOf(BAD)
		const first = answerTo(NO_ANSWERS, line, classify(line), 0).book
		const second = lineOf(OWN_RST)
		expect(answerTo(first, second, classify(second), 1).answer).toBe(true)
		expect(answerTo(first, second, classify(second), 1).answer).toBe(true)
		expect(NO_ANSWERS.size).toBe(0)
	})

	test('a flood takes bounded memory, and the newest packet is known', () => {
		const line = lineOf(BAD)
		const reason = classify(line)
		const rst = lineOf(OWN_RST)
		const rstReason = classify(rst)
		let book = NO_ANSWERS
		let missed = 0
		let largest = 0
		for (let port = 0; port < 100_000; port++) {
			const packet = { ...line.packet, spt: port % 65_536 }
			book = answerTo(book, { ...line, packet }, reason, 5).book
			const answer = answerTo(book, { ...rst, packet: { ...rst.packet, dpt: packet.spt } }, rstReason, 5)
			if (!answer.answer) missed++
			book = answer.book
			largest = Math.max(largest, book.size)
		}
		expect(missed).toBe(0)
		expect(largest).toBeLessThanOrEqual(256)
		let length = 0
		for (let note = book.newest; note !== undefined; note = note.before) length++
		expect(length).toBe(book.size)
	})
})
