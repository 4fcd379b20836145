import { NOBODY } from '../../investigation/who/tally.ts'
import type { MonotonicMs } from '../../model/clock.ts'
import { scenarioById } from '../../practice/scenarios.ts'
import { NO_ANSWERS } from '../../reasons/answers.ts'
import { NO_JUDGED } from '../../reasons/judged-twice.ts'
import { NO_TRAITS } from '../../reasons/traits.ts'
import { NO_PROBES } from '../log/probed.ts'
import { NO_LINES } from '../log/tally.ts'
import { SCREENS } from '../screens/screens.ts'
import { FLOOD_LINES, type Modes, type PaneState, type Reading, type State } from '../state/state.ts'
import { NO_STEPS } from '../state/steps-state.ts'

const NOTHING_READ: Reading<never> = { value: undefined, at: undefined, failure: undefined }

const PANE: PaneState = {
	selected: 0,
	top: 0,
	filter: '',
	inverted: false,
	sort: undefined,
	marks: [],
	selectedKey: undefined,
	detail: false,
	checks: false,
	focus: 'list',
	read: { of: undefined, top: 0 },
}

/** Until the layout has said how far things scroll. */
const UNKNOWN_REACH = { shown: 1, all: 500 } as const

type Usual = 'source' | 'maxRate' | 'practice'

export type Beginning = {
	/** Without a wish for a source it is chosen from what is there; without one for the rate it is FLOOD_LINES. */
	readonly modes: Omit<Modes, Usual> & Partial<Pick<Modes, Usual>>
	readonly now: MonotonicMs
	readonly wall: number
	readonly columns: number
	readonly rows: number
}

/** The state before anything was read. */
export function initialState({ modes, now, wall, columns, rows }: Beginning): State {
	return {
		modes: { source: 'auto', maxRate: FLOOD_LINES, practice: undefined, ...modes },
		now,
		wall,
		size: { columns, rows },
		pageRows: guessedPage(rows),
		reach: { detail: UNKNOWN_REACH, dialog: UNKNOWN_REACH },
		secondEnd: now,
		facts: undefined,
		// Who practises is led through.
		screen: modes.practice === undefined ? 'watch' : 'steps',
		panes: Object.fromEntries(SCREENS.map(({ id }) => [id, PANE])) as State['panes'],
		counters: NOTHING_READ,
		table: NOTHING_READ,
		reading: {},
		holders: NOTHING_READ,
		lists: NOTHING_READ,
		lives: NOTHING_READ,
		settings: NOTHING_READ,
		printk: NOTHING_READ,
		modules: NOTHING_READ,
		rules: NOTHING_READ,
		surroundings: NOTHING_READ,
		taps: NOTHING_READ,
		traced: [],
		joined: undefined,
		steps: NO_STEPS,
		namespaces: NOTHING_READ,
		into: undefined,
		replay: undefined,
		decorations: '',
		log: {
			status: 'off',
			failure: undefined,
			entries: [],
			dropped: 0,
			records: 0,
			lost: 0,
			packetLines: 0,
			foreignLines: 0,
			sharedLines: 0,
			ruleLines: 0,
			printkLines: 0,
			tally: { kmsg: NO_LINES, nflog: NO_LINES, probe: NO_LINES },
			nextId: 1,
			lastSeq: undefined,
			resumed: false,
			drift: undefined,
			perSecond: [0],
			peak: 0,
		},
		probes: NO_PROBES,
		allNetns: false,
		nflog: { status: 'off', failure: undefined, messages: 0, lost: 0, unread: 0, stalled: false },
		way: undefined,
		unbalanced: undefined,
		reasons: [],
		unlined: undefined,
		who: NOBODY,
		watchBy: 'reason',
		names: new Map(),
		told: [],
		traits: NO_TRAITS,
		answers: NO_ANSWERS,
		judged: NO_JUDGED,
		lease: undefined,
		leaseAt: Number.NEGATIVE_INFINITY,
		timeAskedAt: Number.NEGATIVE_INFINITY,
		history: [],
		others: [],
		leftovers: undefined,
		flood: undefined,
		dialog: undefined,
		filtering: false,
		paused: undefined,
		frozen: undefined,
		busy: undefined,
		inFlight: 0,
		notice:
			modes.practice === undefined
				? undefined
				: { text: scenarioById(modes.practice)?.story ?? '', tone: 'bad', at: now },
		leaving: undefined,
	}
}

/** Until the layout has said how many rows a list has: what is left at 80x24 beside header, tabs, bars and detail. */
export function guessedPage(rows: number): number {
	return Math.max(1, rows - 16)
}
