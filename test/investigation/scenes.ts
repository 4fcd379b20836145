import type { LadderInput } from '../../src/investigation/ladder/ladder.ts'
import type { Settings } from '../../src/model/settings.ts'

export const settings: Settings = {
	at: 0,
	values: {
		log_invalid: '255',
		'nf_log.2': 'nf_log_ipv4',
		'nf_log.10': 'nf_log_ipv6',
		nf_log_all_netns: '0',
		printk: '4 4 1 7',
		tcp_be_liberal: '0',
		tcp_loose: '1',
		checksum: '1',
	},
	readOnly: {},
	loggers: [
		{ family: 2, bound: 'nf_log_ipv4', available: ['nf_log_ipv4', 'nfnetlink_log'] },
		{ family: 10, bound: 'nf_log_ipv6', available: ['nf_log_ipv6'] },
	],
	listeners: [],
	consoles: [],
	count: 3,
	max: 262144,
}

export const good: LadderInput = {
	kernel: '6.12.1',
	netns: { inode: 4026531840, name: 'init', initial: true },
	settings,
	logFailure: undefined,
	lost: 0,
	packetLines: 0,
	totals: { invalid: 5 },
}

export const withValues = (values: Record<string, string>, more: Partial<LadderInput> = {}): LadderInput => ({
	...good,
	...more,
	settings: { ...settings, values: { ...settings.values, ...values } },
})

export const child = { inode: 4026532000, name: 'web', initial: false }
export const bare: Settings = {
	at: 0,
	values: {},
	readOnly: {},
	loggers: [],
	listeners: null,
	consoles: null,
	count: null,
	max: null,
}

const listener = {
	group: 0,
	portid: 812,
	queued: 0,
	copyMode: 2,
	copyRange: 65531,
	flushTimeout: 1,
	uses: 2,
}
export const bothNflog = { 'nf_log.2': 'nfnetlink_log', 'nf_log.10': 'nfnetlink_log' }
export const nflog = (
	values: Record<string, string> = bothNflog,
	more: Partial<LadderInput> = {},
): LadderInput => ({
	...withValues(values, more),
	source: 'nflog',
	reader: 'running',
	...more,
})
export const read = (input: LadderInput): LadderInput => ({
	...input,
	settings: { ...settings, ...input.settings, listeners: [listener] },
})
export const registered = (...available: string[]): LadderInput => ({
	...withValues({ 'nf_log.2': 'NONE' }),
	settings: {
		...settings,
		values: { ...settings.values, 'nf_log.2': 'NONE' },
		loggers: [
			{ family: 2, bound: null, available },
			{ family: 10, bound: 'nf_log_ipv6', available: [] },
		],
	},
})
