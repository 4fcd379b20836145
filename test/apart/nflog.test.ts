import type { ChildProcess } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { tempFolder } from '../harness/folders.ts'
import { createLab, type KnobSnapshot, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { type LineChild, startLineChild } from '../harness/kernel/line-child.ts'
import {
	CHILD,
	FLOOD,
	LARGE_FLOOD,
	readersIn,
	startInside,
	stateDirForReaders,
	TOOLS,
	toolsWithout,
} from '../harness/kernel/nflog-scene.ts'
import { processOf } from '../harness/process-of.ts'
import { pause, until } from '../harness/until.ts'

type Told = { seen: number; lost: number; ended?: unknown; texts: string[] }

const stateDir = stateDirForReaders()

describe.skipIf(skipWithoutLab())('the reader of NFLOG group 0', () => {
	let lab: Lab
	let before: KnobSnapshot
	let readers: LineChild[] = []
	const programs: ChildProcess[] = []
	let netns: string

	beforeAll(async () => {
		lab = await createLab('nflog')
		netns = (await lab.inside('readlink', '/proc/self/ns/net')).trim()
	})
	afterAll(async () => {
		for (const pid of processes()) process.kill(pid, 'SIGKILL')
		await lab.dispose()
	})
	beforeEach(async () => {
		before = here(await lab.snapshot())
	})
	afterEach(async () => {
		await Promise.all(readers.map((reader) => reader.end()))
		readers = []
		for (const program of programs.splice(0)) program.kill('SIGKILL')
		await lab.write('net/netfilter/nf_conntrack_log_invalid', '0')
		await lab.write('net/netfilter/nf_log/2', 'nf_log_ipv4')
		await lab.write('net/netfilter/nf_log/10', 'nf_log_ipv6')
		await until(() => processes().length === 0, 'the end of all readers')
		expect(here(await lab.snapshot())).toEqual(before)
	})

	/** Other tests may change settings of the host at the same time. */
	const here = (snapshot: KnobSnapshot) =>
		Object.fromEntries(Object.entries(snapshot).filter(([name]) => name.startsWith('netns ')))

	const bind = async (protocol = '255') => {
		await lab.write('net/netfilter/nf_log/2', 'nfnetlink_log')
		await lab.write('net/netfilter/nf_log/10', 'nfnetlink_log')
		await lab.write('net/netfilter/nf_conntrack_log_invalid', protocol)
	}

	const reader = (searchPath = TOOLS): LineChild => {
		const child = startLineChild([
			...(['ip', 'netns', 'exec', lab.netns, 'env', `SEARCH_PATH=${searchPath}`] as const),
			...[process.execPath, CHILD],
		])
		readers.push(child)
		return child
	}
	/** The program alone, which a test may kill or stop. */
	const started = (searchPath = TOOLS, command?: string) => {
		const program = startInside(lab.netns, searchPath, stateDir, command)
		programs.push(program.child)
		return program
	}
	const ask = async (child: LineChild, command: string) => JSON.parse(await child.ask(command))
	const flood = (count: number) => lab.beside('/usr/bin/python3', '-c', FLOOD, lab.address, `${count}`)
	const counted = async () =>
		(await lab.inside('cat', '/proc/net/stat/nf_conntrack'))
			.trim()
			.split('\n')
			.slice(1)
			.reduce((sum, line) => sum + Number.parseInt(line.split(/\s+/)[4] ?? '', 16), 0)

	const processes = () => readersIn(netns)

	test('hands over every packet with its reason, its interface and its bytes', async () => {
		await bind()
		const child = reader()
		expect(await ask(child, 'follow')).toEqual({ following: true })
		await lab.sendBad({ kind: 'syn-fin', count: 3 })
		await lab.sendBad({ kind: 'udp-checksum', count: 2 })
		await lab.sendBad({ kind: 'redirect-6', count: 1 })
		expect(await ask(child, 'stop')).toMatchObject({ seen: 6, lost: 0 })
		const packets = await ask(child, 'packets')
		expect(packets.map(({ number }: { number: number }) => number)).toEqual([1, 2, 3, 4, 5, 6])
		const [tcp, , , udp, , redirect] = packets
		expect(tcp.text).toMatch(
			new RegExp(
				`^nf_ct_proto_6: invalid tcp flag combination IN=veth0 OUT= MAC=(?:[0-9a-f]{2}:){12}08:00 SRC=${lab.peerAddress} DST=${lab.address} LEN=40 .*DPT=80 .*SYN FIN URGP=0 $`,
			),
		)
		expect(udp.text).toContain('nf_ct_proto_17: bad checksum IN=veth0 ')
		expect(redirect.text).toContain('nf_ct_proto_58: invalid saddr or hoplimit for redirect IN=veth0 ')
		expect(tcp).toMatchObject({ family: 2, indev: 'veth0', outdev: null, linkType: 1 })
		expect(redirect).toMatchObject({ family: 10, indev: 'veth0' })
		expect(tcp.packet).toMatch(/^45000028/)
		expect(tcp.link).toMatch(/0800$/)
		expect(Math.abs(tcp.wallMicros / 1000 - Date.now())).toBeLessThan(30_000)
	})

	test('in a flood, seen and lost add up to what the kernel counted', async () => {
		await bind('6')
		const child = reader()
		expect(await ask(child, 'follow')).toEqual({ following: true })
		const from = await counted()
		await flood(30_000)
		const { seen, lost, ended } = await ask(child, 'stop')
		expect(ended).toBeUndefined()
		expect((await counted()) - from).toBe(30_000)
		expect(seen + lost).toBe(30_000)
		console.log(`a flood of 30 000: lost ${lost}`)
	})

	test('every message that a busy reader misses is counted', async () => {
		await bind('6')
		const child = reader()
		await ask(child, 'follow')
		const [pid = 0] = processes()
		process.kill(pid, 'SIGSTOP')
		await flood(20_000)
		process.kill(pid, 'SIGCONT')
		const { seen, lost } = (await ask(child, 'stop')) as Told
		expect(lost).toBeGreaterThan(0)
		expect(seen + lost).toBe(20_000)
	})

	test.each(['nf_log_ipv4', 'NONE'])(
		'is not started while nf_log.2 is %s, and changes nothing',
		async (logger) => {
			await lab.write('net/netfilter/nf_log/2', logger)
			const child = reader()
			const answer = await ask(child, 'follow')
			expect(answer.failure.kind).toBe('usage')
			expect(answer.failure.message).toContain(`nf_log.2 is ${logger}`)
			expect(processes()).toEqual([])
			expect(await lab.read('net/netfilter/nf_log/2')).toBe(logger)
		},
	)

	test('the second reader of a group is refused and told who the first is', async () => {
		await bind()
		const first = reader()
		await ask(first, 'follow')
		const [pid] = processes()
		const answer = await ask(reader(), 'follow')
		expect(answer.failure.message).toBe(`NFLOG group 0 already has a reader: tcpdump (${pid})`)
		await lab.sendBad({ kind: 'syn-fin', count: 2 })
		expect(await ask(first, 'stop')).toMatchObject({ seen: 2, lost: 0 })
	})

	test('the reader can be started again', async () => {
		await bind()
		const child = reader()
		for (const count of [1, 2]) {
			expect(await ask(child, 'follow')).toEqual({ following: true })
			await lab.sendBad({ kind: 'syn-fin', count })
			expect(await ask(child, 'stop')).toMatchObject({ seen: count, lost: 0 })
			expect(processes()).toEqual([])
		}
	})

	test('a killed tcpdump is reported', async () => {
		await bind()
		const child = reader()
		await ask(child, 'follow')
		await lab.sendBad({ kind: 'syn-fin', count: 2 })
		await pause(300)
		process.kill(processOf(processes()[0], 'reader'), 'SIGKILL')
		await pause(500)
		const { seen, ended } = (await ask(child, 'told')) as Told
		expect(seen).toBe(2)
		expect(ended).toMatchObject({ kind: 'ended', failure: { kind: 'tool-failed' } })
		expect(await ask(child, 'stop')).toMatchObject({ seen: 2 })
	})

	test.each([
		['as it is', TOOLS],
		['without setpriv', 'no setpriv'],
	])('nothing is left after SIGKILL of the program, %s', async (_name, path) => {
		const folder = path === TOOLS ? undefined : toolsWithout('setpriv')
		await bind()
		const program = started(folder)
		await until(() => program.said().includes('following'), 'following')
		expect(processes().length).toBeGreaterThan(0)
		program.child.kill('SIGKILL')
		await program.ended
		// Without the signal of the kernel it ends with the next packet, since nobody reads its pipe.
		if (folder !== undefined) await lab.sendBad({ kind: 'syn-fin', count: 3 })
		await until(() => processes().length === 0, 'the end of tcpdump')
	})

	test('a stopped program does not fill memory: its tcpdump ends, and that is reported', async () => {
		await bind('6')
		const program = started(TOOLS, 'count')
		await until(() => program.said().includes('following'), 'following')
		program.child.kill('SIGSTOP')
		// A busy tcpdump loses packets: as many are sent as it takes.
		await until(async () => {
			await lab.beside('/usr/bin/python3', '-c', LARGE_FLOOD, lab.address, '50000')
			return processes().length === 0
		}, 'the end of tcpdump')
		program.child.kill('SIGCONT')
		// What has been written until then is read first.
		for (let look = 0; look < 40 && !program.said().includes('was stopped while too many came'); look++) {
			await pause(250)
			program.child.stdin?.write('told\n')
		}
		await until(() => program.said().includes('was stopped while too many came'), 'the reason')
	})

	test('ctrl-c in a terminal does not reach the reader before the rest is read', async () => {
		await bind()
		const program = started()
		await until(() => program.said().includes('following'), 'following')
		const [pid = 0] = processes()
		const session = (one: number) =>
			readFileSync(`/proc/${one}/stat`, 'utf8').split(') ')[1]?.split(' ').slice(2, 4)
		expect(session(pid)).not.toEqual(session(program.child.pid ?? 0))
	})

	test.each([
		['tcpdump', { kind: 'missing-tool', tool: 'tcpdump', debianPackage: 'tcpdump' }],
		['setpriv timeout', { kind: 'missing-tool', tool: 'setpriv --pdeathsig', debianPackage: 'util-linux' }],
	])('without %s', async (missing, failure) => {
		const folder = toolsWithout(...missing.split(' '))
		await bind()
		expect(await ask(reader(folder), 'follow')).toEqual({ failure })
	})

	test('without setpriv the reader uses a pipe', async () => {
		const folder = toolsWithout('setpriv')
		await bind()
		const child = reader(folder)
		expect(await ask(child, 'follow')).toEqual({ following: true })
		await lab.sendBad({ kind: 'syn-fin', count: 5 })
		expect(await ask(child, 'stop')).toMatchObject({ seen: 5, lost: 0 })
	})

	test.each([
		['that never listens', '/bin/sleep 30', false],
		['with the reader as its child', '/usr/bin/tcpdump "$@"', true],
	])('a script %s instead of tcpdump leaves no child', async (_name, line, reads) => {
		const folder = toolsWithout('tcpdump')
		writeFileSync(join(folder, 'tcpdump'), `#!/bin/sh\n${line}\ntrue\n`)
		chmodSync(join(folder, 'tcpdump'), 0o755)
		await bind()
		const child = reader(folder)
		const answer = await ask(child, 'follow')
		if (reads) expect(answer).toEqual({ following: true })
		else expect(answer).toMatchObject({ failure: { kind: 'tool-failed' } })
		await ask(child, 'stop')
		const left = (await lab.inside('sh', '-c', 'ip netns pids $(ip netns identify)')).trim().split('\n')
		const names = left.map((pid) => {
			try {
				return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
			} catch {
				return ''
			}
		})
		expect(names).not.toContain('sleep')
		expect(names).not.toContain('tcpdump')
	})

	test('the reader asks for no connection data, which can lock up older kernels', async () => {
		const folder = tempFolder('strace')
		const log = join(folder, 'strace')
		for (const tool of ['setpriv', 'timeout'])
			writeFileSync(join(folder, tool), `#!/bin/sh\nexec /usr/bin/${tool} "$@"\n`)
		writeFileSync(
			join(folder, 'tcpdump'),
			`#!/bin/sh\nexec strace -D -o ${log} -e trace=sendto,sendmsg,setsockopt -xx -s 64 /usr/bin/tcpdump "$@"\n`,
		)
		for (const tool of readdirSync(folder)) chmodSync(join(folder, tool), 0o755)
		await bind()
		const child = reader(`${folder}:${TOOLS}`)
		expect(await ask(child, 'follow')).toEqual({ following: true })
		await ask(child, 'stop')
		const sent = readFileSync(log, 'utf8')
		// Of each request: NFULA_CFG_CMD is 1, NFULA_CFG_MODE 2, NFULA_CFG_FLAGS 6. The first is not taken apart by strace.
		const attributes = [...sent.matchAll(/nla_type=(0x[0-9a-f]+|NFULA_CFG_\w+)/g)].map(([, type]) => type)
		expect(sent.match(/^sendto/gm)).toHaveLength(4)
		expect(attributes.slice(-3)).toEqual(['0x1', '0x1', '0x2'])
		expect(attributes).not.toContain('0x6')
	})
})
