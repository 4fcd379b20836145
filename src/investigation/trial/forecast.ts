import { letThrough } from '../../reasons/let-through.ts'
import { NO_TRAITS, traitsOfRelease } from '../../reasons/traits.ts'
import * as english from '../../words/english/investigation/trial.ts'
import { counted, grouped, percent } from '../../words/numbers.ts'
import { type Evidence, type Experiment, invalidReasons, type SeenReason, sumOf } from '../evidence.ts'
import { judged } from './experiments.ts'

/** What one setting would do to the INVALID packets that were seen, each by itself. */
export type SettingForecast = {
	readonly knob: string
	readonly to: string
	/** Packets that would not be INVALID. */
	readonly passes: number
	/** Of which that is not known. */
	readonly unknown: number
}

export type Forecast = {
	/** INVALID packets whose reason is known, by its line or because they were looked at. */
	readonly of: number
	/** INVALID packets without a line that nobody has looked at. */
	readonly silent: number
	readonly lost: number
	readonly isShared: boolean
	readonly settings: readonly SettingForecast[]
}

type Considered = Pick<
	Evidence,
	'kernel' | 'values' | 'reasons' | 'unlined' | 'meantSilent' | 'lost' | 'isShared'
>

/** Settings that decide over a packet at once, and the value that lets more pass. Timeouts are none: they decide over entries to come. */
const SETTINGS = [
	['tcp_be_liberal', '1'],
	['tcp_ignore_invalid_rst', '1'],
	['checksum', '0'],
	['tcp_loose', '1'],
] as const

const LOOSE = 'tcp_loose'

/** Undefined where nothing was seen, or every such setting is as it would be tried. */
export function forecastOf(evidence: Considered): Forecast | undefined {
	const { kernel, values, lost, isShared } = evidence
	const told = invalidReasons(evidence)
	const looked = invalidReasons({ reasons: evidence.unlined ?? [] })
	const of = countOf(told) + countOf(looked)
	const settings = SETTINGS.filter(([knob, to]) => values[knob] !== undefined && values[knob] !== to)
	if (of === 0 || settings.length === 0) return undefined
	const traits = traitsOfRelease(NO_TRAITS, kernel)
	return {
		of,
		silent: Math.max(0, evidence.meantSilent - countOf(evidence.unlined ?? [])),
		lost,
		isShared,
		settings: settings.map(([knob, to]) => {
			const which = (wanted: 'passes' | 'unknown') =>
				countOf(told.filter(({ reason }) => letThrough(reason, knob, traits) === wanted))
			const refused = knob === LOOSE ? looked.map(midStream) : []
			return {
				knob,
				to,
				passes: which('passes') + sumOf(refused.map(({ passes }) => passes)),
				unknown: which('unknown') + sumOf(refused.map(({ unknown }) => unknown)),
			}
		}),
	}
}

const countOf = (reasons: readonly SeenReason[]): number => sumOf(reasons.map(({ count }) => count))

/**
 * Packets without a line that tcp_loose decides over: those from the middle of a connection without an entry. Others open none
 * (net/netfilter/nf_conntrack_proto_tcp.c, tcp_new), and what was not told apart is not known.
 */
function midStream({ reason, count, flows }: SeenReason): Pick<SettingForecast, 'passes' | 'unknown'> {
	if (reason.id !== 'unlined-tcp') return { passes: 0, unknown: 0 }
	const segments = flows.map((flow) => flow.segments)
	const passes = sumOf(segments.map(({ ack, data }) => ack + data))
	const others = sumOf(segments.map(({ syn, synAck, fin, rst, odd }) => syn + synAck + fin + rst + odd))
	return { passes: Math.min(passes, count), unknown: Math.max(0, count - passes - others) }
}

const found = (knob: string, to: string, forecast: Forecast | undefined): SettingForecast | undefined =>
	forecast?.settings.find((setting) => setting.knob === knob && setting.to === to)

/** `would let pass 612 of 640, not known: 12`; undefined where nothing is said of it. */
export function settingSays(knob: string, to: string, forecast: Forecast | undefined): string | undefined {
	const one = found(knob, to, forecast)
	if (one === undefined || forecast === undefined) return undefined
	const passes = one.passes === 0 ? english.none : grouped(one.passes)
	const unknown = one.unknown === 0 ? '' : english.andNotKnown(grouped(one.unknown))
	return `${english.wouldLetPass(passes, grouped(forecast.of))}${unknown}`
}

/** All of it in sentences. */
export function forecastSays({ of, silent, lost, isShared, settings }: Forecast): string {
	const each = settings.map(({ knob, to, passes, unknown }) =>
		english.settingWould(
			`${knob} ${to}`,
			passes === 0 ? english.none : grouped(passes),
			unknown === 0 ? '' : english.andNotKnown(grouped(unknown)),
		),
	)
	const resets = settings.some(({ knob, passes }) => knob === 'tcp_ignore_invalid_rst' && passes > 0)
	return [
		english.wouldPass(counted(of, english.invalidPacket), each.join('; ')),
		...(resets ? [english.resetsWithAck] : []),
		...(silent === 0 ? [] : [english.moreWithoutALine(counted(silent, 'packet'))]),
		...(lost === 0 ? [] : [english.linesWereLost(counted(lost, 'line'))]),
		...(isShared ? [english.mayBeOfOthers] : []),
	].join(' ')
}

/** What is said of a setting now; undefined where nothing is. */
export function saidOf(knob: string, to: string, forecast: Forecast | undefined): Experiment['said'] {
	const one = found(knob, to, forecast)
	if (one === undefined || forecast === undefined) return undefined
	const { of, silent } = forecast
	return { least: one.passes, most: one.passes + one.unknown + silent, of: of + silent }
}

/** Packets come in bursts: a part that differs by less is the same. */
const SLACK = 0.1

export type Comparison = {
	/** `as-said`, `less` or `more` passed than was said; `not-compared`: the trial says nothing by itself. */
	readonly is: 'as-said' | 'less' | 'more' | 'not-compared'
	/** Part of the INVALID packets that were missing with the setting, 0 to 1; null where it was not compared. */
	readonly fell: number | null
	readonly says: string
}

/** What was said before a trial, against what was seen in it; undefined where nothing was said. */
export function compared(trial: Experiment): Comparison | undefined {
	const { said } = trial
	if (said === undefined || said.of === 0) return undefined
	const { verdict, before, during } = judged(trial)
	const [least, most] = [said.least / said.of, said.most / said.of]
	const was =
		said.least === said.most
			? english.saidExactly(grouped(said.least), grouped(said.of), percent(least, 1))
			: english.saidBetween(grouped(said.least), grouped(said.most), grouped(said.of))
	if (verdict === 'too-few' || verdict === 'drifts' || !(before > 0))
		return { is: 'not-compared', fell: null, says: `${was} ${english.notCompared}` }
	const fell = Math.max(0, 1 - during / before)
	const is = fell < least - SLACK ? 'less' : fell > most + SLACK ? 'more' : 'as-said'
	return { is, fell, says: `${was} ${english.seenInTrial(percent(fell, 1), english.comparedWords[is])}` }
}
