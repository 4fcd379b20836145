import { exitCodeOf } from '../../app/changing/changes-in-force.ts'
import { hasLoggers, type KnownModules } from '../../changes/bind-logger.ts'
import { consoleRisk } from '../../changes/console-risk.ts'
import { ownerInWords } from '../../changes/guard-answer.ts'
import { isLoggerKnob } from '../../changes/kinds/logger.ts'
import { type DrawnProbes, PROBE_BOUND_MS, planProbes } from '../../changes/kinds/probes.ts'
import { chooseSource, type ReasonSource, type Source, type SourceWish } from '../../changes/log-source.ts'
import { planToLog } from '../../changes/plan.ts'
import { formatPrintk, parsePrintk } from '../../kernel/log/printk-level.ts'
import type { FollowedProbes, ProbeSet } from '../../kernel/probes/probe-sets.ts'
import type { Change } from '../../model/change.ts'
import type { HostFacts } from '../../model/host-facts.ts'
import type { Settings } from '../../model/settings.ts'
import type { Changer } from '../../ports/changer.ts'
import type { Observer } from '../../ports/observer.ts'
import * as english from '../../words/english/commands/run.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { sitesToPrint, type ToPrint } from './printk.ts'
import { inShort } from './sources.ts'

/** The way by which the reasons come, and why that one, in one sentence. */
export type Chosen = {
	readonly source: ReasonSource
	readonly why: string
	readonly notes: readonly string[]
}

export type RunSwitch = {
	/** Which way the reasons will come. Changes nothing. */
	choose(facts: HostFacts): Promise<Result<Chosen>>
	/**
	 * Switches logging on, and starts the reader of NFLOG where that is the way. When the reader does not start and
	 * nobody asked for it in particular, the kernel log is taken instead. After a failure the changer is to be closed.
	 */
	on(facts: HostFacts, chosen: Chosen): Promise<Result<Chosen>>
	/** What logging needs and no longer has, though we did not take it away: the settings that somebody changed. */
	takenAway(facts: HostFacts, source: ReasonSource, settings: Settings): string
}

type Options = {
	readonly observer: Pick<Observer, 'settings' | 'leases' | 'modules' | 'printk'>
	readonly changer: Pick<Changer, 'apply' | 'undo' | 'view'>
	/** NO_PROTOCOL: log_invalid stays as it is, and only call sites are switched. */
	readonly protocol: number
	/** Call sites that are to print: the words of `--printk`. */
	readonly printk: readonly string[]
	/** What the console is to show meanwhile; undefined leaves it. */
	readonly consoleLevel: number | undefined
	/** Something that the admin has to know before the command runs. */
	readonly warn: (text: string) => void
	readonly wish: SourceWish
	/** The packets themselves are wanted, which only NFLOG has. */
	readonly wantsPackets: boolean
	readonly startReader: () => Promise<Result<void>>
	readonly drawProbes: () => DrawnProbes
	readonly packetRate: () => Promise<number | undefined>
	readonly startProbes: (probes: FollowedProbes, onTooMany?: () => void) => Promise<Result<void>>
}

const WHAT = english.switchingLoggingOn

