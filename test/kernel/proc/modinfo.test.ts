import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseModinfo } from '../../../src/kernel/proc/modinfo.ts'

const FOUND = JSON.parse(
	readFileSync(new URL('../../fixtures/modinfo.json', import.meta.url), 'utf8'),
) as Record<'kmod' | 'kmod -0' | 'busybox' | 'busybox -0', string>

const LOGGERS = ['10', '5', '3', '2', '7'].map((family) => `nf-logger-${family}-0`)
const OLD_NAMES = ['nf_log_netdev', 'nf_log_ipv6', 'nf_log_ipv4', 'nf_log_bridge', 'nf_log_arp']

describe('modinfo', () => {
	test.each(['kmod', 'kmod -0'] as const)('of %s', (tool) => {
		const [syslog] = parseModinfo(FOUND[tool])
		expect(syslog).toMatchObject({
			name: 'nf_log_syslog',
			file: '/lib/modules/6.1.0-56-cloud-amd64/kernel/net/netfilter/nf_log_syslog.ko',
			builtIn: false,
			description: 'Netfilter syslog packet logging',
			aliases: [...LOGGERS, ...OLD_NAMES],
			depends: [],
		})
		// Its signature has many lines.
		const signature = syslog?.fields.find(([key]) => key === 'signature')?.[1] ?? ''
		expect(signature.split('\n')).toHaveLength(3)
		expect(syslog?.fields).toContainEqual(['sig_hashalgo', 'sha256'])
	})

	test('of several modules at once', () => {
		const modules = parseModinfo(FOUND['kmod -0'])
		expect(modules.map(({ name }) => name)).toEqual(['nf_log_syslog', 'nf_conntrack'])
		expect(modules[1]).toMatchObject({
			description: null,
			aliases: ['nf_conntrack-10', 'nf_conntrack-2', 'ip_conntrack'],
			depends: ['nf_defrag_ipv4', 'nf_defrag_ipv6', 'libcrc32c'],
		})
		expect(modules[1]?.fields).toContainEqual(['parm', 'expect_hashsize:uint'])
	})

	test('of busybox', () => {
		expect(parseModinfo(FOUND.busybox)).toMatchObject([
			{ name: 'nf_conntrack_netlink', depends: ['nfnetlink', 'nf_conntrack'] },
		])
		expect(parseModinfo(FOUND['busybox -0']).map(({ name, description }) => [name, description])).toEqual([
			['nfnetlink_log', 'netfilter userspace logging'],
			['nf_conntrack', 'IPv4 and IPv6 connection tracking'],
			['nf_log_syslog', 'Netfilter syslog packet logging'],
		])
	})

	test.each<[string, string]>([
		['with zeros', 'name:           nf_nat\0filename:       (builtin)\0license=GPL\0description=NAT\0'],
		[
			'as lines',
			'name:           nf_nat\nfilename:       (builtin)\nlicense:        GPL\ndescription:    NAT\n',
		],
	])('of what is built in, %s', (_, text) => {
		const expected = { name: 'nf_nat', file: null, builtIn: true, description: 'NAT' }
		expect(parseModinfo(text)).toMatchObject([expected])
		expect(parseModinfo(text + text)).toMatchObject([expected, expected])
		expect(parseModinfo(FOUND['kmod -0'] + text.replaceAll('\n', '\0'))).toHaveLength(3)
	})

	test.each<[string, string]>([
		['/lib/modules/6.1/kernel/net/nf-log-syslog.ko.zst', 'nf_log_syslog'],
		['/lib/modules/6.1/x.ko.xz', 'x'],
		['x.ko', 'x'],
		['/lib/modules/x', ''],
	])('%s is %j', (file, name) => expect(parseModinfo(`filename:       ${file}\n`)[0]?.name).toBe(name))

	test.each(['', '\0', 'rubbish', 'description: alone\n', ': x\n', '\t\tAB\n'])('nothing in %j', (text) =>
		expect(parseModinfo(text)).toEqual([]),
	)
})
