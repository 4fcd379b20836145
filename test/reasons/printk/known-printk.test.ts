import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseKmsgRecord } from '../../../src/kernel/log/kmsg-record.ts'
import { knownPrintk } from '../../../src/reasons/printk/known-printk.ts'
import { siteTold } from '../../../src/reasons/printk/printk-sites.ts'
import { KERNELS, printed, sitesOf } from '../../kernel/dyndbg/pr-debug-sites.ts'

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')

describe.each(['6.1', '6.12'])('what a running %s printed', (kernel) => {
	test('is known without its control file, with any decoration', () => {
		const records = fixture(`dyndbg-kmsg-${kernel}.txt`)
			.split('\n')
			.flatMap((line) => parseKmsgRecord(line) ?? [])
		for (const { level, text } of records) {
			const found = knownPrintk(text)
			if (level === 7) expect(found, text).toBeDefined()
			else expect(found, text).toBeUndefined()
		}
		expect(records.length).toBeGreaterThan(8)
	})
})

describe.each(KERNELS)('the sites of %s', (kernel) => {
	test.each(['p', 'pm', 'pmf', 'pfl', 'pmflt'])('with =%s', (flags) => {
		for (const one of sitesOf(kernel, flags)) {
			const told = siteTold(one.site)
			const text = printed(one, 0)
			const found = knownPrintk(text)
			if (found === undefined) continue
			// The texts of helpers are in no list, and may be those of others.
			if (!told.known) continue
			if (found.tells !== told.tells) expect(found.format, text).toBe(one.site.format.trim())
		}
	})

	test('most of those that are described are known by their text', () => {
		const described = sitesOf(kernel, 'p').filter(({ site }) => siteTold(site).known)
		const missed = described.filter((one) => knownPrintk(printed(one, 0)) === undefined)
		// Single words such as "entering", and what %s alone begins.
		expect(missed.length / described.length).toBeLessThan(0.15)
	})
})

test.each<[string, string, string]>([
	['nf_ct_tcp: invalid new deleting.', 'nf_ct_tcp: invalid new deleting.', ''],
	['nf_conntrack:tcp_new:889: nf_ct_tcp: invalid new deleting.', 'nf_ct_tcp: invalid new deleting.', ''],
	['<intr> tcp_new: nf_ct_tcp: invalid new deleting.', 'nf_ct_tcp: invalid new deleting.', ''],
	[
		'tcp_conntracks: syn=0 ack=1 fin=1 rst=0 old=3 new=4',
		'syn=%i ack=%i fin=%i rst=%i old=%i new=%i',
		'ESTABLISHED to FIN_WAIT on FIN+ACK',
	],
	[
		"icmp: can't create new conn with type 0",
		"icmp: can't create new conn with type %u",
		'type 0, echo reply',
	],
])('%s', (text, format, detail) => expect(knownPrintk(text)).toMatchObject({ format, detail, head: false }))

test.each([
	'',
	':',
	'entering',
	'too short',
	'usb: too short',
	'usb 1-1: new high-speed USB device number 2 using xhci_hcd',
	'e1000: entering',
	'mydriver: Basic checks failed',
	'foo(00000000deadbeef)',
	'nf_conntrack: table full, dropping packet',
	'nf_ct_proto_6: invalid rst IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 PROTO=TCP SPT=1 DPT=2 RST',
	'EXT4-fs (sda1): mounted filesystem',
])('%j is not known', (text) => expect(knownPrintk(text)).toBeUndefined())

test('any text is answered', () => {
	const texts = fixture('dyndbg-kmsg-6.1.txt')
		.split('\n')
		.flatMap((line) => parseKmsgRecord(line)?.text ?? [])
	const mutated = fc
		.tuple(fc.constantFrom(...texts), fc.nat(90), fc.nat(9), fc.string({ unit: 'binary', maxLength: 5 }))
		.map(([text, at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut))
	fc.assert(
		fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), mutated), (text) => {
			const found = knownPrintk(text)
			expect(found?.text ?? '').not.toMatch(/\p{Cc}/u)
		}),
		{ numRuns: 2_000 },
	)
})
