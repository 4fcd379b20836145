import { boundLogger, LOGGED_FAMILIES } from '../../changes/log-source.ts'
import type { MonotonicMs } from '../../host/ports.ts'
import type { Balance, State } from '../state/state.ts'
import { sourceInForce } from './path.ts'
import { reasonRate } from './reasons.ts'
import { lineRate } from './slice.ts'
import { tallyOf } from './told-slice.ts'

/** A line comes so long after its packet was counted, at most: earlier, the reading is not balanced. */
const LAST_LINES_MS = 200

/** Whether reasons reach us, and from where: looked at whenever something of it was read. */
export function wayLookedAt(state: State, at: MonotonicMs): State {
	const source = sourceInForce(state)
	const settings = state.settings.value
	const asked = settings?.values.log_invalid
	const { way } = state
	if (source === undefined || settings === undefined || asked === undefined)
		return way === undefined ? state : { ...state, way: undefined }
	const loggers = LOGGED_FAMILIES.map((family) => boundLogger(settings, family) ?? 'NONE').join(' ')
	if (way?.source === source && way.asked === asked && way.loggers === loggers) return state
	return {
		...state,
		way: { source, asked, loggers, since: at, rateAtStart: 0, first: undefined, last: undefined },
	}
}

/** The counters were read: the lines so far belong to them, and those that come in the next moment. */
export function balanceBegun(state: State): State {
	const { value, at } = state.counters
	if (value === undefined || at === undefined) return state
	const { invalid = 0, error = 0, drop = 0 } = value.since
	const { log, nflog } = state
	const unbalanced: Balance = {
		at,
		counted: { invalid, error, drop },
		tally: log.tally,
		lost: { ring: log.lost, socket: nflog.lost },
		printk: tallyOf(state.told),
		unread: nflog.unread,
	}
	return { ...state, unbalanced }
}

/** The last lines of the reading have come. The first balance after the way opened is where the account begins. */
export function balanced(state: State, at: MonotonicMs): State {
	const { way, unbalanced } = state
	if (unbalanced === undefined || at - unbalanced.at < LAST_LINES_MS) return state
	const next = { ...state, unbalanced: undefined }
	if (way === undefined || unbalanced.at < way.since) return next
	if (way.first === undefined)
		return { ...next, way: { ...way, first: unbalanced, last: unbalanced, rateAtStart: packetRate(state) } }
	return { ...next, way: { ...way, last: unbalanced } }
}

/** Packet lines a second, those of call sites not among them. */
export const packetRate = ({ log, told }: Pick<State, 'log' | 'told'>): number =>
	Math.max(0, lineRate(log) - told.reduce((sum, row) => sum + reasonRate(row), 0))
