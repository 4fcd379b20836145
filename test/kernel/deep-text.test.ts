import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { decodeJournal, encodeRecord, type JournalRecord } from '../../src/changes/journal.ts'
import { parseTapListing } from '../../src/changes/tap/tap-listing.ts'
import { matchedOf, parseTap } from '../../src/changes/tap/tap-text.ts'
import { readTyped } from '../../src/changes/tap/tap-typed.ts'
import { tapOfText } from '../../src/changes/tap/tap-words.ts'
import { runParse } from '../../src/commands/parse/parse.ts'
import { decodeRevertAnswer } from '../../src/guard/client/revert-answer.ts'
import { decodeAnswer, decodeRefusal, decodeRequest } from '../../src/guard/wire/protocol.ts'
import { flowFromLine, flowFromText } from '../../src/investigation/join/flow-words.ts'
import { isProblem, readBtf } from '../../src/kernel/btf/btf.ts'
import { memberOf } from '../../src/kernel/btf/types.ts'
import { parseConntrackEntry } from '../../src/kernel/conntrack/conntrack-entry.ts'
import { createListCounter } from '../../src/kernel/conntrack/conntrack-list.ts'
import {
	parseConntrackStat,
	parseConntrackStatCli,
	parseCount,
} from '../../src/kernel/conntrack/conntrack-stat.ts'
import { parseEndedEntry } from '../../src/kernel/conntrack/ended-entry.ts'
import { ipPackets } from '../../src/kernel/conntrack/ip-packets.ts'
import { parseNeighbour } from '../../src/kernel/conntrack/neighbour.ts'
import { parseSocketLine } from '../../src/kernel/conntrack/socket-list.ts'
import { createControlReader } from '../../src/kernel/dyndbg/dyndbg-control.ts'
import { matchFormat, readFormat } from '../../src/kernel/dyndbg/dyndbg-format.ts'
import { createPrintkReader } from '../../src/kernel/dyndbg/dyndbg-line.ts'
import { addressOf, hostTimeOf, lineKind, releaseOf, socketOf } from '../../src/kernel/given/given-line.ts'
import { parseTracePrefix } from '../../src/kernel/given/iptables-trace.ts'
import { parseLoggerRow, parseSysctlLine } from '../../src/kernel/given/sysctl-line.ts'
import { lifeReader } from '../../src/kernel/lives/life-event.ts'
import { FoldJoiner } from '../../src/kernel/log/fold-joiner.ts'
import { parseKmsgRecord } from '../../src/kernel/log/kmsg-record.ts'
import { parseAnyLine, parseLogLine } from '../../src/kernel/log/log-line.ts'
import { splitStamp } from '../../src/kernel/log/log-stamp.ts'
import { parsePrintk } from '../../src/kernel/log/printk-level.ts'
import { fillFormat, isFormat } from '../../src/kernel/log/reason-text.ts'
import { kernelLine } from '../../src/kernel/log/record-line.ts'
import { parseHostsAnswer } from '../../src/kernel/network/getent-hosts.ts'
import { parseVirtualServers } from '../../src/kernel/network/ip-virtual-server.ts'
import { parseAllowance, parseFeatures, parseIngress, parseLinks } from '../../src/kernel/network/links.ts'
import { netstatCounter } from '../../src/kernel/network/netstat.ts'
import { netlinkSocket } from '../../src/kernel/nflog/netlink-sockets.ts'
import { parseNfLog } from '../../src/kernel/nflog/nf-log.ts'
import { parseNfnetlinkLog } from '../../src/kernel/nflog/nfnetlink-log.ts'
import { parseNfQueue } from '../../src/kernel/nflog/nfnetlink-queue.ts'
import { isWithin } from '../../src/kernel/packet/address.ts'
import { parsePacketLine, parseRuleLine } from '../../src/kernel/packet/packet-line.ts'
import { listProbes } from '../../src/kernel/probes/list-probes.ts'
import { parseProbes } from '../../src/kernel/probes/probe-sets.ts'
import { endOf, reasonProbes } from '../../src/kernel/probes/probes.ts'
import { toldReader } from '../../src/kernel/probes/told.ts'
import { containerOf } from '../../src/kernel/proc/cgroup.ts'
import { configValue, lockdownMode } from '../../src/kernel/proc/kernel-config.ts'
import { parseModinfo } from '../../src/kernel/proc/modinfo.ts'
import { parseConsoles } from '../../src/kernel/proc/proc-consoles.ts'
import { parseProcModules } from '../../src/kernel/proc/proc-modules.ts'
import { parseMountInfo } from '../../src/kernel/proc/proc-mounts.ts'
import { ruleFit } from '../../src/kernel/rules/fit/rule-fit.ts'
import { createNftReader, managedTables } from '../../src/kernel/rules/read/nft-reader.ts'
import { readPasted } from '../../src/kernel/rules/read/pasted.ts'
import { createSaveReader } from '../../src/kernel/rules/read/save-reader.ts'
import { createTraceReader } from '../../src/kernel/rules/trace.ts'
import { parseTraceLine, readTraceLine } from '../../src/kernel/trace/trace-line.ts'
import { createTraceReader as createPipeReader } from '../../src/kernel/trace/trace-reader.ts'
import { readTraceArguments } from '../../src/kernel/trace/trace-values.ts'
import {
	parseBufferStats,
	parseDefinedEvents,
	parseProbeProfile,
} from '../../src/kernel/trace/tracefs-files.ts'
import { classify } from '../../src/reasons/classify.ts'
import { knownPrintk } from '../../src/reasons/printk/known-printk.ts'
import { createDecoder, decodeHeader } from '../../src/recording/codec.ts'
import { visible } from '../../src/words/visible.ts'
import { btfOf, eventOf, materialOf, OPTIONS } from './probes/material.ts'

