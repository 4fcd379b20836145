import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HostFacts } from '../../src/model/host-facts.ts'
import type { Settings } from '../../src/model/settings.ts'
import type { Surroundings } from '../../src/model/surroundings.ts'
import type { Lists, TableWalk } from '../../src/model/table-readings.ts'
import { createLab, hostSnapshot, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { ctscope } from '../harness/program/program.ts'

const OBSERVE = join(import.meta.dirname, '../harness/kernel/observe.ts')

describe.skipIf(skipWithoutLab())('reading a network namespace with real bad packets', () => {
	let lab: Lab
	let before: object
	beforeAll(async () => {
		lab = await createLab('read')
		before = await lab.snapshot()
	})
	afterAll(async () => {
		const after = await lab.snapshot()
		await lab.dispose()
		expect(after).toEqual(before)
	})

	const status = async () => {
		const ran = await ctscope(['status', '--json', '--netns', lab.netns])
		expect(ran.stderr).toBe('')
		expect(ran.exitCode).toBe(0)
		return JSON.parse(ran.stdout)
	}
	const observe = async <T>(method: string): Promise<T> =>
		JSON.parse(await lab.inside(process.execPath, OBSERVE, method))

	test('status --json has all promised fields', async () => {
		const json = await status()
		const inode = Number(await lab.inside('stat', '-Lc', '%i', '/proc/self/ns/net'))
		expect(json).toMatchObject({
			v: 1,
			kernel: execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim(),
			netns: { inode, initial: false, name: lab.netns },
			conntrack: { count: expect.any(Number), max: expect.any(Number) },
			logging: { logInvalid: 0, allNetns: false, consoleLevel: expect.any(Number) },
			tools: { conntrack: expect.stringContaining('1.') },
			changes: [],
		})
		for (const name of ['invalid', 'insert_failed', 'drop', 'early_drop', 'error', 'chaintoolong']) {
			expect(json.conntrack.stat[name], name).toEqual(expect.any(Number))
		}
		const ipv4 = json.logging.loggers.find((one: { family: number }) => one.family === 2)
		expect(ipv4).toEqual({ family: 2, bound: 'nf_log_ipv4', available: expect.any(Array) })
		expect(Object.keys(json.tools).sort()).toEqual(['conntrack', 'iptables', 'nft', 'setpriv', 'tcpdump'])
		const { dyndbg } = json
		expect(dyndbg.path === null ? dyndbg.why : dyndbg.path).toMatch(/./)
		expect(dyndbg.path === null).toBe(dyndbg.sites === 0)
		expect(json.modules).toContainEqual(
			expect.objectContaining({
				name: 'nf_conntrack',
				state: expect.stringMatching(/^(?:loaded|built-in)$/),
			}),
		)
	})

	test.each([
		['syn-fin', 5, { invalid: 5, error: 0 }],
		['rst', 4, { invalid: 4, error: 0 }],
		['icmp-type', 3, { invalid: 0, error: 3 }],
		['syn-fin-6', 6, { invalid: 6, error: 0 }],
	] as const)('counters rise by the %s packets sent', async (kind, count, rises) => {
		const first = (await status()).conntrack.stat
		await lab.sendBad({ kind, count })
		const second = (await status()).conntrack.stat
		expect({ invalid: second.invalid - first.invalid, error: second.error - first.error }).toEqual(rises)
	})

	test('the table is counted by family, protocol and state', async () => {
		for (let port = 1; port <= 7; port += 1) {
			await lab.inside(
				...([
					'conntrack',
					'-I',
					'-p',
					'tcp',
					'-s',
					'10.1.0.1',
					'-d',
					'10.1.0.2',
					'--sport',
					`${port}`,
				] as const),
				...['--dport', '80', '-t', '300', '--state', 'ESTABLISHED', '-u', 'ASSURED'],
			)
		}
		for (let port = 1; port <= 4; port += 1) {
			await lab.inside(
				...(['conntrack', '-I', '-p', 'udp', '-s', 'fd00::1', '-d', 'fd00::2'] as const),
				...['--sport', `${port}`, '--dport', '53', '-t', '300'],
			)
		}
		const { value } = await observe<{ value: TableWalk }>('table')
		expect(value.ipv4.byState.ESTABLISHED).toBe(7)
		expect(value.ipv4.byProtocol.tcp).toBe(7)
		expect(value.ipv4.assured).toBe(7)
		expect(value.ipv6.byProtocol.udp).toBe(4)
		expect(value.ipv4.notUnderstood + value.ipv6.notUnderstood).toBe(0)
		expect(value.countBefore).toBe(value.ipv4.entries + value.ipv6.entries)
		expect(value.costMs).toBeGreaterThan(0)
		await lab.inside('conntrack', '-F')
	})

	test('a missing unconfirmed list is not reported as empty', async () => {
		const { value } = await observe<{ value: Lists }>('lists')
		const kept = execFileSync('grep', ['-c', 'nf_conn_pernet_ecache', '/proc/kallsyms'], { encoding: 'utf8' })
		expect(Number(kept)).toBeGreaterThan(0)
		expect(value.unconfirmed.kept).toBe('no')
		expect(value.dying.kept).toBe('yes')
		expect(value.dying.meaning).toMatch(/listener/)
		expect(value.queues).toEqual([])
	})

	test('settings come from the namespace, nf_log_all_netns from the initial one', async () => {
		await lab.write('net/netfilter/nf_conntrack_tcp_loose', '0')
		const { value } = await observe<{ value: Settings }>('settings')
		await lab.write('net/netfilter/nf_conntrack_tcp_loose', '1')
		expect(value.values.tcp_loose).toBe('0')
		expect(value.values.nf_log_all_netns).toMatch(/^[01]$/)
		expect(value.readOnly).toEqual({})
		expect(value.loggers.map(({ family }) => family)).toContain(10)
	})

	test('a filter of tc and rp_filter are seen in the namespace', async () => {
		const read = async () => (await observe<{ value: Surroundings }>('surroundings')).value
		const plain = await read()
		expect(plain).toMatchObject({ xdp: [], ingress: [], cards: [], missing: [] })
		const [card = ''] = (await lab.inside('sh', '-c', 'ls /proc/sys/net/ipv4/conf'))
			.split('\n')
			.filter((one) => !['all', 'default', 'lo', ''].includes(one))
		await lab.inside('tc', 'qdisc', 'add', 'dev', card, 'clsact')
		expect((await read()).ingress).toEqual([])
		const filter = ['ingress', 'protocol', 'ip', 'u32', 'match', 'u32', '0', '0', 'flowid', '1:1']
		await lab.inside('tc', 'filter', 'add', 'dev', card, ...filter)
		await lab.write(`net/ipv4/conf/${card}/rp_filter`, '1')
		const found = await read()
		expect(found.ingress).toEqual([card])
		expect(found.reversePath.strict).toContain(card)
		await lab.write(`net/ipv4/conf/${card}/rp_filter`, '0')
		await lab.inside('tc', 'qdisc', 'del', 'dev', card, 'clsact')
	})

	test('a namespace without a name is found among the named ones', async () => {
		const facts = await observe<HostFacts>('facts')
		expect(facts.netns).toMatchObject({ name: lab.netns, initial: false })
	})

	test.each([
		['its name', (one: Lab) => one.netns],
		['a path', (one: Lab) => `/run/netns/${one.netns}`],
	])('--netns takes %s, before or after the subcommand', async (_name, asked) => {
		for (const args of [
			['--netns', asked(lab), 'status', '--json'],
			['status', '--json', '--netns', asked(lab)],
			['--netns', asked(lab), '--state-dir', '/run/ctscope'],
		]) {
			const ran = await ctscope(args)
			expect(ran.exitCode).toBe(0)
			expect(ran.stdout).toContain(asked(lab))
			expect(ran.stdout).not.toContain('"initial": true')
		}
	})

	test('with /proc/sys read-only, as in containers, every setting says so', async () => {
		const script = 'mount -o bind,ro /proc/sys /proc/sys && exec "$@"'
		const text = await lab.inside(
			'unshare',
			'-m',
			'sh',
			'-c',
			script,
			'sh',
			process.execPath,
			OBSERVE,
			'settings',
		)
		const { value } = JSON.parse(text) as { value: Settings }
		expect(value.readOnly.log_invalid).toMatch(/mounted read-only/)
		expect(value.readOnly.nf_log_all_netns).toMatch(/mounted read-only/)
	})

	test('without root it shows what it can and says what is missing', async () => {
		const under = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
		const json = await ctscope(['status', '--json', '--state-dir', '/nowhere'], { under })
		expect(json.exitCode).toBe(0)
		const read = JSON.parse(json.stdout)
		expect(read).toMatchObject({ capNetAdmin: false, user: { uid: 65534 }, logging: { logInvalid: 0 } })
		expect(read.missing[0]).toMatchObject({ next: 'run it with sudo' })
		const refused = await ctscope(['run', '--', 'echo', 'ran'], { under })
		expect(refused).toMatchObject({ exitCode: 2, stdout: '' })
		expect(refused.stderr).toMatch(/run it with sudo/)
		const other = await ctscope(['status', '--netns', lab.netns], { under })
		expect(other.exitCode).toBe(2)
	})

	test('looking does not touch the host', async () => {
		const host = hostSnapshot()
		await status()
		expect(hostSnapshot()).toEqual(host)
	})
})
