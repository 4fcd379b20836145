import { describe, expect, test } from 'vitest'
import { createLineReader } from '../../../src/commands/parse/reader.ts'
import { FoldJoiner } from '../../../src/kernel/log/fold-joiner.ts'
import { linesIn } from '../../../src/kernel/log/wrapped/several.ts'

const packet = (port: number) =>
	`IN=eth0 OUT= SRC=10.0.3.7 DST=10.0.9.2 LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=0 PROTO=TCP SPT=443 DPT=${port} SEQ=1 ACK=0 WINDOW=0 RES=0x00 RST URGP=0`
const told = (port: number) => `nf_ct_proto_6: invalid rst ${packet(port)}`
const kernel = (port: number) =>
	`Apr  2 10:31:5${port % 10} gw kernel: [16690.64506${port % 10}] ${told(port)}`

/** Ports of the packets that are found, each with what told of it. */
function ports(...lines: readonly string[]) {
	const joiner = new FoldJoiner()
	const read = createLineReader()
	const whole = [...joiner.push(lines.map((text) => ({ text, cut: 0 }))), ...joiner.end()]
	return whole.flatMap(({ text }) => {
		const { log } = read(text)
		return 'line' in log ? [`${log.kind} ${log.line.packet.dpt}`] : []
	})
}

describe('several messages in one line', () => {
	test.each<[string, string, readonly string[]]>([
		[
			'an array of records',
			JSON.stringify([{ log: told(1) }, { log: 'a' }, { log: told(2) }]),
			['conntrack 1', 'conntrack 2'],
		],
		[
			'what Loki answers',
			JSON.stringify({
				streams: [
					{
						stream: { host: 'gw' },
						values: [
							['1', kernel(1)],
							['2', kernel(2)],
						],
					},
				],
			}),
			['conntrack 1', 'conntrack 2'],
		],
		[
			'what Elasticsearch answers',
			JSON.stringify({
				hits: { hits: [1, 2].map((port) => ({ _source: { message: `[UFW BLOCK] ${packet(port)}` } })) },
			}),
			['rule 1', 'rule 2'],
		],
		[
			'dmesg -J on one line',
			JSON.stringify({
				dmesg: [
					{ pri: 4, time: 1.5, msg: told(1) },
					{ pri: 4, time: 1.6, msg: told(2) },
				],
			}),
			['conntrack 1', 'conntrack 2'],
		],
		[
			'an array of the journal',
			JSON.stringify([1, 2].map((port) => ({ MESSAGE: told(port), _TRANSPORT: 'kernel' }))),
			['conntrack 1', 'conntrack 2'],
		],
		[
			'a message of two lines',
			JSON.stringify({ log: `${kernel(1)}\n${kernel(2)}\n` }),
			['conntrack 1', 'conntrack 2'],
		],
		[
			'two lines without the newline between them',
			`${kernel(1)} ${kernel(2)}`,
			['conntrack 1', 'conntrack 2'],
		],
		[
			'three of dmesg',
			[1, 2, 3].map((port) => `[16690.64506${port}] ${told(port)} `).join(''),
			['conntrack 1', 'conntrack 2', 'conntrack 3'],
		],
		['without any head', `${told(1)} ${told(2)}`, ['conntrack 1', 'conntrack 2']],
		[
			'of a rule',
			`[16690.645061] [UFW BLOCK] ${packet(1)} [16690.645062] [UFW BLOCK] ${packet(2)}`,
			['rule 1', 'rule 2'],
		],
	])('%s', (_, line, found) => {
		expect(ports(line)).toEqual(found)
	})

	test.each<[string, string]>([
		['a line', kernel(1)],
		['a record', JSON.stringify({ log: told(1), host: 'gw' })],
		['a quoted packet', `${told(1)} [SRC=10.0.9.2 DST=10.0.3.7 LEN=40 PROTO=TCP SPT=1 DPT=443 ]`],
		['a record that has the line twice', JSON.stringify({ message: told(1), event: { original: told(1) } })],
		['a record of the journal with two such fields', JSON.stringify({ MESSAGE: told(1), OTHER: packet(2) })],
		['a prefix like a device', `[1.000001] MAIN=1 IN=eth0 ${packet(1)}`],
		['JSON that is cut', `[{"log":"${told(1)}"},{"log":"${packet(2)}`],
	])('%s stays one', (_, text) => {
		expect(linesIn({ text, cut: 0 })).toEqual([{ text, cut: 0 }])
	})

	test('an indented line is the rest of the one before only where it is no line itself', () => {
		expect(ports(`* ${told(1)}`, `    [16690.645068] ${told(2)}`)).toEqual(['conntrack 1', 'conntrack 2'])
		expect(
			ports(`nf_ct_proto_6: invalid rst IN=eth0 OUT= SRC=10.0.3.7`, '    DST=10.0.9.2 PROTO=TCP SPT=1 DPT=7'),
		).toEqual(['conntrack 7'])
	})
})
