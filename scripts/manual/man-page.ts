// The man page ctscope(8): from the command line, its help, the keys and the topics of `ctscope help`.
import { VERSION } from '../../src/commands/common/version.ts'
import { DEFAULT_STATE_DIR } from '../../src/host/files/state-dir.ts'
import { TOPICS, type Topic } from '../../src/words/english/help/topics.ts'
import { COMMAND_ROWS, type CommandRow, PROGRAM } from './command-table.ts'
import { KEY_ROWS } from './keys.ts'
import { filled, literal, paragraph, section, subsection, term, titleLine } from './roff.ts'

/** Of the version, not of the day: the page is the same whenever it is made. */
const DATE = '2026-11-29'

/** Told once, not with each subcommand. */
const COMMON = ['--netns', '--state-dir', '--help']

const FILES: readonly (readonly [string, string])[] = [
	[
		DEFAULT_STATE_DIR,
		'What is in force, a directory for each session: made by root with mode 0700, gone after a reboot. --state-dir names another one.',
	],
	['/proc/sys/net/netfilter', 'The settings that are changed, among others nf_conntrack_log_invalid.'],
	['/sys/kernel/tracing', 'Where kernel probes are set (--source probe).'],
	['/proc/dynamic_debug/control', 'The call sites that printk lists and run --printk switches.'],
	['/dev/kmsg', 'The kernel log (--source kmsg).'],
	[
		'/usr/lib/ctscope',
		'The program and its Node, when it was installed as a package. The directory of an older version stays until its last session ends.',
	],
	[
		'/root/.cache/ctscope',
		'What the one-file program has unpacked, one directory a version, mode 0700; ~/.cache/ctscope of a user without root.',
	],
]

const SEE_ALSO = 'conntrack(8), nft(8), iptables(8), tcpdump(8), ip-netns(8), nsenter(1), dmesg(1)'

/** Blocks between blank lines; one with an indented line, or with a head of examples, stays as it is. */
function epilogue(text: string): string[] {
	if (text === '') return []
	return text
		.split(/\n\n+/)
		.map((block) =>
			/^(?: |Examples?:)/m.test(block) ? literal(block) : paragraph(block.replaceAll('\n', ' ')),
		)
}

const topic = ({ parts }: Topic) =>
	parts.flatMap((part) =>
		typeof part === 'string' ? [paragraph(part)] : part.map(([name, text]) => term(name, text)),
	)

/** A topic as a section; behind its head no paragraph is opened. */
function topicSection([name, found]: [string, Topic]): readonly string[] {
	const [first = '', ...more] = topic(found)
	return [section(name.replace('-', ' ')), first.replace(/^\.PP\n/, ''), ...more]
}

const optionsOf = ({ options }: CommandRow, without: readonly string[]) =>
	options.filter(({ long }) => !without.includes(long)).map(({ flags, text }) => term(flags, text))

const command = (row: CommandRow) => [
	subsection(`ctscope ${row.name} ${row.usage}`),
	filled(`${row.summary}.`),
	...row.args.map(({ name, text }) => term(name.toUpperCase(), text)),
	...optionsOf(row, COMMON),
	...epilogue(row.epilogue),
]

const keys = KEY_ROWS.map((row) => term(row.keys.join(', '), `${row.what} (${row.where}).`))

/** The help of the program says the exit statuses in short, and then shows examples. */
const examples = PROGRAM.epilogue.slice(PROGRAM.epilogue.indexOf('Examples:')).replace('Examples:\n', '')

export function manPage(): string {
	return [
		'.\\" Written by scripts/manual.ts from the command line and its help: change those.',
		titleLine('CTSCOPE', '8', DATE, `ctscope ${VERSION}`, "System Manager's Manual"),
		section('name'),
		`ctscope \\- ${filled('why does Linux connection tracking call packets INVALID?')}`,
		section('synopsis'),
		`.B ctscope\n${filled(PROGRAM.usage)}`,
		section('description'),
		filled(PROGRAM.summary),
		paragraph(
			'Without a command ctscope opens the screen (tui) on a terminal, and prints the status elsewhere.',
		),
		section('options'),
		filled('Every command that looks at a host takes --netns and --state-dir.'),
		...optionsOf(PROGRAM, []),
		section('commands'),
		...COMMAND_ROWS.flatMap(command),
		section('keys'),
		filled('On the screen. The footer shows those that do something where you are, ? all of them.'),
		...keys,
		...Object.entries(TOPICS).flatMap(topicSection),
		section('files'),
		...FILES.map(([name, text]) => term(name, text)),
		section('examples'),
		literal(examples).replace('.PP\n', ''),
		section('see also'),
		filled(SEE_ALSO),
		'',
	].join('\n')
}
