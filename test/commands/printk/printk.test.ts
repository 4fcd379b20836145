import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { runPrintk } from '../../../src/commands/printk/printk.ts'
import { sitesToPrint } from '../../../src/commands/run/printk.ts'
import { createControlReader } from '../../../src/kernel/dyndbg/dyndbg-control.ts'
import type { PrintkReading } from '../../../src/model/printk-reading.ts'
import { fail, ok } from '../../../src/words/failure.ts'
import { near } from '../../../src/words/near.ts'
import { hostObserver, SETTINGS } from '../../harness/samples/readings.ts'
import { PRINTK } from '../../harness/samples/samples.ts'

function readingOf(text: string): PrintkReading {
	const reader = createControlReader()
	reader.push(text)
	return { ...PRINTK, path: '/proc/dynamic_debug/control', why: '', sites: reader.end() }
}

const fixture = (kernel: string): PrintkReading =>
	readingOf(readFileSync(new URL(`../../fixtures/dyndbg-control-${kernel}.txt`, import.meta.url), 'utf8'))

const VALUES = { ...SETTINGS.values, log_invalid: '255', tcp_loose: '1', checksum: '1' }
const LOADED = ok({ ...SETTINGS, values: VALUES })

async function printed(reading: PrintkReading, words: readonly string[], json = false) {
	const observer = hostObserver()
	observer.answers.printk = ok(reading)
	observer.answers.settings = LOADED
	const out: string[] = []
	const exitCode = await runPrintk(
		{ netns: undefined, stateDir: '/none', words, json, columns: 80, print: (text) => out.push(text) },
		observer,
	)
	return { exitCode, text: out.join('\n') }
}

