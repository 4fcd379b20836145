import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { undone } from '../harness/guard/undone.ts'
import { createLab, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { ctscope, startCtscope } from '../harness/program/program.ts'
import { freshStateDir } from '../harness/program/session.ts'
import { pause, until } from '../harness/until.ts'

type RuleJson = {
	readonly backend: string
	readonly family: string
	readonly table: string
	readonly chain: string
	readonly number: number
	readonly action: string
	readonly since: { readonly packets: number } | null
	readonly rate: number | null
}

/** A rule that drops INVALID, of each backend, in a chain of its own before the one of the lab. */
const BACKENDS = [
	[
		'nft',
		[
			'nft',
			'add table inet early; add chain inet early input { type filter hook input priority -10; }; add rule inet early input ct state invalid counter drop',
		],
		'inet early input',
	],
	[
		'iptables-nft',
		['iptables-nft', '-w', '-t', 'mangle', '-A', 'INPUT', '-m', 'state', '--state', 'INVALID', '-j', 'DROP'],
		'ip mangle INPUT',
	],
	[
		'iptables-legacy',
		[
			'iptables-legacy',
			'-w',
			'-t',
			'mangle',
			'-A',
			'INPUT',
			'-m',
			'conntrack',
			'--ctstate',
			'INVALID',
			'-j',
			'DROP',
		],
		'ip mangle INPUT',
	],
] as const

describe.skipIf(skipWithoutLab())('rules on a real kernel', () => {
	let lab: Lab
	const state = freshStateDir()
	beforeAll(async () => {
		lab = await createLab('rules')
	})
	afterAll(async () => {
		await lab?.dispose()
		rmSync(state, { recursive: true, force: true })
	})

	const common = () => ['--netns', lab.netns, '--state-dir', state]
	const rulesets = async () => [
		await lab.inside('nft', '-s', 'list', 'ruleset'),
		await lab.inside('sh', '-c', 'iptables-save 2>/dev/null | grep -v "^[#:]"'),
	]
	/** Answers one connection; listens when this has answered. */
	const serve = async (): Promise<{ readonly ended: Promise<string> }> => {
		const ended = lab.inside('timeout', '60', '/usr/bin/python3', '-c', SERVER)
		await until(async () => (await lab.inside('ss', '-Hltn')).includes(':1234'), 'the server')
		return { ended }
	}
	const tables = async () =>
		(await lab.inside('nft', 'list', 'tables')).split('\n').filter((line) => line.includes('ctscope'))

	test.concurrent.each(BACKENDS)(
		'%s: rule, difference and rate are right, and tracing names the rule',
		async (backend, [file, ...args], place) => {
			const made = await createLab('ruleb')
			const dir = freshStateDir()
			try {
				await made.inside(file, ...args)
				const find = async (sent: number, seconds: number): Promise<RuleJson | undefined> => {
					const interval = ['--interval', `${seconds}`]
					const running = startCtscope(['rules', '--json', ...interval, '--netns', made.netns])
					await pause(seconds * 700)
					await made.sendBad({ count: sent, kind: 'fin' })
					const { stdout } = await running.ended
					const { rules } = JSON.parse(stdout) as { readonly rules: readonly RuleJson[] }
					return rules.find(
						(rule) => rule.backend === backend && `${rule.family} ${rule.table} ${rule.chain}` === place,
					)
				}
				// A slow start of the program may take the first reading behind the packets: then it gets twice the time.
				let seconds = 2
				let rule = await find(30, seconds)
				for (; seconds < 32 && rule?.since?.packets !== 30; rule = await find(30, seconds)) seconds *= 2
				expect(rule).toMatchObject({ number: 1, action: 'drop', since: { packets: 30 } })
				expect((rule?.rate ?? 0) * seconds).toBeGreaterThan(20)
				expect((rule?.rate ?? 0) * seconds).toBeLessThan(32)

				const before = await made.inside('nft', '-s', 'list', 'ruleset')
				const tracing = startCtscope([
					'trace',
					'--json',
					'--count',
					'1',
					'--for',
					'60s',
					'--netns',
					made.netns,
					'--state-dir',
					dir,
				])
				await until(async () => (await made.inside('nft', 'list', 'tables')).includes('ctscope'), 'the table')
				for (let turn = 0; turn < 5; turn++) {
					await made.sendBad({ count: 2, kind: 'fin' })
					await pause(200)
				}
				const traced = JSON.parse((await tracing.ended).stdout)
				if (backend === 'iptables-legacy') {
					expect(traced.legacy.join(' ')).toContain('ip mangle INPUT rule 1')
				} else {
					expect(traced.packets[0].verdict).toBe('drop')
					expect(traced.packets[0].decision).toContain(`drop by rule 1 of ${place}`)
				}
				expect(await made.inside('nft', '-s', 'list', 'ruleset')).toBe(before)
			} finally {
				await made.dispose()
				rmSync(dir, { recursive: true, force: true })
			}
		},
	)

	test('four taps in input and output each get their own lines', async () => {
		const host = await lab.snapshot()
		const before = await rulesets()
		const states = ['new', 'established', 'related', 'invalid'].flatMap((one) => ['--state', one])
		const running = startCtscope([
			'tap',
			'--json',
			'--hook',
			'input,output',
			'--for',
			'10s',
			'--rate',
			'100/second',
			'--burst',
			'100',
			...states,
			...common(),
		])
		await until(async () => (await tables()).length === 4, 'four tables')
		await pause(300)
		const server = await serve()
		await lab.beside('/usr/bin/python3', '-c', CLIENT, lab.address)
		await lab.sendBad({ count: 5, kind: 'fin', port: 81 })
		await server.ended
		const { stdout, exitCode } = await running.ended
		expect(exitCode).toBe(0)
		const lines = stdout
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line))
		const report = lines.pop()
		for (const { tap, text } of lines) expect(text).toContain(`tap ${tap}: `)
		const of = (tap: string) => lines.filter((line) => line.tap === tap)
		expect(of('INVALID').length).toBe(5)
		expect(of('INVALID').every(({ flags, in: from }) => flags.includes('FIN') && from === 'veth0')).toBe(true)
		expect(of('NEW').filter(({ flags }) => flags.includes('SYN')).length).toBe(1)
		expect(of('RELATED').every(({ protocol, out }) => protocol === 'ICMP' && out === 'veth0')).toBe(true)
		expect(of('RELATED').length).toBe(1)
		expect(of('ESTABLISHED').length).toBeGreaterThan(5)
		// Nothing was over the limit: what was counted was logged.
		for (const { name, counts, lines: logged } of report.taps)
			expect([
				name,
				counts.reduce((sum: number, { packets }: { packets: number }) => sum + packets, 0),
			]).toEqual([name, logged])
		expect(await rulesets()).toEqual(before)
		expect(await lab.snapshot()).toEqual(host)
	})

	test('P4 a preview logs what would be dropped, drops nothing, and is removed after SIGKILL', async () => {
		const host = await lab.snapshot()
		const before = await rulesets()
		const preview = ['preview', '--json', ...common(), '--', '-p', 'tcp', '--dport', '1234', '-j', 'DROP']
		const running = startCtscope(preview)
		await until(async () => (await tables()).length === 1, 'the table')
		const server = await serve()
		// The connection is answered: nothing was dropped.
		expect(await lab.beside('/usr/bin/python3', '-c', CLIENT, lab.address)).toContain('hello')
		await server.ended
		await pause(300)
		running.child.kill('SIGKILL')
		const { stdout } = await running.ended
		undone(await until(async () => (await tables()).length === 0, 'the table to go'))
		const lines = stdout
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line))
		expect(lines.length).toBeGreaterThan(3)
		expect(lines.every(({ tap, flow }) => tap === 'drop' && flow.endsWith(`${lab.address}:1234`))).toBe(true)
		await until(
			async () => JSON.stringify(await lab.snapshot()) === JSON.stringify(host),
			'everything to be back',
		)
		expect(await rulesets()).toEqual(before)
	})

	test('P1 looking at rules changes nothing, and a wrong rule is refused by its wrong word', async () => {
		const before = await rulesets()
		expect((await ctscope(['rules', ...common().slice(0, 2), '--interval', '0.1'])).exitCode).toBe(0)
		const refused = await ctscope([
			'preview',
			...common(),
			'--',
			'-m',
			'string',
			'--string',
			'x',
			'-j',
			'DROP',
		])
		expect(refused.exitCode).toBe(1)
		expect(refused.stderr).toContain('the match string cannot be copied into a tap')
		expect(await rulesets()).toEqual(before)
	})
})

/** Answers one connection on port 1234, and leaves UDP port 9 closed. */
const SERVER = `import socket
s=socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('', 1234)); s.listen(1); s.settimeout(50)
c,_=s.accept(); c.recv(9); c.sendall(b'hello'); c.close()`
const CLIENT = `import socket,sys
u=socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.sendto(b'x', (sys.argv[1], 9))
s=socket.create_connection((sys.argv[1], 1234), 30); s.sendall(b'hi'); print(s.recv(9).decode()); s.close()`
