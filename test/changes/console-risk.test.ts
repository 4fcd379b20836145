import { describe, expect, test } from 'vitest'
import { consoleRisk } from '../../src/changes/console-risk.ts'
import { parseConsoles } from '../../src/kernel/proc/proc-consoles.ts'
import type { Plan } from '../../src/model/change.ts'

const SERIAL = 'ttyS0                -W- (EC  p a)    4:64\n'
const SCREEN = 'tty0                 -WU (E   p  )    4:1\n'
const NET = 'netcon0              -W- (E   p a)\n'
const THREADED = 'ttyS0                -W- (EC N p a)    4:64\n'
const DISABLED = 'ttyS0                -W- (     p a)    4:64\n'
const SITE = 'printk:net/netfilter/nf_conntrack_proto_tcp.c:tcp_new#1:0f3c2a91'

type Changes = readonly (readonly [knob: string, from: string, to: string])[]
const LOG: Changes = [['log_invalid', '0', '6']]
const PRINT: Changes = [[SITE, '_', 'p']]
const LOADS: Changes = [['module:nf_log_syslog', 'absent', 'loaded']]

const plan = (changes: Changes): Plan => ({
	purpose: 'test',
	changes: changes.map(([knob, from, to]) => ({ knob, from, to })),
})

/** `level`: the console level; `v4` and `v6`: who gets the lines. */
function risk(
	changes: Changes,
	{ consoles = SERIAL, level = 7, v4 = 'nf_log_ipv4', v6 = 'nf_log_ipv6', on = '0', allNetns = '0' } = {},
) {
	return consoleRisk(plan(changes), {
		values: {
			printk: `${level} 4 1 7`,
			log_invalid: on,
			nf_log_all_netns: allNetns,
			'nf_log.2': v4,
			'nf_log.10': v6,
		},
		loggers: [],
		consoles: parseConsoles(consoles),
	})
}

describe('what a slow console would print', () => {
	test.each<[string, Changes, Parameters<typeof risk>[1], number, string]>([
		['log_invalid, notice', LOG, {}, 5, '5 4 1 7'],
		['a call site, debug', PRINT, { level: 8 }, 7, '7 4 1 7'],
		['both: the more urgent one counts', [...LOG, ...PRINT], { level: 8 }, 5, '5 4 1 7'],
		['both, and debug is off', [...LOG, ...PRINT], { level: 6 }, 5, '5 4 1 7'],
		['lines of all network namespaces', [['nf_log_all_netns', '0', '1']], { level: 5 }, 4, '4 4 1 7'],
		['one family has a logger', LOG, { v4: 'NONE' }, 5, '5 4 1 7'],
		[
			'a logger is bound while it is on',
			[['nf_log.2', 'NONE', 'nf_log_ipv4']],
			{ v4: 'NONE', v6: 'NONE', on: '255' },
			5,
			'5 4 1 7',
		],
		['a module brings the logger', [...LOADS, ...LOG], { v4: 'NONE', v6: 'NONE' }, 5, '5 4 1 7'],
		['more protocols', [['log_invalid', '6', '255']], { on: '6' }, 5, '5 4 1 7'],
		[
			'the console is opened for what is on',
			[['printk', '4 4 1 7', '8 4 1 7']],
			{ level: 4, on: '6' },
			5,
			'5 4 1 7',
		],
		['and for what comes with it', [...PRINT, ['printk', '4 4 1 7', '8 4 1 7']], { level: 4 }, 7, '7 4 1 7'],
	])('%s', (_, changes, given, level, to) => {
		const found = risk(changes, given)
		expect(found).toMatchObject({ level, change: { knob: 'printk', to } })
		expect(found?.change.from).toBe(`${given?.level ?? 7} 4 1 7`)
	})

	test.each<[string, Changes, Parameters<typeof risk>[1]]>([
		['the console level keeps notice off', LOG, { level: 5 }],
		['7 keeps debug off', PRINT, { level: 7 }],
		['only a screen', LOG, { consoles: SCREEN }],
		['no console', LOG, { consoles: '' }],
		['it is switched off', LOG, { consoles: DISABLED }],
		['a thread writes to it', LOG, { consoles: THREADED }],
		['the lines go to NFLOG', LOG, { v4: 'nfnetlink_log', v6: 'nfnetlink_log' }],
		['nobody takes the lines', LOG, { v4: 'NONE', v6: 'NONE' }],
		['the plan sends them to NFLOG', [['nf_log.2', 'nf_log_ipv4', 'nfnetlink_log'], ...LOG], { v6: 'NONE' }],
		['ICMPv6 only, and its family has no logger', [['log_invalid', '0', '58']], { v6: 'NONE' }],
		['a logger while log_invalid is off', [['nf_log.2', 'NONE', 'nf_log_ipv4']], { v4: 'NONE' }],
		['it is switched off by the plan', [['log_invalid', '255', '0']], { on: '255' }],
		['less than before', [['log_invalid', '255', '6']], { on: '255' }],
		['the site prints already', [[SITE, 'p', 'pm']], { level: 8 }],
		['the plan closes the console', [...LOG, ['printk', '7 4 1 7', '4 4 1 7']], {}],
		['nothing that prints', [['tcp_be_liberal', '0', '1']], {}],
		['the site is silenced', [[SITE, 'p', '_']], { level: 8 }],
	])('none: %s', (_, changes, given) => expect(risk(changes, given)).toBeUndefined())

	test.each([
		[
			SERIAL,
			'ttyS0 prints every line of level 6 and more urgent (console level 7), those of this change too (level 5): at 115200 baud that is about 80 lines/s, and the CPU that logs waits for it',
		],
		[
			NET,
			'netcon0 (netconsole) prints every line of level 6 and more urgent (console level 7), those of this change too (level 5): each line is sent as a packet, and the CPU that logs waits for it',
		],
	])('in words: %s', (consoles, text) => expect(risk(LOG, { consoles })?.text).toBe(text))

	test('several consoles', () => {
		const found = risk(LOG, { consoles: `${SCREEN}${SERIAL}${NET}` })
		expect(found?.text).toMatch(/^ttyS0 and netcon0 \(netconsole\) print every line/)
	})

	test.each([
		['consoles are not known', { consoles: null }],
		['the console level is not known', { values: { log_invalid: '0', 'nf_log.2': 'nf_log_ipv4' } }],
		['the console level is no such text', { values: { printk: 'x', 'nf_log.2': 'nf_log_ipv4' } }],
	])('none: %s', (_, given) => {
		const settings = {
			values: { printk: '7 4 1 7', 'nf_log.2': 'nf_log_ipv4' },
			loggers: [],
			consoles: parseConsoles(SERIAL),
		}
		expect(consoleRisk(plan(LOG), { ...settings, ...given })).toBeUndefined()
	})

	test('who is bound is read from the list of loggers where its setting cannot be read', () => {
		const loggers = [{ family: 2, bound: 'nf_log_ipv4', available: ['nf_log_ipv4'] }]
		const settings = { values: { printk: '7 4 1 7' }, loggers, consoles: parseConsoles(SERIAL) }
		expect(consoleRisk(plan(LOG), settings)?.level).toBe(5)
	})
})