export function createRunSwitch(options: Options): RunSwitch {
	const { observer, changer, protocol, printk, consoleLevel, wish, wantsPackets, startReader, warn } = options
	const { drawProbes, startProbes, packetRate } = options

	/** Asked for only where a logger may have to be loaded: modinfo and the list of what is built in take their time. */
	const modulesFor = async (settings: Settings, source: Source): Promise<KnownModules> => {
		if (hasLoggers(settings, source) && settings.values.log_invalid !== undefined) return undefined
		const modules = await observer.modules()
		return modules.ok ? modules.value : undefined
	}

	const reasonProbes = planProbes('reasons', drawProbes())

	const toLog = async (
		settings: Settings,
		netns: HostFacts['netns'],
		source: ReasonSource,
	): Promise<Result<ToPrint & { readonly purpose: string }>> => {
		if (protocol === NO_PROTOCOL) return ok({ purpose: '', changes: [], notes: [] })
		if (source === 'probe')
			return ok({ purpose: english.seeReasonsByProbes, changes: reasonProbes.changes, notes: [] })
		const modules = await modulesFor(settings, source)
		const { plan, blockers, notes } = planToLog({ settings, netns, protocol, source, modules })
		if (blockers.length > 0) return fail({ kind: 'unsupported', what: WHAT, why: blockers.join('; ') })
		return ok({ ...plan, notes })
	}

	const toPrint = async (settings: Settings): Promise<Result<ToPrint>> => {
		if (printk.length === 0) return ok({ changes: [], notes: [] })
		const reading = await observer.printk()
		return reading.ok ? sitesToPrint(reading.value, settings.values, printk) : reading
	}

	const apply = async ({ netns }: HostFacts, { source, why, notes }: Chosen): Promise<Result<Chosen>> => {
		const settings = await observer.settings('fresh')
		if (!settings.ok) return settings
		const logged = await toLog(settings.value, netns, source)
		if (!logged.ok) return logged
		const printed = await toPrint(settings.value)
		if (!printed.ok) return printed
		const asked = [...logged.value.changes, ...printed.value.changes]
		const console = consoleChange(settings.value, consoleLevel)
		if (!console.ok) return console
		const plan = {
			purpose: purposeOf(logged.value.purpose, printed.value),
			changes: [...console.value, ...asked],
		}
		const all = [...new Set([...notes, ...logged.value.notes, ...printed.value.notes])]
		if (asked.length === 0) {
			return ok({ source, why, notes: [...all, english.loggingWasOnAlreadyNothing] })
		}
		const risk = consoleRisk(plan, settings.value)
		if (risk !== undefined) {
			const level = parsePrintk(risk.change.to)?.console
			warn(english.consoleLevelDmesgNKeeps(risk.text, level, level))
			all.push(risk.text)
		}
		const applied = await changer.apply(plan)
		return applied.ok ? ok({ source, why, notes: all }) : applied
	}

	/** A reader that belongs to another session of ours is no stranger: its lease tells whose it is. */
	const heldByAnother = async (): Promise<Failure | undefined> => {
		for (const { alive, isHere, changes, owner, leaseId } of await observer.leases()) {
			const knob = changes.find((one) => isLoggerKnob(one.knob) && one.state === 'in-force')?.knob
			if (alive && isHere && knob !== undefined)
				return { kind: 'busy', knob, holder: ownerInWords(owner), leaseId }
		}
		return undefined
	}

	/** Back to what was, before another way is tried: never half of each. */
	const takenBack = async (why: string): Promise<Result<void>> => {
		if (changer.view() === undefined) return ok(undefined)
		const undone = await changer.undo('all')
		if (!undone.ok) return undone
		if (exitCodeOf(undone.value, []) === 0) return ok(undefined)
		const rest = english.andNotEverythingCouldBe
		return fail({ kind: 'unsupported', what: WHAT, why: `${why}; ${rest}` })
	}

	const insteadOfNflog = async (facts: HostFacts, failure: Failure): Promise<Result<Chosen>> => {
		const why = english.nflogCannotBeReadHere(inShort(failure))
		const back = await takenBack(why)
		return back.ok ? apply(facts, { source: 'kmsg', why: english.theKernelLogBecause(why), notes: [] }) : back
	}

	const insteadOfProbes = async (facts: HostFacts, failure: Failure): Promise<Result<Chosen>> => {
		const why = english.probesCannotBeSetHere(inShort(failure))
		const back = await takenBack(why)
		const other = back.ok ? await chosenFrom(facts, undefined) : back
		return other.ok ? on(facts, { ...other.value, why: `${other.value.why} (${why})` }) : other
	}

	const chosenFrom = async (
		{ tools, netns }: HostFacts,
		probes: HostFacts['probes'],
	): Promise<Result<Chosen>> => {
		const settings = await observer.settings('fresh')
		if (!settings.ok) return settings
		const { source, why, notes, blockers } = chooseSource({
			wish,
			settings: settings.value,
			tools,
			initial: netns.initial,
			probes,
			modules: wish === 'nflog' ? await modulesFor(settings.value, wish) : undefined,
		})
		if (blockers.length > 0) {
			const held = wish === 'nflog' ? await heldByAnother() : undefined
			return fail(held ?? { kind: 'unsupported', what: `--source ${wish}`, why: blockers.join('; ') })
		}
		return ok({ source, why, notes })
	}

	const on = async (facts: HostFacts, chosen: Chosen): Promise<Result<Chosen>> => {
		const applied = await apply(facts, chosen)
		if (chosen.source === 'kmsg') return applied
		if (chosen.source === 'probe') {
			const probed = applied.ok ? await withProbes(applied.value) : applied
			return probed.ok || wish === 'probe' ? probed : insteadOfProbes(facts, probed.failure)
		}
		if (!applied.ok) return applied
		const reading = await startReader()
		if (reading.ok) return applied
		return wish === 'auto' && !wantsPackets ? insteadOfNflog(facts, reading.failure) : reading
	}

	/** Probes without which the rest goes on. Those of ends go again where too many entries end. */
	const more = async (
		set: ProbeSet,
		purpose: string,
		perSecond?: number,
	): Promise<Result<readonly string[]>> => {
		const { change, changes, probes, says } = planProbes(set, drawProbes(), perSecond)
		const applied = await changer.apply({ purpose, changes })
		if (!applied.ok) return applied
		const seq = applied.value.changes.findLast(({ knob }) => knob === change.knob)?.seq
		const undo = () => {
			warn(english.tooManyEntriesEnd)
			if (seq !== undefined) void changer.undo(seq)
		}
		const started = await startProbes(probes, set === 'ends' ? undo : undefined)
		return started.ok ? ok(says) : started
	}

	/** Reads what tells the reasons, and for a while the packets that have none. */
	const withProbes = async (chosen: Chosen): Promise<Result<Chosen>> => {
		const reading = await startProbes(reasonProbes.probes)
		if (!reading.ok) return reading
		const silent = await more('invalid', english.seeSilentPackets, await packetRate())
		const ends = await more('ends', english.seeEndsOfEntries)
		const notes = [
			silent.ok
				? english.silentPacketsAreShownFor(PROBE_BOUND_MS / 1000, silent.value.join('; '))
				: english.silentPacketsAreNotShown(inShort(silent.failure)),
			...(ends.ok ? [] : [english.endsAreNotShown(inShort(ends.failure))]),
		]
		return ok({ ...chosen, notes: [...chosen.notes, ...notes] })
	}

	return {
		async choose(facts) {
			if (protocol === NO_PROTOCOL)
				return ok({ source: 'kmsg', why: english.theKernelLogWhereCall, notes: [] })
			return chosenFrom(facts, protocol === ALL_PROTOCOLS && !wantsPackets ? facts.probes : undefined)
		},
		on,
		takenAway({ netns }, source, settings) {
			if (protocol === NO_PROTOCOL || source === 'probe') return ''
			const { plan } = planToLog({ settings, netns, protocol, source })
			return plan.changes.map(({ knob, from }) => `${knob} is ${from}`).join(', ')
		},
	}
}

/** Call sites only. */
const NO_PROTOCOL = 0
/** Probes tell of each, and of how packets begin. */
const ALL_PROTOCOLS = 255

const purposeOf = (logged: string, { changes }: ToPrint): string =>
	[logged, ...(changes.length === 0 ? [] : [english.letCallSitesPrint2])]
		.filter((one) => one !== '')
		.join('; ')

/** The change that makes the console show what `--console-level` says; none where it shows that already. */
function consoleChange({ values, readOnly }: Settings, level: number | undefined): Result<readonly Change[]> {
	if (level === undefined) return ok([])
	const what = `--console-level ${level}`
	const from = values.printk
	const levels = parsePrintk(from ?? '')
	if (from === undefined || levels === undefined)
		return fail({ kind: 'unsupported', what, why: english.kernelPrintkCannotBeRead })
	const why = readOnly.printk
	if (why !== undefined) return fail({ kind: 'unsupported', what, why })
	const to = formatPrintk({ ...levels, console: level })
	return ok(from === to ? [] : [{ knob: 'printk', from, to }])
}
