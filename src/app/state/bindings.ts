import type { Dialog } from './dialog-state.ts'

/**
 * Which key runs which command: the only place where a key is named. The first one is shown. The commands are listed in
 * this order (help, command list, docs/screens.md); of two that share a key on a screen, the first one that can run now gets it.
 * Names of keys are those of NAMED_KEYS (store/keys.ts) or one printable character.
 */
const BINDINGS = {
	// From screen to screen, and from row to row. A screen is what such a key goes to; the tabs have this order.
	'go-watch': ['1'],
	'go-steps': ['2'],
	'go-switches': ['3'],
	'go-printk': ['4'],
	'go-table': ['5'],
	'go-rules': ['6'],
	'go-log': ['7'],
	'go-changes': ['8'],
	'next-screen': ['right'],
	'previous-screen': ['left'],
	down: ['j', 'down'],
	up: ['k', 'up'],
	first: ['g', 'home'],
	last: ['G', 'end'],
	'page-down': ['pgdn'],
	'page-up': ['pgup'],
	'half-page-down': ['ctrl-d'],
	'half-page-up': ['ctrl-u'],
	focus: ['o', 'tab', 'shift-tab'],
	// The selected row, on most screens.
	'log-why': ['enter'],
	details: ['enter'],
	checks: ['w'],
	'group-by': ['W'],
	'reverse-name': ['r'],
	switch: ['space'],
	// Call sites (Printk).
	print: ['space'],
	'stop-print': ['space'],
	'print-function': ['f'],
	'print-filtered': ['a'],
	decorate: ['d'],
	'mount-debugfs': ['m'],
	// Rules of our own (Rules, Watch).
	tap: ['space'],
	trace: ['t'],
	'trace-opened': ['enter'],
	'trace-flow': ['t'],
	'all-namespaces': ['a'],
	preview: ['v'],
	'each-state': ['a'],
	count: ['s'],
	// Unconfirmed and dying entries (Table).
	'follow-lists': ['space'],
	// The investigation (Steps).
	'step-next': ['enter'],
	'step-do': ['space'],
	'step-back': ['b'],
	'step-skip': ['s'],
	'step-repeat': ['r'],
	// Everywhere, or on several screens.
	back: ['esc'],
	'undo-selected': ['u'],
	'undo-all': ['U'],
	keep: ['K'],
	extend: ['e'],
	filter: ['/'],
	'filter-value': ['F'],
	'next-match': ['n'],
	'previous-match': ['N'],
	'sort-next': ['>'],
	'sort-previous': ['<'],
	'sort-reverse': ['I'],
	mark: ['m'],
	'replay-pause': ['p'],
	'replay-faster': ['+'],
	'replay-slower': ['-'],
	'replay-next': ['.'],
	pause: ['p'],
	resume: ['p'],
	copy: ['c', 'y'],
	'copy-to-file': ['Y'],
	report: ['R'],
	'report-anonymous': ['A'],
	capture: ['C'],
	namespaces: ['N'],
	commands: [':'],
	help: ['?'],
	quit: ['q', 'ctrl-c'],
	'quit-keeping-screen': ['Q'],
	'lo-fi': ['ctrl-l'],
	suspend: ['ctrl-z'],
	'read-write': [],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type CommandId = keyof typeof BINDINGS
export const COMMAND_IDS = Object.keys(BINDINGS) as readonly CommandId[]

type GoneTo<Id> = Id extends `go-${infer Screen}` ? Screen : never
export type ScreenId = GoneTo<CommandId>

export const keysOf = (id: CommandId): readonly string[] => BINDINGS[id]

/** The key that a command is run with, for texts that tell the reader what to press. */
export const keyOf = (id: CommandId): string => keysOf(id)[0] ?? '?'

/** Keys of an answer: those that are printed beside it, and those that give it as well. */
type Bound = readonly [shown: readonly string[], besides?: readonly string[]]

const SCROLL = {
	'scroll-down': [[], ['j', 'down']],
	'scroll-up': [[], ['k', 'up']],
	'page-down': [[], ['pgdn', 'ctrl-d', 'space']],
	'page-up': [[], ['pgup', 'ctrl-u']],
	'to-top': [[], ['g', 'home']],
	'to-end': [[], ['G', 'end']],
} as const
const LIST = { next: [[], ['j', 'down']], previous: [[], ['k', 'up']] } as const
const UNDO_ALL = { 'undo-all': [BINDINGS['undo-all']] } as const
/** Works in every dialog but that of leaving, where it means enter: nobody must be shut in. */
const WAY_OUT = { leave: [[], ['ctrl-c']] } as const

/**
 * Which key gives which answer in a dialog. Two answers may share a key: the first one that can be given now gets it. In a
 * dialog only these keys work, and plain typing where it has a line of text.
 */
const ANSWERS = {
	'confirm-change': {
		yes: [['y']],
		no: [['n', 'esc'], ['enter']],
		copy: [['c']],
		'copy-to-file': [[], BINDINGS['copy-to-file']],
		'console-off': [['l']],
		'console-on': [['l']],
		'other-source': [['s']],
		...SCROLL,
		...UNDO_ALL,
		...WAY_OUT,
	},
	choose: { choose: [['enter']], no: [['esc']], ...LIST, ...UNDO_ALL, ...WAY_OUT },
	namespaces: { choose: [['enter']], no: [['esc']], ...LIST, ...UNDO_ALL, ...WAY_OUT },
	decorate: { toggle: [['space']], choose: [['enter']], no: [['esc']], ...LIST, ...UNDO_ALL, ...WAY_OUT },
	tap: {
		choose: [['enter']],
		no: [['esc']],
		next: [[], ['down', 'tab']],
		previous: [[], ['up', 'shift-tab']],
		'next-value': [['right']],
		'previous-value': [[], ['left']],
		...WAY_OUT,
	},
	number: { choose: [['enter']], no: [['esc']], ...UNDO_ALL, ...WAY_OUT },
	quit: { 'undo-and-leave': [['enter'], ['ctrl-c']], no: [['s', 'esc']], 'leave-on': [['l']], ...SCROLL },
	leftover: { yes: [['u'], ['enter']], no: [['w', 'esc'], ['enter']], ...SCROLL, ...WAY_OUT },
	flood: {
		nflog: [['n']],
		'one-protocol': [['o']],
		'other-sites': [[], BINDINGS['go-printk']],
		no: [['esc'], ['enter']],
		...SCROLL,
		'undo-all': [[], BINDINGS['undo-all']],
		...WAY_OUT,
	},
	help: {
		...SCROLL,
		commands: [BINDINGS.commands],
		no: [
			['esc', '?'],
			['enter', 'q'],
		],
		...UNDO_ALL,
		...WAY_OUT,
	},
	commands: { run: [['enter']], next: [['down']], previous: [['up']], no: [['esc']], ...WAY_OUT },
	failure: {
		no: [['enter', 'esc']],
		copy: [['c']],
		'copy-to-file': [[], BINDINGS['copy-to-file']],
		...SCROLL,
		...UNDO_ALL,
		...WAY_OUT,
	},
} as const satisfies Readonly<Record<Dialog['kind'], Readonly<Record<string, Bound>>>>

type Answers = typeof ANSWERS
/** The answers of one kind of dialog. */
export type AnswersOf<Kind extends Dialog['kind']> = keyof Answers[Kind] & string
/** An answer of any dialog. */
export type AnswerId = { [Kind in Dialog['kind']]: AnswersOf<Kind> }[Dialog['kind']]

/** Keys of each answer of a dialog, in the order in which they are printed and looked at. */
export function answerKeys<Kind extends Dialog['kind']>(
	kind: Kind,
): readonly (readonly [AnswersOf<Kind>, shown: readonly string[], all: readonly string[]])[] {
	const table: Readonly<Record<string, Bound>> = ANSWERS[kind]
	return Object.entries(table).map(([id, [shown, besides = []]]) => [
		id as AnswersOf<Kind>,
		shown,
		[...shown, ...besides],
	])
}
