import { execFileSync } from 'node:child_process'
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createRecorder } from '../../../src/host/files/capture-file.ts'
import type { CapturedPacket } from '../../../src/ports/recorder.ts'
import { describe as words } from '../../../src/words/failure.ts'
import { icmp, tcp, udp } from '../../harness/crafted/packets.ts'
import { LINK } from '../../kernel/nflog/nflog-stream.ts'

const TOOLS = '/usr/bin:/usr/sbin:/bin'
const tool = (name: string, ...args: string[]) =>
	execFileSync(name, args, { encoding: 'utf8', env: { PATH: TOOLS, LC_ALL: 'C', HOME: '/' }, stdio: 'pipe' })
const missing = ['tshark', 'capinfos', 'tcpdump'].filter(
	(name) => !TOOLS.split(':').some((folder) => existsSync(join(folder, name))),
)
if (missing.length > 0) console.warn(`skipped: ${missing.join(', ')} not installed`)

const LINK6 = Buffer.concat([LINK.subarray(0, 12), Buffer.from('86dd', 'hex')])
const captured = (
	packet: Buffer,
	comment: string,
	where: { readonly indev?: string; readonly outdev?: string } = { indev: 'eth0' },
): CapturedPacket => {
	const six = (packet[0] ?? 0) >> 4 === 6
	return {
		comment,
		message: {
			number: 1,
			at: 0,
			wallMicros: 1_795_455_849_600_218,
			text: '',
			family: six ? 10 : 2,
			indev: where.indev ?? null,
			outdev: where.outdev ?? null,
			link: where.indev === undefined ? null : six ? LINK6 : LINK,
			...(where.indev === undefined ? {} : { linkType: 1 }),
			packet,
		},
	}
}

const PACKETS = [
	captured(tcp('10.0.0.1', '10.0.0.2', 1_000, 80, { flags: 'SF' }), 'invalid tcp flag combination: INVALID'),
	captured(udp('10.0.0.1', '10.0.0.2', 5, 53, { badChecksum: true }), 'bad checksum: größer'),
	captured(icmp('fd00::1', 'fd00::2', 137, { body: Buffer.alloc(32) }), 'redirect\x1b[2J'),
	captured(tcp('10.0.0.2', '10.0.0.1', 80, 1_000, { flags: 'R' }), 'invalid new', { outdev: 'eth0' }),
]

