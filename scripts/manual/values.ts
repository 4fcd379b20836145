// What may stand behind an option, or as an argument: the completions offer it. Whatever takes a value has a row here;
// a test fails otherwise.
import { SOURCE_WISHES } from '../../src/changes/log-source.ts'
import { TAP_HOOKS, TAP_LEVELS, TAP_OPTIONS, TAP_STATES } from '../../src/changes/tap/tap.ts'
import { DEFAULT_STATE_DIR } from '../../src/host/files/state-dir.ts'
import { SPEEDS } from '../../src/model/clock.ts'
import { GROUPINGS } from '../../src/model/grouping.ts'
import { SCENARIO_IDS } from '../../src/practice/scenario.ts'
import { REASONS } from '../../src/reasons/list.ts'
import { SILENT_PATHS } from '../../src/reasons/silent-paths.ts'
import { TOPICS } from '../../src/words/english/help/topics.ts'
import { COMMAND_ROWS } from './command-table.ts'

export type Values =
	/** Nothing that could be known beforehand: a time, a number, words. */
	| { readonly kind: 'free' }
	| { readonly kind: 'words'; readonly words: readonly string[] }
	/** Words with commas between them. */
	| { readonly kind: 'list'; readonly words: readonly string[] }
	| { readonly kind: 'file' | 'folder' }
	/** A command of the host with its own arguments. */
	| { readonly kind: 'command' }
	/** Names of files in a folder of the host, when the completion is asked for. */
	| { readonly kind: 'names'; readonly folder: string }

const free: Values = { kind: 'free' }
const file: Values = { kind: 'file' }
const words = (...given: readonly string[]): Values => ({ kind: 'words', words: given })

/** Layer 4 protocols by name, as `--protocol` takes them; any number is allowed too. */
const PROTOCOLS = ['tcp', 'udp', 'icmp', 'icmpv6', 'sctp', 'gre']

/** Where `ip netns` keeps its names. Containers and processes are given by path or pid: `ctscope namespaces` lists them. */
const NAMESPACES: Values = { kind: 'names', folder: '/run/netns' }

/** By option, or by command and option where it takes something else there. */
const OPTIONS: Readonly<Record<string, Values>> = {
	'--netns': NAMESPACES,
	'--state-dir': { kind: 'folder' },
	'--source': words(...SOURCE_WISHES),
	'watch --source': words('probe'),
	'--protocol': words('all', 'none', ...PROTOCOLS),
	'--printk': words('proposed'),
	'--console-level': words(...'12345678'),
	'--hook': { kind: 'list', words: TAP_HOOKS },
	'--state': { kind: 'list', words: TAP_STATES },
	'--log': { kind: 'list', words: TAP_OPTIONS },
	'--level': words(...TAP_LEVELS),
	'--to': words('kmsg', 'nflog'),
	'--speed': words(...SPEEDS.map(String)),
	'--lease': { kind: 'names', folder: `${DEFAULT_STATE_DIR}/leases` },
	'--record': file,
	'--capture': file,
	'--report': file,
	'--json': file,
	'--by': words(...GROUPINGS),
	'--ttl': free,
	'--max-rate': free,
	'--interval': free,
	'--count': free,
	'--for': free,
	'--rate': free,
	'--burst': free,
	'--prefix': free,
	'--expect': free,
	'--zone': free,
	'--icmp-id': free,
}

/** By command. */
const ARGUMENTS: Readonly<Record<string, Values>> = {
	run: { kind: 'command' },
	practice: words(...SCENARIO_IDS),
	parse: file,
	read: file,
	replay: file,
	rules: file,
	flow: words(...PROTOCOLS),
	printk: free,
	tap: free,
	preview: free,
	count: free,
	trace: free,
	explain: words(...REASONS.map(({ id }) => id), ...SILENT_PATHS.map(({ id }) => id)),
	help: words(...Object.keys(TOPICS), ...COMMAND_ROWS.map(({ name }) => name)),
}

/** Of an option of a command ('' for the program itself). */
export function optionValues(command: string, long: string): Values {
	const found = OPTIONS[`${command} ${long}`] ?? OPTIONS[long]
	if (found === undefined) throw new Error(`scripts/manual/values.ts does not say what ${long} takes`)
	return found
}

/** Undefined: it takes none. */
export function argumentValues(command: string): Values | undefined {
	const takesOne = COMMAND_ROWS.some(({ name, args }) => name === command && args.length > 0)
	const found = ARGUMENTS[command]
	if (takesOne !== (found !== undefined))
		throw new Error(`scripts/manual/values.ts and the command ${command} differ about its arguments`)
	return found
}
