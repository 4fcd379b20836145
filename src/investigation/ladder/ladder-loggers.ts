import { boundLogger, foreignListener, listenerInWords, NFLOG_LOGGER } from '../../changes/log-source.ts'
import * as english from '../../words/english/investigation/ladder.ts'
import { describe } from '../../words/failure.ts'
import type { Rung, RungAnswer, Seen } from './rung.ts'

type Told = Pick<Rung, 'because' | 'next'> & Pick<Rung, 'fix'>

/** Is a logger bound that hands the lines of one family on to where we read? */
export function loggerRung(seen: Seen, family: 2 | 10): Rung {
	const name = family === 2 ? 'IPv4' : 'IPv6'
	const tell = (answer: RungAnswer, told: Told): Rung => ({
		id: family === 2 ? 'logger-ipv4' : 'logger-ipv6',
		question: english.isALoggerBoundFor(name),
		ok: answer !== 'no',
		answer,
		...told,
	})
	const { values, loggers } = seen.settings
	const row = loggers.find((one) => one.family === family)
	if (row === undefined && values[`nf_log.${family}`] === undefined)
		return tell('unknown', { because: english.nfLogCannotBeRead(family), next: '' })
	const bound = boundLogger(seen.settings, family)
	const syslog = family === 2 ? 'nf_log_ipv4' : 'nf_log_ipv6'
	const [answer, told] =
		seen.source === 'nflog'
			? towardsNflog(seen, family, name, bound)
			: towardsKernelLog(seen, family, name, syslog, bound)
	return tell(answer, told)
}

function towardsNflog({ settings }: Seen, family: number, name: string, bound: string | undefined): Way {
	if (bound === NFLOG_LOGGER)
		return ['yes', { because: english.nfLogIsLinesGo(family, bound, name), next: '' }]
	const canBind = settings.loggers.some(
		(one) => one.family === family && one.available.includes(NFLOG_LOGGER),
	)
	const where = bound === undefined ? english.noneLinesAreThrownAway(name) : english.linesGoThere(bound, name)
	const because = english.nfLogIsNotTo(family, where)
	if (!canBind)
		return [
			'no',
			{ because: english.andIsNotLoaded(because, NFLOG_LOGGER), next: english.modprobe(NFLOG_LOGGER) },
		]
	return ['no', { because, next: english.bind(NFLOG_LOGGER), fix: 'log-why' }]
}

type Way = readonly [RungAnswer, Told]

function towardsKernelLog(
	seen: Seen,
	family: number,
	name: string,
	syslog: string,
	bound: string | undefined,
): Way {
	const { loggers, listeners } = seen.settings
	if (bound === syslog) return ['yes', { because: english.nfLogIsLinesGoTo(family, bound), next: '' }]
	const canBind = loggers.some((one) => one.family === family && one.available.includes(syslog))
	if (bound === NFLOG_LOGGER) {
		const listener = foreignListener(listeners, seen)
		const reader =
			listeners === null
				? ''
				: listener === undefined
					? english.whichNobodyReadsTheyAre
					: english.whichReads(listenerInWords(listener))
		return [
			'no',
			{
				because: english.nfLogIsLinesGoToNetlink(family, bound, name, reader),
				...(canBind
					? { next: english.bindForAWhileOr(syslog), fix: 'log-why' as const }
					: { next: english.readNflogOr(MODPROBE) }),
			},
		]
	}
	if (bound !== undefined) return ['unknown', { because: english.nfLogIsWhichIs(family, bound), next: '' }]
	if (canBind)
		return [
			'no',
			{
				because: english.nfLogIsNoneLines(family, name, syslog),
				next: english.bind(syslog),
				fix: 'log-why',
			},
		]
	return [
		'no',
		{
			because: english.nfLogIsNoneAnd(family, syslog, name),
			next: `${MODPROBE}${whoLoads(seen)}`,
		},
	]
}

const MODPROBE = english.modprobeNfLogSyslogBefore

/** Since Linux 6.17 a write of log_invalid loads the module, but only while no logger of any family is registered. */
function whoLoads({ settings }: Seen): string {
	const registered = settings.loggers.flatMap(({ available }) => available)
	if (registered.length === 0) return english.sinceLinux617Switching
	return english.theKernelDoesNotLoad(registered[0])
}

/** nf_log_syslog looks at the namespace; nfnetlink_log delivers inside it and does not ask. */
export function allNetnsRung({ netns, settings, source }: Seen): Rung {
	const tell = (answer: RungAnswer, told: Told): Rung => ({
		id: 'all-netns',
		question: english.doLinesOfThisNetwork,
		ok: answer !== 'no',
		answer,
		...told,
	})
	if (netns.initial) return tell('yes', { because: english.thisIsTheInitialNetwork, next: '' })
	if (source === 'nflog')
		return tell('yes', {
			because: english.nflogDeliversInsideTheNetwork,
			next: '',
		})
	const value = settings.values.nf_log_all_netns
	if (value === undefined)
		return tell('unknown', {
			because: english.thisIsNotTheInitial,
			next: english.lookThereSysctlNetNetfilter,
		})
	if (value !== '0') return tell('yes', { because: english.nfLogAllNetnsIs, next: '' })
	return tell('no', {
		because: english.nfLogAllNetnsIs0,
		next: english.write1ToNfLog,
		fix: 'log-why',
	})
}

/** Who holds netlink group 0: it has room for one. Where nobody does, its messages are lost without a trace. */
export function readerRung(seen: Seen): Rung {
	const { settings, reader = 'off', readerFailure, readerStalled = 0 } = seen
	const tell = (answer: RungAnswer, told: Told, ordinary?: true): Rung => ({
		id: 'reader',
		question: english.doWeReadNetlinkGroup,
		ok: answer !== 'no',
		answer,
		...told,
		...(ordinary === undefined ? {} : { ordinary }),
	})
	if (reader === 'running' && readerStalled > 0)
		return tell('no', {
			because: english.ourReaderOfNflogStands(readerStalled),
			next: english.letItGoOnKill,
		})
	if (reader === 'running') return tell('yes', { because: english.ourReaderOfNflogIs, next: '' })
	if (seen.readerStarts === true)
		return tell('unknown', { because: english.ourReaderIsStarting, next: '' }, true)
	const listener = foreignListener(settings.listeners, seen)
	if (listener !== undefined)
		return tell('no', {
			because: english.readsNetlinkGroup0And(listenerInWords(listener)),
			next: english.endThatReaderOrRead,
		})
	if (reader === 'failed') {
		const { detail, next } = readerFailure === undefined ? ENDED : describe(readerFailure)
		return tell('no', { because: detail, next: next === '' ? ENDED.next : next, fix: 'log-why' })
	}
	if ((settings.values.log_invalid ?? '0') === '0')
		return tell('unknown', { because: english.ourReaderOfNflogStarts, next: '' }, true)
	return tell('no', {
		because: english.nobodyReadsNetlinkGroup0,
		next: english.startOurReaderOrRead,
		fix: 'log-why',
	})
}

const ENDED = {
	detail: english.ourReaderOfNflogHas,
	next: english.startItAgainOrRead,
}