describe('ctscope printk', () => {
	test('one function: what it prints, what that tells, how often', async () => {
		expect(await printed(fixture('6.1'), ['tcp_new', 'deleting'])).toEqual({
			exitCode: 0,
			text: `call sites: 72 in /proc/dynamic_debug/control, 66 of netfilter, 1 with tcp_new
            deleting, none prints

proposed: they show INVALID packets for which this kernel prints no reason
  tcp_new  net/netfilter/nf_conntrack_proto_tcp.c:889  =_
      "nf_ct_tcp: invalid new deleting."
      TCP without an entry, of a kind that cannot open a connection (RST, FIN,
      SYN/ACK): INVALID; a line for each bad packet

net/netfilter/nf_conntrack_proto_tcp.c
   889 =_   tcp_new "nf_ct_tcp: invalid new deleting."
            TCP without an entry, of a kind that cannot open a connection (RST,
            FIN, SYN/ACK): INVALID; a line for each bad packet

to switch them on: ctscope run --printk FUNCTION -- COMMAND
                   or key 4 of the screen; both put the flags back`,
		})
	})

	test('without words: conntrack, NAT, defragmentation and loggers, proposals first, nothing too wide', async () => {
		const { text } = await printed(fixture('6.1'), [])
		expect(text.indexOf('proposed:')).toBeGreaterThan(0)
		expect(text.indexOf('proposed:')).toBeLessThan(text.indexOf('\nnet/netfilter/'))
		for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
	})

	test('the same kernel function, gone: not proposed', async () => {
		expect((await printed(fixture('6.12'), ['tcp_new'])).text).toMatch(
			/No call site of netfilter has all these/,
		)
		expect((await printed(fixture('6.12'), [])).text).not.toContain('tcp_new')
	})

	test('a misspelt word gets suggestions', async () => {
		const { text } = await printed(fixture('6.1'), ['tcp_nwe'])
		expect(text).toMatch(/No call site of netfilter has all these(?:.|\n)*similar: .*tcp_new/)
	})

	test('JSON', async () => {
		const { exitCode, text } = await printed(fixture('6.1'), ['tcp_new', 'deleting'], true)
		expect(exitCode).toBe(0)
		const site = {
			id: expect.stringMatching(/^net\/netfilter\/nf_conntrack_proto_tcp\.c:tcp_new#1:[\da-f]{8}$/),
			file: 'net/netfilter/nf_conntrack_proto_tcp.c',
			line: 889,
			module: 'nf_conntrack',
			func: 'tcp_new',
			flags: '',
			format: 'nf_ct_tcp: invalid new deleting.',
			class: null,
			tells: expect.stringContaining('without an entry'),
			talk: 'per-bad-packet',
			explains: ['silent-tcp-new'],
			narrows: [],
			known: true,
		}
		expect(JSON.parse(text)).toEqual({
			v: 1,
			path: '/proc/dynamic_debug/control',
			why: '',
			next: '',
			canMount: false,
			instead: [],
			words: ['tcp_new', 'deleting'],
			total: 72,
			netfilter: 66,
			enabled: 0,
			unread: 0,
			proposed: [{ ...site, paths: ['silent-tcp-new'], standing: expect.any(String), exact: true }],
			sites: [site],
		})
	})

	test('no dynamic debug: why, and what answers the same; exit status 0', async () => {
		const none = { ...PRINTK, next: 'boot another kernel' }
		const { exitCode, text } = await printed(none, [])
		expect(exitCode).toBe(0)
		expect(text).toMatch(
			/^no call sites: this kernel was built without dynamic debug\n +next: boot another kernel\n/,
		)
		expect(text).toMatch(
			/instead:\n[\s\S]*ctscope run -- COMMAND\n[\s\S]*--ctstate INVALID[\s\S]*conntrack -E[\s\S]*bpftrace/,
		)
		expect(JSON.parse((await printed(none, [], true)).text)).toMatchObject({
			path: null,
			instead: expect.arrayContaining([expect.objectContaining({ command: 'ctscope run -- COMMAND' })]),
			proposed: [],
			sites: [],
		})
	})

	test('the modules are not loaded', async () => {
		const bare = readingOf('init/main.c:1 [main]start =_ "hello\\n"\n')
		expect((await printed(bare, [])).text).toMatch(/0 of netfilter[\s\S]*Its modules are not loaded/)
	})

	test('kernel texts are escaped', async () => {
		const evil = readingOf('net/netfilter/nf_conntrack_core.c:1 [nf_conntrack]f =_ "a\u001b[31mb\\n"\n')
		const { text } = await printed(evil, [])
		expect(text).not.toContain('\u001b')
		expect((await printed(evil, [], true)).text).not.toContain('\u001b')
	})

	test('a reading that fails is a failure', async () => {
		const observer = hostObserver()
		observer.answers.printk = fail({ kind: 'unsupported', what: 'reading', why: 'EIO' })
		const options = {
			netns: undefined,
			stateDir: '/none',
			words: [],
			json: false,
			columns: 80,
			print: () => {},
		}
		expect(await runPrintk(options, observer)).toBe(2)
	})
})

describe('run --printk', () => {
	const TCP_NEW = /^printk:net\/netfilter\/nf_conntrack_proto_tcp\.c:tcp_new#1:[\da-f]{8}$/
	const knobs = (words: readonly string[], reading = fixture('6.1')) => {
		const found = sitesToPrint(reading, VALUES, words)
		return found.ok ? found.value.changes.map(({ knob }) => knob) : []
	}

	test.each([
		'tcp_new',
		'nf_conntrack_proto_tcp.c:889',
		'net/netfilter/nf_conntrack_proto_tcp.c:889',
		'netfilter/nf_conntrack_proto_tcp.c:tcp_new',
	])('%s', (word) => {
		expect(knobs([word])).toContainEqual(expect.stringMatching(TCP_NEW))
	})

	test('all sites of a function; the same site once', () => {
		expect(knobs(['resolve_normal_ct']).length).toBe(4)
		expect(knobs(['tcp_new', 'nf_conntrack_proto_tcp.c:889'])).toEqual(knobs(['tcp_new']))
	})

	test('proposed: those whose line is one silent packet', () => {
		const proposed = knobs(['proposed'])
		expect(proposed).toContainEqual(expect.stringMatching(TCP_NEW))
		expect(proposed.join()).not.toContain('nf_ct_frag6_queue')
	})

	test('call sites that print already are left alone', () => {
		const reading = fixture('6.1')
		const on = { ...reading, sites: reading.sites.map((site) => ({ ...site, flags: 'p' })) }
		expect(sitesToPrint(on, VALUES, ['tcp_new'])).toEqual(
			ok({ changes: [], notes: [expect.stringMatching(/^one of the call sites prints already/)] }),
		)
	})

	test.each<[string, PrintkReading, string, string, RegExp]>([
		['a slip', fixture('6.1'), 'tcp_nwe', 'usage', /called tcp_nwe; similar: tcp_new/],
		[
			'no such line',
			fixture('6.1'),
			'nf_conntrack_proto_tcp.c:888',
			'usage',
			/similar: nf_conntrack_proto_tcp\.c:889,/,
		],
		[
			'no such file',
			fixture('6.1'),
			'nf_contrack_proto_tcp.c:889',
			'usage',
			/similar: nf_conntrack_proto_tcp\.c/,
		],
		['nothing like it', fixture('6.1'), 'qqqqqq', 'usage', /called qqqqqq$/],
		['a line alone', fixture('6.1'), '889', 'usage', /called 889$/],
		[
			'outside of netfilter',
			readingOf('init/main.c:1 [main]start =_ "x"\n'),
			'start',
			'unsupported',
			/not loaded/,
		],
		['no dynamic debug', PRINTK, 'tcp_new', 'unsupported', /built without dynamic debug/],
		['nothing to propose', fixture('6.12'), 'tcp_new', 'usage', /no call site/],
	])('%s', (_name, reading, word, kind, says) => {
		const found = sitesToPrint(reading, VALUES, [word])
		if (found.ok) throw new Error('found')
		expect(found.failure.kind).toBe(kind)
		expect(found.failure.kind === 'usage' ? found.failure.message : JSON.stringify(found.failure)).toMatch(
			says,
		)
	})
})

test.each([
	['tcp_nwe', ['udp_new', 'tcp_new', 'tcp_new', 'tcp_packet'], ['tcp_new']],
	['NEW', ['tcp_new', 'x'], ['tcp_new']],
	['', ['tcp_new'], []],
])('near %j', (word, names, found) => {
	expect(near(word, names)).toEqual(found)
})
