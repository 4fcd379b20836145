import { type TapAsked, tapsAsked } from '../../changes/tap/tap-asked.ts'
import { createClock } from '../../host/clock.ts'
import { actionOf } from '../../investigation/join/rule-rows.ts'
import { pathsOf } from '../../investigation/path/paths.ts'
import { recordLine } from '../../kernel/log/record-line.ts'
import type { PacketLine } from '../../kernel/packet/packet-line.ts'
import { rulesByIdentity, tallied } from '../../kernel/rules/difference.ts'
import { createTraceReader } from '../../kernel/rules/trace.ts'
import type { LogEvent } from '../../model/log-event.ts'
import type { RulesReading } from '../../model/rules-reading.ts'
import type { LogFollower } from '../../ports/observer.ts'
import * as english from '../../words/english/commands/rules.ts'
import { isPiped } from '../../words/fact.ts'
import { columnsOf } from '../../words/paragraph.ts'
import { askOnTerminal, changeWith } from '../common/change-with.ts'
import { failureLine, refused } from '../common/failure-exit.ts'
import { lookAt } from '../common/look-at.ts'
import { type CommonOptions, EXIT } from '../common/options.ts'
import { print, printJson, say, sayBeside } from '../common/output.ts'
import { catchSignals, exitOfSignal, unlessEnded } from '../common/signals.ts'
import { createTapSession } from '../tap/session.ts'
import { traceFacts, traceJson, traceText } from './text.ts'

export type TraceOptions = CommonOptions & {
	readonly asked: TapAsked
	/** How long to wait for packets, ms. */
	readonly forMs: number
	/** Enough packets: then it ends earlier. */
	readonly count: number
	readonly ttlMs: number
	readonly maxRate: number
	readonly json: boolean
	readonly yes: boolean
}

/** The last steps of a packet come moments after its first. */
const SETTLE_MS = 300
const LOOK_MS = 100
const MOST_REASONS = 1_000

/** Marks a sample of packets, follows them through the rules, and tells what decided. The answer is the exit status. */
export async function runTrace(options: TraceOptions): Promise<number> {
	const taps = tapsAsked(options.asked)
	if (!taps.ok) return refused(taps.failure)
	const clock = createClock()
	const observer = lookAt(options)
	const signals = catchSignals()
	const reader = createTraceReader()
	const reasons: PacketLine[] = []
	const before = await observer.rules()
	const confirm = askOnTerminal()
	const session = createTapSession({
		observer,
		changer: changeWith(options),
		clock,
		taps: taps.value,
		maySwitchOn: async (what) => options.yes || ((await confirm?.(english.goOn(what))) ?? false),
		onLine: () => {},
	})
	const followed = await observer.followTrace(reader.push)
	if (!followed.ok) return refused(followed.failure)
	// Where log_invalid is on, the reason of the same packet stands in the kernel log.
	const log = await observer.followLog((events: readonly LogEvent[]) => {
		for (const event of events) {
			const line = event.kind === 'record' ? recordLine(event.record) : undefined
			if (line?.kind === 'conntrack' && reasons.length < MOST_REASONS) reasons.push(line)
		}
	})
	const close = async () => {
		await followed.value.stop()
		if (log.ok) await (log.value satisfies LogFollower).stop()
		signals.release()
	}
	const started = await unlessEnded(session.start(), signals)
	if (typeof started === 'string') return exitOfSignal(started)
	if (!started.ok) {
		await close()
		return refused(started.failure)
	}
	started.value.forEach(sayBeside)
	if (!options.json) say(english.tracingForAtMostS(options.forMs / 1000))
	const until = clock.monotonic() + options.forMs
	const wait = (ms: number) =>
		new Promise<undefined>((resolve) => void clock.after(ms, () => resolve(undefined)))
	let signal: NodeJS.Signals | undefined
	let early: string | undefined
	while (
		clock.monotonic() < until &&
		reader.packets().length < options.count &&
		signal === undefined &&
		early === undefined
	) {
		signal = await Promise.race([signals.first, wait(LOOK_MS)])
		early = await Promise.race([session.ended, Promise.resolve(undefined)])
	}
	if (signal === undefined) await wait(SETTLE_MS)
	const { undo } = await session.finish()
	const after = await observer.rules()
	await close()
	if (!after.ok) say(failureLine(after.failure))
	const ruleset = after.ok
		? after.value.ruleset
		: { chains: [], rules: [], shaping: { rules: [], leftOut: 0 }, total: 0, named: {}, sets: {}, unread: [] }
	const paths = pathsOf(reader.packets().slice(0, options.count), {
		ruleset,
		...(before.ok ? { before: before.value.ruleset } : {}),
		reasons,
		lost: reader.lost(),
	})
	const legacy = before.ok && after.ok ? legacyRises(before.value, after.value) : []
	const told = { paths, legacy, hasLegacy: after.ok && after.value.backends.includes('iptables-legacy') }
	if (options.json) printJson(traceJson(told))
	else
		print(
			(isPiped(process.stdout) ? traceFacts(told) : traceText(told, columnsOf(process.stdout))).join('\n'),
		)
	if (early !== undefined) sayBeside(english.tracingWasEndedBeforeIts(early))
	if (undo !== 0) return undo
	return signal === undefined || signal === 'SIGINT' ? EXIT.ok : exitOfSignal(signal)
}

/** Rules of the legacy tables cannot be traced through nftables: what they counted meanwhile tells instead. */
function legacyRises(before: RulesReading, after: RulesReading): readonly string[] {
	const first = tallied(undefined, before.ruleset.rules, before.at)
	const { byIdentity } = tallied(first, after.ruleset.rules, after.at)
	return [...rulesByIdentity(after.ruleset.rules)].flatMap(([identity, rule]) => {
		const rise = byIdentity.get(identity)?.since.packets ?? 0
		if (rule.backend !== 'iptables-legacy' || rise === 0) return []
		return [
			english.rulePackets(actionOf(rule), rule.family, rule.table, rule.chain, rule.number, rise, rule.text),
		]
	})
}
