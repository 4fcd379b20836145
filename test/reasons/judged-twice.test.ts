import { expect, test } from 'vitest'
import { parsePacketLine } from '../../src/kernel/packet/packet-line.ts'
import { judgedBefore, NO_JUDGED } from '../../src/reasons/judged-twice.ts'

const packet = (text: string) => {
	const line = parsePacketLine(`nf_ct_proto_6: invalid new ${text}`)
	if (line === undefined) throw new Error(text)
	return line.packet
}
const BODY =
	'SRC=127.0.0.1 DST=127.0.0.1 LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=7 PROTO=TCP SPT=4000 DPT=80 SEQ=9 ACK=0 WINDOW=512 RES=0x00 RST URGP=0'
const sent = packet(`IN= OUT=lo ${BODY}`)
const received = packet(`IN=lo OUT= MAC=00:00 ${BODY}`)

/** Which of these lines, one after the other, are of a packet that was judged before. */
const again = (...lines: readonly (readonly [ReturnType<typeof packet>, number])[]) => {
	let book = NO_JUDGED
	return lines.map(([one, at]) => {
		const found = judgedBefore(book, one, at)
		book = found.book
		return found.again
	})
}

test('over loopback a packet is judged when it is sent, and when it is received', () => {
	expect(again([sent, 0], [received, 1])).toEqual([false, true])
	expect(again([sent, 0], [received, 1], [sent, 2], [received, 3])).toEqual([false, true, false, true])
})

test('the same segment again is another packet', () => {
	expect(again([sent, 0], [sent, 1])).toEqual([false, false])
	expect(again([sent, 0], [received, 500])).toEqual([false, false])
	expect(again([sent, 0], [packet(`IN=lo OUT= ${BODY.replace('SEQ=9', 'SEQ=10')}`), 1])).toEqual([
		false,
		false,
	])
})

test('ports of a bridge', () => {
	const on = (port: string) => packet(`IN=br0 OUT= PHYSIN=${port} MAC=00 ${BODY}`)
	expect(again([on('p1'), 0], [on('p2'), 1])).toEqual([false, true])
	expect(again([on('p1'), 0], [on('p1'), 1])).toEqual([false, false])
})

test('two interfaces that are no loopback: two packets', () => {
	expect(again([packet(`IN=a OUT= ${BODY}`), 0], [packet(`IN=b OUT= ${BODY}`), 1])).toEqual([false, false])
})

test('what is remembered has an end', () => {
	let book = NO_JUDGED
	for (let seq = 0; seq < 10_000; seq++)
		book = judgedBefore(book, packet(`IN= OUT=lo ${BODY.replace('SEQ=9', `SEQ=${seq}`)}`), 0).book
	expect(book.length).toBeLessThanOrEqual(64)
})
