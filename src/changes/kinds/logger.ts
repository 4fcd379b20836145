import { familyName } from '../../kernel/nflog/nf-log.ts'
import type { Knob, KnobId } from '../../model/knob.ts'
import * as english from '../../words/english/changes/kinds.ts'
import type { Kind } from './kind.ts'
import { bySysctl } from './sysctl.ts'
import { NETFILTER } from './sysctls.ts'

const PREFIX = 'nf_log.'

export const knobOfFamily = (family: number): KnobId => `${PREFIX}${family}`

export const isLoggerKnob = (id: KnobId): boolean => id.startsWith(PREFIX)

/** nf_log/N exists for every family number up to NFPROTO_NUMPROTO: 0 to 12 in older kernels, 0 to 10 in newer ones. */
export const LOGGERS: readonly Knob[] = Array.from({ length: 13 }, (_, family) => ({
	id: knobOfFamily(family),
	sysctl: `net.netfilter.nf_log.${family}`,
	path: `${NETFILTER}/nf_log/${family}`,
	class: 'logs-more',
	scope: 'netns',
	kind: { type: 'logger', family },
}))

/** Families that conntrack logs with. */
const FAMILIES: Readonly<Record<number, string>> = { 2: 'IPv4', 10: 'IPv6' }

function inWords(value: string): string {
	if (value === 'NONE') return english.nobodyLinesAreLost
	if (value === 'nfnetlink_log') return english.nflogGroup0
	return /^nf_log_/.test(value) ? english.theKernelLog : value
}

/** Who gets the log lines of a family. */
export const LOGGER: Kind<'logger'> = {
	...bySysctl,
	canonical: (text) => /^\s*([A-Za-z0-9_-]{1,63})\s*$/.exec(text)?.[1],
	problem: () => undefined,
	/**
	 * It compares loggers without case and only as far as the registered name goes (net/netfilter/nf_log.c,
	 * nf_log_proc_dostring): `NF_LOG_IPV4` reads back as `nf_log_ipv4`.
	 */
	isWrittenAs: (value, now) =>
		now !== 'NONE' && now !== '' && value.toLowerCase().startsWith(now.toLowerCase()),
	title: ({ kind }) => english.whoGetsTheLogLines(familyName(kind.family)),
	effect: ({ kind }) => [english.whoGetsTheLinesOf(familyName(kind.family)), english.nfLogWritesToThe],
	inWords,
	choices({ kind }, _, loggers) {
		const row = loggers.find((one) => one.family === kind.family)
		return [...(row?.available ?? []), 'NONE'].map((value) => ({
			value,
			label: value,
			note: inWords(value),
		}))
	},
	/** There is a file for every number, also for families that netfilter does not have. */
	isIdle: ({ kind }, value) => value === 'NONE' && familyName(kind.family).startsWith('family '),
	hides: ({ kind }, value, { readsNflog }) =>
		/^nf_log_/.test(value) || (readsNflog && value === 'nfnetlink_log') ? '' : (FAMILIES[kind.family] ?? ''),
	/** TRACE rules log to the logger that their family has, not to one of their own (nf_log.c, nf_log_trace). */
	marks: () => ['conntrack', 'traces'],
	/** The kernel says ENOENT for a logger that is not registered (net/netfilter/nf_log.c). */
	hint: (code, at, value) =>
		code === 'ENOENT' && at === 'write'
			? english.noSuchLoggerIsRegistered(value === 'nfnetlink_log' ? value : 'nf_log_syslog')
			: undefined,
	undoHint: (code) => (code === 'ENOENT' ? english.noLoggerOfThatName : undefined),
}
