import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createControlReader, type PrintkSite } from '../../src/kernel/dyndbg/dyndbg-control.ts'
import { GUEST_KERNELS, type GuestKernel, inGuestWell, skipWithoutGuest } from '../harness/guest/guest.ts'

const SCRIPTS = join(import.meta.dirname, 'guest')

const out = mkdtempSync(join(tmpdir(), 'ctscope-printk-screen-'))
const skipped = new Set(GUEST_KERNELS.filter(skipWithoutGuest))

const run = (kernel: GuestKernel, what: string) =>
	inGuestWell(kernel, ['bash', '/in/printk-screen.sh', what], ['--in', SCRIPTS, '--out', join(out, kernel)])
afterAll(() => rmSync(out, { recursive: true }))

const readOf = (kernel: GuestKernel, name: string) => readFileSync(join(out, kernel, name), 'utf8')

/** The kernel of the case that Printk is for: a FIN without an entry is INVALID there, and no line says so. */
describe.skipIf(skipped.has('6.1'))('Printk on Debian kernel 6.1, with keys in a terminal of 80x24', () => {
	const read = (name: string) => readOf('6.1', name)
	const sites = (name: string): readonly PrintkSite[] => {
		const reader = createControlReader()
		reader.push(read(`${name}.control`))
		// Elsewhere there are files built with DEBUG: their sites print from the start.
		return reader.end().filter(({ file }) => file.startsWith('net/'))
	}
	const flagged = (name: string) =>
		sites(name).flatMap(({ func, flags }) => (flags === '' ? [] : [`${func} =${flags}`]))

	beforeAll(() => run('6.1', 'switch'))

	test('every key led where it should', () => {
		expect(read('missed')).toBe('')
		expect(read('exit').trim()).toBe('0')
	})

	test('call sites that explain silent packets are on top, with tcp_new', () => {
		expect(read('list.screen')).toMatch(/explain silent INVALID packets.*: \d+ call sites/)
		expect(read('list.screen')).toMatch(/=_ +\d+ tcp_new +bad pkt/)
	})

	test('the dialog shows the query and how much it prints', () => {
		const dialog = read('dialog.screen').replaceAll(/[│\s]+/g, ' ')
		expect(dialog).toMatch(
			/query file net\/netfilter\/nf_conntrack_proto_tcp\.c line \d+ func tcp_new \+p \(=_ → =p\)/,
		)
		expect(dialog).toMatch(/prints for every bad packet: about [\d<.]+ lines\/s now/)
	})

	test('a switched call site is ours in kernel and screen, and prints', () => {
		expect(flagged('on').toSorted()).toEqual([...flagged('before'), 'tcp_new =p'].toSorted())
		expect(read('on.screen')).toMatch(/=p +ctscope +\d+ tcp_new/)
		expect(read('log.screen')).toContain('invalid new deleting')
	})

	test('the same key restores the whole file', () => {
		expect(read('off.control')).toBe(read('before.control'))
	})

	test('decorations added to foreign flags are removed alone', () => {
		expect(flagged('before')).toEqual(['nf_conntrack_icmp_packet =mt'])
		expect(read('decorate.screen')).toContain('[x] f function')
		expect(flagged('decorated')).toEqual(['nf_conntrack_icmp_packet =pmft'])
		expect(read('after.control')).toBe(read('before.control'))
	})
})

/** 6.8 and later say `invalid new` themselves, and have no such site any more. */
describe.skipIf(skipped.has('6.12'))('Printk on Debian kernel 6.12', () => {
	const read = (name: string) => readOf('6.12', name)
	beforeAll(() => run('6.12', 'look'))

	test('call sites that this kernel lacks are not proposed', () => {
		expect(read('missed')).toBe('')
		expect(read('list.screen')).toMatch(/explain silent INVALID packets.*: \d+ call sites/)
		expect(read('list.screen')).not.toContain('tcp_new')
		expect(read('filtered.screen')).not.toContain('invalid new')
	})

	test('looking changed nothing', () => {
		expect(read('exit').trim()).toBe('0')
		expect(read('after.control')).toBe(read('before.control'))
	})
})