const DEEP = 200_000
const LONG = 1_048_576
/** What is quadratic takes minutes for these, too. */
const PIECES = 65_536
/** For all texts together, however busy the machine is. */
const MOST_CPU_S = 60
const SITE = {
	file: 'net/netfilter/x.c',
	line: 1,
	module: 'nf_conntrack',
	func: 'f',
	flags: 'p',
	format: 'a %s b %d c %s\n',
} as const

const FLOW = {
	family: 4,
	protocol: 6,
	source: '192.0.2.1',
	sourcePort: 1,
	destination: '192.0.2.2',
	destinationPort: 2,
	isLoopback: false,
	isToHere: false,
} as const

const [PROBE] = reasonProbes(btfOf('6.12'), OPTIONS)
const [TOLD] = materialOf('6.12').told.filter(({ name }) => name === 'ct')
const LIFE = listProbes(btfOf('6.12'), OPTIONS).find(({ name }) => name === 'out')
const TRACED = '          hping3-155   [000] ..s1.    41.126707: ct: '

/** What each reads, with the text in the places where foreign text can stand. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
	parseLogLine,
	parseAnyLine,
	'parseLogLine, a field of the journal': (text) => parseLogLine(`{"MESSAGE":${text}}`),
	'parseLogLine, behind a stamp': (text) => parseLogLine(`Dec 25 14:12:22 gizmo kernel: [1.5] ${text}`),
	splitStamp,
	parsePacketLine,
	'parsePacketLine, a packet': (text) => parsePacketLine(`nf_ct_proto_6: invalid rst IN=a OUT= ${text}`),
	'parsePacketLine, a reason': (text) => parsePacketLine(`nf_ct_proto_6: ${text} IN=a OUT=`),
	parseRuleLine,
	parseTracePrefix,
	parseSysctlLine,
	parseLoggerRow,
	lineKind,
	hostTimeOf,
	releaseOf,
	socketOf,
	addressOf,
	kernelLine,
	parseKmsgRecord,
	'parseKmsgRecord, a text': (text) => parseKmsgRecord(`5,1,1,-;${text}\n ${text}`),
	FoldJoiner: (text) => {
		const joiner = new FoldJoiner()
		return [
			...joiner.push([
				{ text, cut: 0 },
				{ text: ` ${text}`, cut: 0 },
			]),
			...joiner.end(),
		]
	},
	parseNeighbour,
	parseProbes,
	visible,
	parseNfLog,
	parseNfQueue,
	parseNfnetlinkLog,
	parsePrintk,
	parseCount,
	parseConntrackEntry,
	parseEndedEntry,
	'parseEndedEntry, behind a stamp': (text) => parseEndedEntry(`[1.5]\t[DESTROY] tcp 6 ${text}`),
	'parseConntrackEntry, behind a protocol': (text) => parseConntrackEntry(`ipv4 2 tcp 6 ${text}`),
	parseSocketLine,
	parseConsoles,
	parseModinfo,
	parseProcModules,
	parseConntrackStat,
	parseConntrackStatCli,
	parseMountInfo,
	readPasted,
	'readPasted, nft': (text) => readPasted(`table ip x {\n chain y {\n ${text}\n }\n}`),
	'readPasted, iptables -L': (text) =>
		readPasted(
			`Chain INPUT (policy DROP)\n pkts bytes target prot opt in out source destination\n 0 0 LOG 0 -- * * 0.0.0.0/0 0.0.0.0/0 ${text}\n ${text}`,
		),
	'readPasted, nft -j': (text) =>
		readPasted(
			`{"nftables":[{"rule":{"family":"ip","table":"x","chain":"y","expr":[${text}]}},{"rule":{"a":${text}}}]}`,
		),
	'readPasted, a script of nft': (text) => readPasted(`add rule ip x y ${text}\ndefine z = ${text}`),
	'readPasted, commands': (text) => readPasted(`iptables -A ${text}\nroot@a:~# iptables ${text}`),
	'readPasted, a state': (text) => readPasted(`table ip x {\n chain y {\n ct state { ${text}\n }\n}`),
	'readPasted, iptables': (text) => readPasted(`-A INPUT -m comment --comment ${text} -j DROP`),
	managedTables,
	createNftReader: (text) => {
		const reader = createNftReader()
		reader.push(`table ip x {\n${text}\n`)
		return reader.end()
	},
	'createSaveReader, targets': (text) => {
		const reader = createSaveReader('iptables-nft', 'ip')
		reader.push(`*raw\n-A OUTPUT ${text.replaceAll(' ', ' -j CT ')}\n`)
		return reader.end()
	},
	createSaveReader: (text) => {
		const reader = createSaveReader('iptables-nft', 'ip')
		reader.push(`*filter\n-A INPUT ${text}\n`)
		return reader.end()
	},
	createTraceReader: (text) => {
		const reader = createTraceReader()
		reader.push(`trace id 1 ip x y ${text}\n`)
		return reader
	},
	'createTraceReader, conntrack': (text) => {
		const reader = createTraceReader()
		reader.push(
			`trace id 1 ip x y conntrack: ct status ${text}\ntrace id 1 ip x y packet: ip saddr 1.1.1.1\n`,
		)
		return reader
	},
	createControlReader: (text) => {
		const reader = createControlReader()
		reader.push(`net/a.c:1 [m]f =_ "${text}"\n`)
		return reader
	},
	parseTraceLine,
	parseDefinedEvents,
	parseBufferStats,
	'parseTraceLine, behind its head': (text) => parseTraceLine(`${TRACED}${text}`),
	'parseTraceLine, a name': (text) => parseTraceLine(`${text}-155   [000] ..s1.    41.126707: ct: (f)`),
	readTraceLine: (text) => readTraceLine(Buffer.from(text)),
	readTraceArguments: (text) => readTraceArguments(text, 0),
	'readTraceArguments, a string': (text) => readTraceArguments(`(f+0x0/0x1) a="${text}" b=1`, 0),
	'createPipeReader, events without an end': (text) => {
		const reader = createPipeReader({ end: endOf(OPTIONS), onEvent: () => undefined })
		reader.feed(Buffer.from(`${TRACED}${text.replaceAll('\n', `\n${TRACED}`)}`))
		reader.end()
	},
	'toldReader, a text': (text) => {
		if (PROBE === undefined || TOLD === undefined) return undefined
		const values = { ...TOLD.values, fmt: `"${text}"`, t5: `"${text}"`, in: `"${text}"` }
		return toldReader(PROBE)(...eventOf({ ...TOLD, values }, PROBE))
	},
	'toldReader, a number': (text) => {
		if (PROBE === undefined || TOLD === undefined) return undefined
		return toldReader(PROBE)(...eventOf({ ...TOLD, values: { ...TOLD.values, a5: text, hdr: text } }, PROBE))
	},
	'lifeReader, a number': (text) => {
		if (LIFE === undefined) return undefined
		const one = { head: TRACED.slice(0, -6), name: 'out', where: '(f+0x0/0x1)' }
		const read = lifeReader([LIFE])
		for (const name of ['entry', 'tuple'])
			read(...eventOf({ ...one, values: { entry: '0xffff888012345600', [name]: text } }, LIFE))?.flow?.()
		return undefined
	},
	parseProbeProfile,
	'parseProbeProfile, a name': (text) => parseProbeProfile(`  ${text}   1   2`),
	'fillFormat, a format': (text) => [isFormat(text), fillFormat(text, () => undefined)],
	'readBtf, and what is in it': (text) => {
		const btf = readBtf(Buffer.from(text))
		return isProblem(btf) || memberOf(btf, 1, text)
	},
	'memberOf, a path': (text) => memberOf(btfOf('6.12'), 1, text),
	createListCounter: (text) => {
		const counter = createListCounter()
		counter.push(Buffer.from(`${text}\n`))
		return counter.end()
	},
	'readFormat and matchFormat': (text) => matchFormat(readFormat('a %s b %s c %s d %s'), text),
	'a format of many conversions': (text) => matchFormat(readFormat('%s'.repeat(20_000)), text),
	createPrintkReader: (text) => createPrintkReader(new Map([['x', SITE]]) as never)(text),
	containerOf,
	lockdownMode,
	configValue: (text) => configValue(text, 'CONFIG_X'),
	ipPackets: (text) => ipPackets(text, text),
	parseLinks: (text) => parseLinks(`[{"ifname":"a","xdp":${text}}]`),
	parseIngress,
	parseFeatures,
	parseAllowance,
	parseVirtualServers,
	parseHostsAnswer,
	'parseHostsAnswer, a name': (text) => parseHostsAnswer(`10.0.3.7   ${text}`),
	netstatCounter: (text) => netstatCounter(`TcpExt: ${text}\nTcpExt: ${text}`, 'TcpExt', 'x'),
	netlinkSocket: (text) => netlinkSocket(text, 12, 1),
	classify: (text) => {
		const line = parsePacketLine(`nf_ct_proto_6: ${text}`)
		return line && classify(line)
	},
	'classify, a helper': (text) => {
		const line = parsePacketLine(`nf_ct_ftp: dropping packet: ${text}`)
		return line && classify(line)
	},
	knownPrintk,
	parseTap,
	matchedOf,
	readTyped,
	tapOfText: (text) => tapOfText(text, []),
	parseTapListing: (text) => parseTapListing('x', text),
	flowFromText: (text) => flowFromText('tcp', text),
	flowFromLine,
	isWithin: (text) => isWithin('192.0.2.1', text),
	'ruleFit, nft': (text) => ruleFit({ backend: 'nft', family: 'inet', text, number: 1 }, FLOW),
	'ruleFit, iptables': (text) => ruleFit({ backend: 'iptables-nft', family: 'ip', text, number: 1 }, FLOW),
	decodeJournal,
	'decodeJournal, an entry': (text) => decodeJournal(`{"v":1,"boot":"x","at":1,"wall":1,"entry":${text}}`),
	decodeRequest,
	'decodeRequest, a field': (text) => decodeRequest(`{"op":"hello","id":1,"v":${text}}`),
	decodeAnswer,
	'decodeAnswer, a view': (text) => decodeAnswer(`{"id":1,"ok":true,"view":${text}}`),
	decodeRefusal,
	decodeRevertAnswer,
	decodeHeader,
	'decodeHeader, modes': (text) =>
		decodeHeader(`{"ctscope":"recording","v":1,"now":1,"wall":1,"modes":${text}}`),
	createDecoder: (text) => createDecoder()(text),
	'createDecoder, a reading': (text) => createDecoder()(`{"type":"rules","at":1,"result":${text}}`),
}

/** Read by others of these, or of a text that only the program itself gives. */
const ELSEWHERE = new Set(['readEdit', 'readPacket', 'parseNflogPacket', 'matchesInvalid', 'parseGuardArgs'])

