import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type KnobSnapshot, skipWithoutLab } from '../harness/kernel/lab.ts'
import { processOf } from '../harness/process-of.ts'
import { ctscope, startCtscope } from '../harness/program/program.ts'
import {
	createRunScene,
	LOG_INVALID,
	LOGGER,
	processesLike,
	type RunScene,
} from '../harness/program/run-scene.ts'
import { KEYS, openTerminal } from '../harness/program/terminal.ts'
import { pause, until } from '../harness/until.ts'

const ALL_NETNS = 'host /proc/sys/net/netfilter/nf_log_all_netns'

/** What the peer sends, and what each of it is to be called. */
const BAD: readonly (readonly [id: string, protocol: string, count: number, hping: readonly string[]])[] = [
	['tcp-flags', 'TCP', 3, ['-S', '-F', '-p', '80']],
	['tcp-new', 'TCP', 2, ['-R', '-p', '81']],
	['udp-csum', 'UDP', 4, ['-2', '-b', '-p', '82', '-d', '32']],
	['icmp-type', 'ICMP', 2, ['-1', '-C', '40', '-K', '0', '--force-icmp']],
]
/** Echo replies that nobody asked for: counted, and not a word. Seen as copies they have a name. */
const SILENT = 5

describe.skipIf(skipWithoutLab())('run --source', () => {
	let scene: RunScene
	let before: KnobSnapshot
	beforeAll(async () => {
		scene = await createRunScene('nflog')
	})
	afterAll(() => scene.dispose())
	beforeEach(async () => {
		before = await scene.lab.snapshot()
	})
	afterEach(async () => {
		expect(await scene.lab.snapshot()).toEqual(before)
		expect(scene.readers()).toEqual([])
	})

	const sender = () => {
		const { lab, hping } = scene
		const kinds = [
			...BAD.map(([, , count, args]) => [count, args] as const),
			[SILENT, ['-1', '-C', '0', '-K', '0']] as const,
		]
		const lines = kinds.map(([count, args]) =>
			hping('-c', `${count}`, '-i', 'u1000', ...args, lab.address).join(' '),
		)
		return ['sh', '-c', `${lines.join(' >/dev/null 2>&1; ')} >/dev/null 2>&1; exit 0`]
	}

	test.each(['kmsg', 'nflog'] as const)(
		'every kind of bad packet, from %s: reasons, account, settings',
		async (source) => {
			const json = join(scene.folder, `${source}.json`)
			const ran = await ctscope(scene.run('--source', source, '--json', json, '--', ...sender()))
			const report = JSON.parse(readFileSync(json, 'utf8'))
			expect(ran).toMatchObject({ exitCode: 0 })
			expect(report.source).toMatchObject({ asked: source, used: source })
			expect(report.reasons.filter(({ protocol }: { protocol: string }) => protocol !== '-')).toEqual(
				expect.arrayContaining(
					BAD.map(([id, protocol, count]) => expect.objectContaining({ id, protocol, count })),
				),
			)
			const explained = BAD.reduce((sum, [, , count]) => sum + count, 0)
			expect(report.accounting).toMatchObject({
				counted: explained + SILENT,
				explained,
				named: SILENT,
				silent: 0,
				lost: 0,
				aside: { foreign: 0, ahead: 0 },
			})
			expect(report.named).toMatchObject([{ id: 'silent-echo-reply', count: SILENT, confidence: 'high' }])
			expect(report.undo).toBe('clean')
			const knobs = report.changes.map(({ knob }: { knob: string }) => knob)
			// Where someone has opened it already, it is left as it is.
			const toOpen = before[ALL_NETNS] === '0' ? ['nf_log_all_netns'] : []
			expect(knobs).toEqual(
				source === 'kmsg'
					? [...toOpen, 'log_invalid', 'table:ctscope']
					: ['nf_log.2', 'nf_log.10', 'log_invalid', 'table:ctscope'],
			)
			expect(ran.stderr).toMatch(
				new RegExp(
					`counted ${explained + SILENT} = explained ${explained} \\+ named ${SILENT} \\+ silent 0 \\+ lost 0`,
				),
			)
			expect(ran.stderr).toMatch(/all put back/)
		},
	)

	test('auto takes NFLOG here, and says why and what syslog misses', async () => {
		const ran = await ctscope(scene.run('--', ...sender()))
		expect(ran.exitCode).toBe(0)
		const said = ran.stderr.replaceAll(/\s+/g, ' ')
		expect(said).toMatch(/source: NFLOG, because tcpdump can read/)
		expect(said).toMatch(/syslog and journald.* do not see/)
	})

	test('in the namespace of the caller', async () => {
		const args = ['run', '--state-dir', scene.stateDir, '--source', 'nflog', '--', ...sender()]
		const ran = await ctscope(args, { under: ['ip', 'netns', 'exec', scene.lab.netns] })
		expect(ran.stderr).toMatch(/3 {2}TCP +invalid tcp flag combination/)
		expect(ran.exitCode).toBe(0)
	})

	describe('--capture', () => {
		const named = (name: string) => join(scene.folder, name)

		test('packets have their reasons in tcpdump and tshark; paths are relative to the caller', async () => {
			const ran = await ctscope(
				[
					'run',
					'--netns',
					scene.lab.netns,
					'--state-dir',
					scene.stateDir,
					'--capture',
					'bad.pcapng',
					'--json',
					'bad.json',
					'--',
					...sender(),
				],
				{ cwd: scene.folder },
			)
			expect(ran.exitCode).toBe(0)
			const file = named('bad.pcapng')
			const { capture } = JSON.parse(readFileSync(named('bad.json'), 'utf8'))
			expect(capture).toEqual({ path: file, packets: 11, bytes: statSync(file).size })
			expect(statSync(file).mode & 0o777).toBe(0o600)
			expect(ran.stderr.replaceAll(/\s+/g, ' ')).toContain(
				`11 packets, ${capture.bytes.toLocaleString('fr').replaceAll(/\s/gu, ' ')} bytes in ${file}`,
			)
			const printed = execFileSync('/usr/bin/tcpdump', ['-nr', file], {
				encoding: 'utf8',
				stdio: ['ignore', 'pipe', 'ignore'],
			})
			expect(printed.trim().split('\n')).toHaveLength(11)
			expect(printed).toMatch(/Flags \[FS\]/)
			const fields = ['-T', 'fields', '-e', 'frame.interface_name', '-e', 'ip.src', '-e', 'frame.comment']
			const dissected = execFileSync('/usr/bin/tshark', ['-r', file, ...fields], {
				encoding: 'utf8',
				stdio: ['ignore', 'pipe', 'ignore'],
			})
			const rows = dissected
				.trim()
				.split('\n')
				.map((line) => line.split('\t'))
			expect(rows[0]).toEqual([
				'veth0',
				scene.lab.peerAddress,
				'nf_ct_proto_6: invalid tcp flag combination [INVALID; tcp-flags]',
			])
			for (const [id, , count] of BAD)
				expect(rows.filter((row) => row[2]?.includes(`; ${id}]`))).toHaveLength(count)
		})

		test.each<[string, (file: string) => void, string[], RegExp]>([
			['a file that exists', (file) => writeFileSync(file, 'precious'), [], /exist/],
			['the kernel log', () => {}, ['--source', 'kmsg'], /no packets.*--source nflog/],
		])('%s: refused before anything is changed', async (name, prepare, more, says) => {
			const file = named(`${name.replaceAll(' ', '-')}.pcapng`)
			prepare(file)
			const ran = await ctscope(scene.run(...more, '--capture', file, '--', 'echo', 'ran'))
			expect(ran).toMatchObject({ exitCode: 1, stdout: '' })
			expect(ran.stderr).toMatch(says)
			expect(ran.stderr).toMatch(/nothing was changed, and echo was not run/)
			expect(existsSync(file) ? readFileSync(file, 'utf8') : 'none').toBe(
				name === 'the kernel log' ? 'none' : 'precious',
			)
		})

		test('a missing folder', async () => {
			const ran = await ctscope(scene.run('--capture', named('no/such/x.pcapng'), '--', 'echo', 'ran'))
			expect(ran).toMatchObject({ exitCode: 1, stdout: '' })
		})
	})

	test('another reader of the group: auto takes the kernel log, nflog is refused', async () => {
		await scene.lab.write(LOGGER, 'nfnetlink_log')
		const other = startOther()
		const listening = () => scene.lab.inside('cat', '/proc/net/netfilter/nfnetlink_log')
		await until(async () => /^ +0 /m.test(await listening()), 'the other reader')
		const auto = await ctscope(scene.run('--', ...sender()))
		const asked = await ctscope(scene.run('--source', 'nflog', '--', 'echo', 'ran'))
		other.kill('SIGKILL')
		await new Promise((resolve) => other.once('exit', resolve))
		await scene.lab.write(LOGGER, before['netns /proc/sys/net/netfilter/nf_log/2'] ?? 'NONE')
		expect(auto.stderr.replaceAll(/\s+/g, ' ')).toMatch(
			/source: the kernel log, because pid \d+ already reads NFLOG group 0/,
		)
		expect(asked).toMatchObject({ exitCode: 2, stdout: '' })
		expect(asked.stderr).toMatch(/already reads NFLOG group 0/)
	})

	function startOther() {
		const [program = '', ...args] = [
			'ip',
			'netns',
			'exec',
			scene.lab.netns,
			'/usr/bin/tcpdump',
			'-i',
			'nflog:0',
			'-w',
			'/dev/null',
		]
		return spawn(program, args, { stdio: 'ignore' })
	}

	describe('ends', () => {
		test('a killed reader is reported, and the rest goes on', async () => {
			const json = join(scene.folder, 'killed.json')
			const { command, begun, end } = scene.lasting()
			const ran = startCtscope(
				scene.run('--protocol', 'tcp', '--source', 'nflog', '--json', json, '--', ...command),
			)
			await begun()
			await scene.lab.sendBad({ kind: 'syn-fin', count: 2 })
			// What it has read, it has handed over by then.
			await pause(700)
			process.kill(processOf(scene.readers()[0], 'reader'), 'SIGKILL')
			await until(() => scene.readers().length === 0, 'the end of the reader')
			await pause(300)
			await scene.lab.sendBad({ kind: 'syn-fin', count: 3 })
			end()
			const { exitCode, stderr } = await ran.ended
			expect(exitCode).toBe(1)
			expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(
				/NOT READ: the reader of NFLOG ended early .*after that 3 INVALID packets were counted/,
			)
			expect(JSON.parse(readFileSync(json, 'utf8')).accounting).toMatchObject({
				counted: 5,
				explained: 2,
				silent: 0,
				lost: 3,
			})
		})

		test.each<[string, boolean]>([
			['and goes on later: all is read', true],
			['until the end: it is woken, and all is read', false],
		])('P15 the reader is stopped %s, and nothing is called silent', async (_name, goesOn) => {
			const json = join(scene.folder, `stopped-${goesOn}.json`)
			const { command, begun, end } = scene.lasting()
			const ran = startCtscope(
				scene.run('--protocol', 'tcp', '--source', 'nflog', '--json', json, '--', ...command),
			)
			await begun()
			const reader = processOf(scene.readers()[0], 'reader')
			process.kill(reader, 'SIGSTOP')
			await scene.lab.sendBad({ kind: 'syn-fin', count: 40 })
			await until(() => /\(tcpdump\)\s+is\s+stopped/.test(ran.said()), ran.said)
			if (goesOn) process.kill(reader, 'SIGCONT')
			end()
			const { exitCode, stderr } = await ran.ended
			expect(exitCode).toBe(0)
			const text = stderr.replaceAll(/\s+/g, ' ')
			expect(text).toMatch(/reader of NFLOG \(tcpdump\) is stopped with up to \d+ packets unread/)
			expect(text).toMatch(/was stopped for a while; all that waited was read afterwards/)
			expect(JSON.parse(readFileSync(json, 'utf8')).accounting).toMatchObject({
				counted: 40,
				explained: 40,
				silent: 0,
				lost: 0,
			})
		})

		test('P15 packets that a killed reader did not read are lost, not silent', async () => {
			const json = join(scene.folder, 'stopped-killed.json')
			const { command, begun, end } = scene.lasting()
			const ran = startCtscope(
				scene.run('--protocol', 'tcp', '--source', 'nflog', '--json', json, '--', ...command),
			)
			await begun()
			const reader = processOf(scene.readers()[0], 'reader')
			process.kill(reader, 'SIGSTOP')
			await scene.lab.sendBad({ kind: 'syn-fin', count: 40 })
			await until(() => /\(tcpdump\)\s+is\s+stopped/.test(ran.said()), ran.said)
			process.kill(reader, 'SIGKILL')
			end()
			const { exitCode, stderr } = await ran.ended
			expect(exitCode).toBe(1)
			expect(stderr).toMatch(/NOT READ/)
			const report = JSON.parse(readFileSync(json, 'utf8'))
			expect(report.accounting).toMatchObject({ counted: 40, explained: 0, silent: 0, lost: 40 })
			expect(report.silent).toEqual([])
		})

		test.each([
			['SIGTERM', 143],
			['SIGHUP', 129],
		] as const)('%s', async (signal, exitCode) => {
			const { command, begun } = scene.lasting()
			const ran = startCtscope(scene.run('--source', 'nflog', '--', ...command))
			await begun()
			ran.child.kill(signal)
			expect(await ran.ended).toMatchObject({ exitCode, stderr: expect.stringMatching(/all put back/) })
		})

		test.each<[string, boolean]>([
			['of the program', false],
			['of its half in the namespace', true],
		])('SIGKILL %s: loggers back, no reader left', async (_name, half) => {
			const ran = startCtscope(scene.run('--source', 'nflog', '--', 'sleep', '3'))
			await scene.untilOn('255')
			await until(() => scene.readers().length === 1, 'the reader')
			expect(await scene.lab.read(LOGGER)).toBe('nfnetlink_log')
			const victim = half ? processesLike(`run-inside\0--netns\0${scene.lab.netns}`)[0] : ran.child.pid
			process.kill(processOf(victim, 'victim'), 'SIGKILL')
			await scene.untilBack(before, 2_000)
			await until(() => scene.readers().length === 0, 'the reader to end')
			await ran.ended
		})

		test('SIGKILL of a single process', async () => {
			const args = ['run', '--state-dir', scene.stateDir, '--source', 'nflog', '--', 'sleep', '3']
			const ran = startCtscope(args, { under: ['ip', 'netns', 'exec', scene.lab.netns] })
			await scene.untilOn('255')
			await until(() => scene.readers().length === 1, 'the reader')
			ran.child.kill('SIGKILL')
			await scene.untilBack(before, 2_000)
			await until(() => scene.readers().length === 0, 'the reader to end')
			await ran.ended
		})

		test.each<[string, boolean]>([
			['through --netns', false],
			['in the namespace itself, where the reader has the same terminal', true],
		])('ctrl-c %s: the command decides, reasons are read to the end', async (_name, within) => {
			const command = [
				'--protocol',
				'tcp',
				'--source',
				'nflog',
				'--',
				'sh',
				'-c',
				'trap "echo caught" INT; echo ready; sleep 3; sleep 1; exit 5',
			]
			const program = [
				process.execPath,
				'--disable-warning=ExperimentalWarning',
				join(import.meta.dirname, '../../src/cli.ts'),
			]
			const args = within
				? [
						'ip',
						'netns',
						'exec',
						scene.lab.netns,
						...program,
						'run',
						'--state-dir',
						scene.stateDir,
						...command,
					]
				: [...program, ...scene.run(...command)]
			const terminal = openTerminal(args[0] ?? '', args.slice(1), { columns: 100, rows: 40 })
			await terminal.until('ready')
			await pause(300)
			terminal.type(KEYS.ctrlC)
			await terminal.until('caught')
			await scene.lab.sendBad({ kind: 'syn-fin', count: 2 })
			expect(await terminal.ended).toMatchObject({ exitCode: 5 })
			expect(terminal.text()).toMatch(/2 {2}TCP +invalid tcp flag combination/)
			expect(terminal.text()).not.toMatch(/ended early/)
			await terminal.dispose()
		})
	})

	test('no process is left', async () => {
		await until(() => processesLike(scene.stateDir).length === 0, 'the last one to end')
		expect(await scene.lab.read(LOG_INVALID)).toBe('0')
	})
})
