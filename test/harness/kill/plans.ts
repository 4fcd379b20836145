import { existsSync, readFileSync } from 'node:fs'

/** What of ctscope runs in a round: the words after `--netns NAME --state-dir DIR`. */
export type KillPlan = { readonly name: string; readonly command: string; readonly args: readonly string[] }

/** What `ctscope run` runs. */
export const COMMAND = 'sleep'

const UNTIL_KILLED = ['--', COMMAND, '60']
const WHILE = ['--for', '50s', '--yes']
const TWO_TAPS = ['--state', 'invalid', '--state', 'new', '--hook', 'input,output']
const RULE = ['--', '-A', 'INPUT', '-p', 'tcp', '--dport', '81', '-j', 'DROP']

const PLANS: readonly KillPlan[] = [
	{ name: 'nflog', command: 'run', args: ['--source', 'nflog', ...UNTIL_KILLED] },
	{
		name: 'nflog of one protocol',
		command: 'run',
		args: ['--source', 'nflog', '--protocol', 'tcp', ...UNTIL_KILLED],
	},
	{ name: 'kmsg', command: 'run', args: ['--source', 'kmsg', ...UNTIL_KILLED] },
	{
		name: 'kmsg of one protocol',
		command: 'run',
		args: ['--source', 'kmsg', '--protocol', 'udp', ...UNTIL_KILLED],
	},
	{
		name: 'kmsg with another level of the console',
		command: 'run',
		args: ['--source', 'kmsg', '--console-level', '3', ...UNTIL_KILLED],
	},
	{ name: 'two taps to nflog', command: 'tap', args: [...TWO_TAPS, '--to', 'nflog', ...WHILE] },
	{
		name: 'a tap to the kernel log',
		command: 'tap',
		args: ['--state', 'invalid', '--hook', 'input', ...WHILE],
	},
	{ name: 'count', command: 'count', args: WHILE },
	{ name: 'trace', command: 'trace', args: WHILE },
	{ name: 'preview', command: 'preview', args: ['--to', 'nflog', ...WHILE, ...RULE] },
]

const WITH_SITES: readonly KillPlan[] = [
	{
		name: 'call sites with nflog',
		command: 'run',
		args: ['--source', 'nflog', '--printk', 'proposed', ...UNTIL_KILLED],
	},
	{
		name: 'call sites alone',
		command: 'run',
		args: ['--protocol', 'none', '--printk', 'proposed', ...UNTIL_KILLED],
	},
]

const CONTROLS = ['/proc/dynamic_debug/control', '/sys/kernel/debug/dynamic_debug/control']

/** Call sites of conntrack with their flags, as far as this kernel shows any. */
export function callSites(): string {
	const control = CONTROLS.find((path) => existsSync(path))
	if (control === undefined) return ''
	return readFileSync(control, 'utf8')
		.split('\n')
		.filter((line) => line.startsWith('net/'))
		.toSorted()
		.join('\n')
}

export const killPlans = (): readonly KillPlan[] => (callSites() === '' ? PLANS : [...PLANS, ...WITH_SITES])