const repeated = (piece: string, bytes: number) => piece.repeat(Math.ceil(bytes / piece.length))

const TEXTS: Readonly<Record<string, string>> = {
	...Object.fromEntries(
		['[]', '()', '{}', '<>'].flatMap(([open = '', close = '']) => [
			[`${open} without an end`, open.repeat(DEEP)],
			[`${close} without a beginning`, close.repeat(DEEP)],
			[`${open} in ${open}`, open.repeat(DEEP) + close.repeat(DEEP)],
			[`${open} in ${open}, with blanks`, `${open} `.repeat(DEEP) + ` ${close}`.repeat(DEEP)],
		]),
	),
	'objects in objects': `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`,
	'packets in packets': repeated('[SRC=1.1.1.1 DST=2.2.2.2 ', LONG),
	'one word': repeated('a', LONG),
	digits: repeated('7', LONG),
	NULs: repeated('\0', LONG),
	...Object.fromEntries(
		[
			' ',
			'"',
			"'",
			'`',
			'\\',
			'\\x',
			'\\x00',
			'=',
			':',
			'.',
			',',
			';',
			'-',
			'- ',
			'> ',
			'>',
			'#',
			'\t',
			'\r',
			'\n',
			'\x1b[',
			'�',
			'IN=',
			' IN=',
			' OUT=',
			'IN= OUT=',
			'PROTO=',
			' SRC=',
			'OPT (',
			'INCOMPLETE [',
			'1 ',
			'1.',
			':1',
			'1:',
			'f:',
			'=3D',
			'a\n',
			'{\n',
			'}\n',
			'jump x ',
			' -m ',
			' --comment ',
			' ! ',
			'set x { ',
			'nf_ct_',
			'nf_ct_proto_6: ',
			'kernel: ',
			'<6>',
			'a b c ',
			'[1.5] ',
			'%s',
			'x(',
			' (x',
		].map((piece) => [`many ${JSON.stringify(piece)}`, repeated(piece, PIECES)]),
	),
}

