import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { createByteQueue } from '../../../src/host/log/byte-queue.ts'
import { readerFailure } from '../../../src/host/nflog/nflog-complaints.ts'
import { type NflogOutput, pipeOutput } from '../../../src/host/nflog/nflog-output.ts'
import { spoolOutput } from '../../../src/host/nflog/nflog-spool.ts'
import { createInterfaceNames } from '../../../src/host/rules/interface-names.ts'
import { FakeClock } from '../../harness/fake/clock.ts'
import { pause } from '../../harness/until.ts'

const MIB = 1 << 20

/** Writes blocks of 64 KiB, each filled with its number, as fast as it can. */
const WRITER = (blocks: number) => `
const { writeSync } = require('node:fs')
for (let block = 0; block < ${blocks}; block++) {
	const bytes = Buffer.alloc(65536, block & 255)
	for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at)
}`

describe.each([
	['memory', () => spoolOutput()],
	['a pipe', () => pipeOutput()],
] as const)('what a child writes into %s', (name, make) => {
	const children: ChildProcess[] = []
	let output: NflogOutput | undefined
	afterEach(() => {
		for (const child of children.splice(0)) child.kill('SIGKILL')
		output?.close()
	})

	const start = (blocks: number) => {
		const made = make()
		if (made === undefined) throw new Error('no memory to write to')
		output = made
		const child = spawn(process.execPath, ['-e', WRITER(blocks)], {
			stdio: ['ignore', made.stdio, 'inherit'],
		})
		children.push(child)
		made.attach(child)
		const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
		let ended = false
		closed.then(() => {
			ended = true
		})
		return { made, child, hasEnded: () => ended }
	}

	test.each([1, 40, 1_200])('%i blocks of 64 kB come whole and in order', async (blocks) => {
		const { made, hasEnded } = start(blocks)
		let length = 0
		for (let quiet = 0; quiet < 3; ) {
			const bytes = made.read()
			if (bytes === undefined) {
				quiet = hasEnded() ? quiet + 1 : 0
				await pause(2)
				continue
			}
			quiet = 0
			for (let at = 0; at < bytes.length; at += 4_096) {
				const block = Math.floor((length + at) / 65_536)
				if (bytes[at] !== (block & 255)) throw new Error(`wrong byte at ${length + at}`)
			}
			length += bytes.length
		}
		expect(length).toBe(blocks * 65_536)
	})

	test('a child that writes without an end does not fill the memory', async () => {
		const { made } = start(100_000)
		// Nobody reads on and on: it is looked at now and then, and in the end the writer waits.
		let seen = -1
		for (let look = 0; look < 600 && (seen < MIB || made.unread() !== seen); look++) {
			made.read()
			seen = made.unread()
			await pause(100)
		}
		expect(made.unread()).toBe(seen)
		expect(seen).toBeGreaterThan(MIB)
	})

	test('nothing is left of it in a folder', () => {
		start(1)
		for (const folder of ['/dev/shm', '/run'])
			expect(
				readdirSync(folder).filter((file) => file.startsWith('ctscope-') && file.endsWith('.pcap')),
			).toEqual([])
		expect(name).toBeDefined()
	})
})

test.each([[['/no/such/folder']], [['/tmp/']], [['/proc']], [[]]])('no memory in %j', (folders) => {
	const output = spoolOutput(folders)
	// /tmp is memory on some hosts.
	if (folders[0] !== '/tmp/') expect(output).toBeUndefined()
	output?.close()
})

test('a queue of many small pieces', () => {
	const queue = createByteQueue()
	const piece = (value: number) => Uint8Array.of(value & 255, value >> 8)
	let next = 0
	for (let value = 0; value < 50_000; value++) {
		queue.add(piece(value))
		if (value % 3 === 0) expect(queue.take()).toEqual(piece(next++))
	}
	expect(queue.bytes()).toBe((50_000 - next) * 2)
	for (; next < 50_000; next++) expect(queue.take()).toEqual(piece(next))
	expect(queue.take()).toBeUndefined()
	expect(queue.bytes()).toBe(0)
})

test('names of interfaces', () => {
	const nameOf = createInterfaceNames(new FakeClock())
	expect(nameOf(1)).toBe('lo')
	expect(nameOf(999_999)).toBe('if999999')
})

test.each([
	['tcpdump: NFULNL_CFG_CMD_PF_UNBIND: Operation not permitted', 'not-permitted'],
	["tcpdump: Can't listen on group group index: Device or resource busy", 'usage'],
	['tcpdump: nflog:0: No such device exists', 'unsupported'],
	['tcpdump: nflog:0: No such device exists\n(SIOCGIFHWADDR: No such device)', 'unsupported'],
	['setpriv: apply bounding set: Operation not permitted', 'not-permitted'],
	['tcpdump: listening on nflog:0, link-type NFLOG\nSegmentation fault', 'tool-failed'],
	[
		'tcpdump: listening on nflog:0\n3 packets captured\n3 packets received by filter\n0 packets dropped by kernel',
		'tool-failed',
	],
	['', 'tool-failed'],
])('%j is %s', (stderr, kind) => {
	expect(readerFailure(['tcpdump'], 1, stderr).kind).toBe(kind)
})
