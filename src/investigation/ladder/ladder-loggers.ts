import { boundLogger, foreignListener, listenerInWords, NFLOG_LOGGER } from '../../changes/log-source.ts'
import { describe } from '../../words/failure.ts'
import type { Rung, RungAnswer, Seen } from './rung.ts'

type Told = Pick<Rung, 'because' | 'next'> & Pick<Rung, 'fix'>

/** Is a logger bound that hands the lines of one family on to where we read? */
export function loggerRung(seen: Seen, family: 2 | 10): Rung {
	const name = family === 2 ? 'IPv4' : 'IPv6'
	const tell = (answer: RungAnswer, told: Told): Rung => ({
		id: family === 2 ? 'logger-ipv4' : 'logger-ipv6',
		question: `Is a logger bound for ${name}?`,
		ok: answer !== 'no',
		answer,
		...told,
	})
	const { values, loggers } = seen.settings
	const row = loggers.find((one) => one.family === family)
	if (row === undefined && values[`nf_log.${family}`] === undefined)
		return tell('unknown', { because: `nf_log/${family} cannot be read here`, next: '' })
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
		return ['yes', { because: `nf_log/${family} is ${bound}: ${name} lines go to netlink group 0`, next: '' }]
	const canBind = settings.loggers.some(
		(one) => one.family === family && one.available.includes(NFLOG_LOGGER),
	)
	const where =
		bound === undefined ? `NONE: ${name} lines are thrown away` : `${bound}: ${name} lines go there`
	const because = `nf_log/${family} is ${where}, not to netlink group 0`
	if (!canBind)
		return [
			'no',
			{ because: `${because}, and ${NFLOG_LOGGER} is not loaded`, next: `modprobe ${NFLOG_LOGGER}` },
		]
	return ['no', { because, next: `bind ${NFLOG_LOGGER}`, fix: 'log-why' }]
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
	if (bound === syslog)
		return ['yes', { because: `nf_log/${family} is ${bound}: lines go to the kernel log`, next: '' }]
	const canBind = loggers.some((one) => one.family === family && one.available.includes(syslog))
	if (bound === NFLOG_LOGGER) {
		const listener = foreignListener(listeners, seen)
		const reader =
			listeners === null
				? ''
				: listener === undefined
					? ', which nobody reads: they are lost'
					: `, which ${listenerInWords(listener)} reads`
		return [
			'no',
			{
				because: `nf_log/${family} is ${bound}: ${name} lines go to netlink group 0${reader}, not to the kernel log`,
				...(canBind
					? { next: `bind ${syslog} for a while, or read NFLOG (--source nflog)`, fix: 'log-why' as const }
					: { next: `read NFLOG (--source nflog), or ${MODPROBE}` }),
			},
		]
	}
	if (bound !== undefined)
		return [
			'unknown',
			{ because: `nf_log/${family} is ${bound}, which is not a logger known here`, next: '' },
		]
	if (canBind)
		return [
			'no',
			{
				because: `nf_log/${family} is NONE: ${name} lines are thrown away, though ${syslog} could be bound`,
				next: `bind ${syslog}`,
				fix: 'log-why',
			},
		]
	return [
		'no',
		{
			because: `nf_log/${family} is NONE and ${syslog} is not loaded: ${name} lines are thrown away`,
			next: `${MODPROBE}${whoLoads(seen)}`,
		},
	]
}

const MODPROBE = 'modprobe nf_log_syslog (before Linux 5.13: modprobe nf_log_ipv4)'

/** Since Linux 6.17 a write of log_invalid loads the module, but only while no logger of any family is registered. */
function whoLoads({ settings }: Seen): string {
	const registered = settings.loggers.flatMap(({ available }) => available)
	if (registered.length === 0) return '; since Linux 6.17 switching log_invalid on loads it'
	return `; the kernel does not load it by itself while ${registered[0]} is registered`
}

/** nf_log_syslog looks at the namespace; nfnetlink_log delivers inside it and does not ask. */
export function allNetnsRung({ netns, settings, source }: Seen): Rung {
	const tell = (answer: RungAnswer, told: Told): Rung => ({
		id: 'all-netns',
		question: 'Do lines of this network namespace get through?',
		ok: answer !== 'no',
		answer,
		...told,
	})
	if (netns.initial) return tell('yes', { because: 'this is the initial network namespace', next: '' })
	if (source === 'nflog')
		return tell('yes', {
			because: 'NFLOG delivers inside the network namespace: nf_log_all_netns is not needed',
			next: '',
		})
	const value = settings.values.nf_log_all_netns
	if (value === undefined)
		return tell('unknown', {
			because:
				'this is not the initial network namespace, and nf_log_all_netns of the initial one cannot be read',
			next: 'look there: sysctl net.netfilter.nf_log_all_netns must be 1',
		})
	if (value !== '0')
		return tell('yes', { because: 'nf_log_all_netns is 1 in the initial network namespace', next: '' })
	return tell('no', {
		because:
			'nf_log_all_netns is 0: the kernel throws away lines of every network namespace but the initial one',
		next: 'write 1 to nf_log_all_netns in the initial network namespace, or read NFLOG, which needs no such switch (--source nflog)',
		fix: 'log-why',
	})
}

/** Who holds netlink group 0: it has room for one. Where nobody does, its messages are lost without a trace. */
export function readerRung(seen: Seen): Rung {
	const { settings, reader = 'off', readerFailure, readerStalled = 0 } = seen
	const tell = (answer: RungAnswer, told: Told, ordinary?: true): Rung => ({
		id: 'reader',
		question: 'Do we read netlink group 0?',
		ok: answer !== 'no',
		answer,
		...told,
		...(ordinary === undefined ? {} : { ordinary }),
	})
	if (reader === 'running' && readerStalled > 0)
		return tell('no', {
			because: `our reader of NFLOG stands still with up to ${readerStalled} packets unread: somebody has stopped or frozen tcpdump`,
			next: 'let it go on (kill -CONT, or thaw its cgroup); what it had no room for is lost',
		})
	if (reader === 'running') return tell('yes', { because: 'our reader of NFLOG is running', next: '' })
	const listener = foreignListener(settings.listeners, seen)
	if (listener !== undefined)
		return tell('no', {
			because: `${listenerInWords(listener)} reads netlink group 0, and a second reader is refused`,
			next: 'end that reader, or read the kernel log (--source kmsg)',
		})
	if (reader === 'failed') {
		const { detail, next } = readerFailure === undefined ? ENDED : describe(readerFailure)
		return tell('no', { because: detail, next: next === '' ? ENDED.next : next, fix: 'log-why' })
	}
	if ((settings.values.log_invalid ?? '0') === '0')
		return tell('unknown', { because: 'our reader of NFLOG starts together with the log', next: '' }, true)
	return tell('no', {
		because: 'nobody reads netlink group 0: lines sent there are lost',
		next: 'start our reader, or read the kernel log (--source kmsg)',
		fix: 'log-why',
	})
}

const ENDED = {
	detail: 'our reader of NFLOG has ended',
	next: 'start it again, or read the kernel log (--source kmsg)',
}