const REAL =
	'nf_ct_proto_6: invalid rst IN=a OUT= SRC=192.0.2.1 DST=192.0.2.2 LEN=40 PROTO=TCP SPT=1 DPT=2 RST'

describe('no text from outside ends a reader', () => {
	test.each(Object.entries(READERS))('%s', (_, read) => {
		const before = process.cpuUsage()
		for (const [name, text] of Object.entries(TEXTS)) {
			expect(() => read(text), name).not.toThrow()
		}
		const { user, system } = process.cpuUsage(before)
		expect((user + system) / 1e6).toBeLessThan(MOST_CPU_S)
	})

	test('every reader is among these', () => {
		const exported = ['kernel', 'changes', 'reasons', 'guard', 'recording'].flatMap((room) => {
			const path = new URL(`../../src/${room}/`, import.meta.url)
			return (readdirSync(path, { recursive: true }) as string[])
				.filter((name) => name.endsWith('.ts'))
				.flatMap((name) => {
					const text = readFileSync(new URL(name, path), 'utf8')
					const found = text.matchAll(
						/^export (?:function|const) ((?:parse|decode|read|match)[A-Z]\w*).*?\btext: string|^export (?:function|const) ((?:parse|decode)[A-Z]\w*)\(/gm,
					)
					return [...found].map(([, one, other]) => one ?? other ?? '')
				})
		})
		const known = Object.keys(READERS).join(' ')
		expect(exported.length).toBeGreaterThan(20)
		expect(exported.filter((name) => !known.includes(name) && !ELSEWHERE.has(name))).toEqual([])
	})
})

describe('what follows is read', () => {
	test('by the journal', () => {
		const closed: JournalRecord = {
			v: 1,
			boot: 'x',
			at: 1,
			wall: 1,
			entry: { type: 'persisted' },
		}
		for (const [name, text] of Object.entries(TEXTS)) {
			if (name.includes('\\n')) continue
			const { records } = decodeJournal(`${text}${encodeRecord(closed)}`)
			expect(records, name).toEqual([closed])
		}
	})

	test('by parse, in text and as JSON', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'ctscope-deep-'))
		try {
			const file = join(folder, 'log')
			for (const json of [false, true]) {
				const journal = Object.values(TEXTS).map((text) => `{"MESSAGE":${text}}`)
				writeFileSync(file, [...(json ? [] : Object.values(TEXTS)), ...journal, REAL, ''].join('\n'))
				let last = ''
				const out = new Writable({
					write(chunk: Buffer, _encoding, done) {
						last = `${last}${chunk.toString()}`.slice(-100_000)
						done()
					},
				})
				expect(await runParse({ file, json, columns: 80 }, out, () => {})).toBe(0)
				expect(last).toContain(json ? '"id":"tcp-rst"' : 'tcp-rst')
			}
		} finally {
			rmSync(folder, { recursive: true })
		}
	})
})
