import { protocolName } from '../kernel/packet/protocol.ts'
import type { Change, Plan } from '../model/change.ts'
import type { Settings } from '../model/settings.ts'
import * as english from '../words/english/changes/changes.ts'
import { allNetns, bindNflog, bindSyslog, type KnownModules, type Part } from './bind-logger.ts'
import { bindsElsewhere, knobOfModule } from './kinds/module.ts'
import { boundLogger, lockUpRisk, NFLOG_LOGGER, type OurReader, type Source } from './log-source.ts'

export type PlanToLog = {
	readonly plan: Plan
	/** Why the plan would not make the kernel tell; empty when it would. */
	readonly blockers: readonly string[]
	/** What the plan means beyond itself: whose lines go elsewhere meanwhile, which family stays silent. */
	readonly notes: readonly string[]
}

export type ToLog = OurReader & {
	readonly settings: Pick<Settings, 'values' | 'readOnly' | 'loggers'> & Partial<Pick<Settings, 'listeners'>>
	readonly netns: { readonly initial: boolean }
	/** Layer 4 protocol number, 255 for all, 0 to switch the log off. */
	readonly protocol: number
	/** Where the lines are to go; the kernel log when it is not said. */
	readonly source?: Source
	/** With it, a logger that is not there is loaded first, where its module is on disk. */
	readonly modules?: KnownModules | undefined
}

const ICMP = 1
const ICMPV6 = 58
const ALL = 255
const GRE = 47
const IPV4 = 2
const IPV6 = 10

/** nf_log_packet is called with the family of the packet (net/netfilter/nf_conntrack_proto.c): 2 or 10, never another. */
function familiesOf(protocol: number): readonly number[] {
	if (protocol === ICMP) return [IPV4]
	if (protocol === ICMPV6) return [IPV6]
	return [IPV4, IPV6]
}

function purposeOf(protocol: number): string {
	if (protocol === 0) return english.stopLoggingInvalidPackets
	if (protocol === ALL) return english.logWhyPacketsAreInvalid
	return english.logWhyPacketsAreInvalid2(protocolName(protocol))
}

function logInvalid(protocol: number, values: Settings['values'], modules: KnownModules): Part {
	const now = values.log_invalid
	if (now === undefined) {
		const conntrack = modules?.find(({ name }) => name === 'nf_conntrack')
		const why = conntrack?.state === 'missing' ? conntrack.why : undefined
		return {
			blocker: english.nfConntrackLogInvalidIs(why ?? english.conntrackIsNotLoadedModprobe),
		}
	}
	const to = String(protocol)
	if (now === to) return {}
	// 255 tells about this protocol too: narrowing it would only take lines away from whoever set it.
	if (now === String(ALL) && protocol !== 0) return {}
	const change = { knob: 'log_invalid', from: now, to }
	if (now === '0' || protocol === 0) return { change }
	return {
		change,
		note: english.theLogIsOnFor(
			protocolName(Number(now)),
			protocol === ALL ? english.allProtocols : protocolName(protocol),
		),
	}
}

/** The kernel log: whoever prints there, and the switch for namespaces other than the initial one. */
function toKernelLog({ settings, netns, protocol, modules, ...ours }: ToLog): readonly Part[] {
	const families = familiesOf(protocol)
	const loggers = families.map((family) => bindSyslog(family, settings, modules))
	const silent = loggers.filter((part) => part.blocker !== undefined)
	const parts = loggers.map((part): Part => {
		if (part.blocker === undefined || silent.length === families.length) return part
		// One family that works is better than none: the other one is only noted.
		return { note: part.blocker }
	})
	if (!netns.initial) parts.push(allNetns(settings.values))
	const staysNflog = families.some(
		(family, index) =>
			loggers[index]?.blocker !== undefined && boundLogger(settings, family) === NFLOG_LOGGER,
	)
	const risk = lockUpRisk({ ...settings, listeners: settings.listeners ?? null }, protocol, ours)
	if (staysNflog && risk !== undefined) parts.push({ blocker: english.loadTheLoggerOfThe(risk) })
	return parts
}

/**
 * The ordered changes that make the kernel tell why packets of a protocol are INVALID: first somebody who takes the
 * lines, then the switch for namespaces other than the initial one (only the kernel log needs it), log_invalid last.
 * What is right already is left out.
 */
export function planToLog(asked: ToLog): PlanToLog {
	const { settings, protocol, source = 'kmsg' } = asked
	const { values, readOnly } = settings
	const blockers: string[] = []
	const notes: string[] = []
	const parts: Part[] = []
	if (protocol !== 0) {
		parts.push(...(source === 'nflog' ? bindNflog(settings, asked, asked.modules) : toKernelLog(asked)))
		if (protocol === GRE) notes.push(english.noKernelLookedAtPrints)
		if (protocol === 41) notes.push(english.n41IsNotIcmpv6And)
	}
	parts.push(logInvalid(protocol, values, asked.modules))
	const modules = [...new Set(parts.flatMap(({ load }) => load ?? []))]
	const changes = modules.map((name): Change => ({ knob: knobOfModule(name), from: 'absent', to: 'loaded' }))
	const elsewhere = bindsElsewhere(modules)
	if (elsewhere !== undefined) notes.push(elsewhere)
	for (const part of parts) {
		if (part.blocker !== undefined) blockers.push(part.blocker)
		if (part.note !== undefined) notes.push(part.note)
		if (part.change === undefined || part.change.from === part.change.to) continue
		const why = readOnly[part.change.knob]
		if (why !== undefined) blockers.push(english.cannotBeWritten(part.change.knob, why))
		changes.push(part.change)
	}
	return { plan: { purpose: purposeOf(protocol), changes }, blockers, notes }
}

/** The plan that takes another one back: newest change first. */
export function reverse(plan: Plan): Plan {
	return {
		purpose: english.undo(plan.purpose),
		changes: plan.changes.toReversed().map(({ knob, from, to }) => ({ knob, from: to, to: from })),
	}
}