describe('a capture file', () => {
	let folder: string
	const recorder = createRecorder()
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'ctscope-capture-'))
	})
	afterEach(() => rmSync(folder, { recursive: true }))

	const reason = async (path: string) => {
		const opened = await recorder.open(path)
		if (opened.ok) throw new Error('it was opened')
		return words(opened.failure).detail
	}

	test.skipIf(missing.length > 0)('opens in tshark, capinfos and tcpdump', async () => {
		const path = join(folder, 'invalid.pcapng')
		expect(await recorder.save(path, PACKETS)).toEqual({ ok: true, value: path })
		const fields = [
			'frame.interface_name',
			'frame.len',
			'frame.comment',
			'ip.proto',
			'ipv6.nxt',
			'frame.packet_flags_direction',
		]
		const rows = tool(
			'tshark',
			'-r',
			path,
			'-T',
			'fields',
			'-E',
			'separator=|',
			...fields.flatMap((field) => ['-e', field]),
		)
		expect(rows.trimEnd().split('\n')).toEqual([
			'eth0|54|invalid tcp flag combination: INVALID|6||0x00000001',
			'eth0|49|bad checksum: größer|17||0x00000001',
			'eth0|94|redirect\\x1b[2J||58|0x00000001',
			'eth0|54|invalid new|6||0x00000002',
		])
		const info = tool('capinfos', path)
		expect(info).toMatch(/Number of packets: +4/)
		expect(info).toMatch(/Capture application: +ctscope/)
		expect(info).toMatch(/Number of interfaces in file: 2/)
		expect(info).toMatch(/Packet size limit: +file hdr: \(not set\)/)
		const dump = tool('tcpdump', '-nn', '-r', path)
		expect(dump).toContain('IP 10.0.0.1.1000 > 10.0.0.2.80: Flags [FS]')
		expect(dump).toContain('IP 10.0.0.2.80 > 10.0.0.1.1000: Flags [R]')
		expect(dump).toContain('IP6 fd00::1 > fd00::2: ICMP6, redirect')
	})

	test('belongs to its owner alone', async () => {
		const path = join(folder, 'x.pcapng')
		await recorder.save(path, PACKETS)
		expect(statSync(path).mode & 0o777).toBe(0o600)
	})

	test('grows while packets come', async () => {
		const path = join(folder, 'grows.pcapng')
		const opened = await recorder.open(path)
		if (!opened.ok) throw new Error('not opened')
		for (let round = 0; round < 50; round++) opened.value.write(PACKETS)
		opened.value.write([])
		const closed = await opened.value.close()
		expect(closed).toEqual({ ok: true, value: { packets: 200, bytes: statSync(path).size } })
		expect(await opened.value.close()).toEqual(closed)
		opened.value.write(PACKETS)
		if (missing.length === 0) expect(tool('capinfos', path)).toMatch(/Number of packets: +200/)
	})

	test('relative names start from the working directory', async () => {
		const before = process.cwd()
		process.chdir(folder)
		try {
			expect(await recorder.save('here.pcapng', [])).toEqual({
				ok: true,
				value: join(process.cwd(), 'here.pcapng'),
			})
		} finally {
			process.chdir(before)
		}
		expect(existsSync(join(folder, 'here.pcapng'))).toBe(true)
	})

	test('is never written over', async () => {
		const path = join(folder, 'old')
		writeFileSync(path, 'dear to me')
		expect(await reason(path)).toBe(`${path} already exists, and is not overwritten`)
		expect(readFileSync(path, 'utf8')).toBe('dear to me')
	})

	test.each(['to a file', 'to nothing'])('is never written through a link %s', async (kind) => {
		const target = join(folder, 'target')
		const link = join(folder, 'link')
		if (kind === 'to a file') writeFileSync(target, 'dear to me')
		symlinkSync(target, link)
		expect(await reason(link)).toBe(`${link} already exists, and is not overwritten`)
		expect(existsSync(target)).toBe(kind === 'to a file')
	})

	test.each<[string, (folder: string) => string, (folder: string) => string]>([
		[
			'a folder that takes no file',
			() => '/proc/file',
			() => 'no file can be created in /proc: its file system takes none (ENOENT)',
		],
		['no folder', (at) => `${at}/no/file`, (at) => `there is no directory ${at}/no`],
		['a folder', (at) => at, (at) => `${at} already exists, and is not overwritten`],
		['no folder but a file', (at) => `${at}/plain/file`, (at) => `${at}/plain is not a directory`],
		['a name that is too long', (at) => `${at}/${'x'.repeat(300)}`, () => 'is too long'],
		['a hostile name', (at) => `${at}/no/\x1b[2J`, (at) => `there is no directory ${at}/no`],
		['a file system that takes no files', () => '/proc/ctscope.pcapng', () => '/proc'],
	])('%s', async (_name, path, expected) => {
		mkdirSync(join(folder, 'sub'))
		writeFileSync(join(folder, 'plain'), '')
		expect(await reason(path(folder))).toContain(expected(folder))
	})

	const many = Array.from({ length: 2_000 }, () => PACKETS).flat()

	const onFullDisk = async (run: (path: string) => Promise<void>) => {
		const disk = join(folder, 'disk')
		mkdirSync(disk)
		tool('mount', '-t', 'tmpfs', '-o', 'size=64k', 'ctscope-test', disk)
		try {
			await run(join(disk, 'x.pcapng'))
		} finally {
			tool('umount', disk)
		}
	}

	test.skipIf(process.getuid?.() !== 0)('a disk that is full is said, and half a file is not left', () =>
		onFullDisk(async (path) => {
			const saved = await recorder.save(path, many)
			if (saved.ok) throw new Error('it was saved')
			expect(words(saved.failure).detail).toBe(`writing ${path}: the disk is full (ENOSPC)`)
			expect(existsSync(path)).toBe(false)
		}),
	)

	test.skipIf(process.getuid?.() !== 0)('a disk that is full leaves a growing file readable', () =>
		onFullDisk(async (path) => {
			const opened = await recorder.open(path)
			if (!opened.ok) throw new Error('not opened')
			for (let round = 0; round < 2_000; round++) opened.value.write(PACKETS)
			expect((await opened.value.close()).ok).toBe(false)
			if (missing.length === 0) expect(tool('capinfos', path)).toMatch(/Number of packets: +\d+/)
		}),
	)
})
