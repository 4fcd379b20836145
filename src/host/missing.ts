import { parseNfLog } from '../kernel/nflog/nf-log.ts'
import type { HostFacts, MissingThing } from '../model/host-facts.ts'
import * as english from '../words/english/host/host.ts'
import { describe, type Failure } from '../words/failure.ts'
import { findControl } from './dyndbg/dyndbg.ts'
import { openKmsg } from './log/kmsg-source.ts'
import { notWritable, readText, exists as there } from './tools/proc-fs.ts'

const LOG_INVALID = '/proc/sys/net/netfilter/nf_conntrack_log_invalid'

/** What cannot be seen or done here, why, and how to get it. Looks at files only; the most needed comes first. */
export function missingThings(
	facts: Omit<HostFacts, 'missing'>,
	/** Why conntrack(8) may not be asked. */
	conntrackRefusal: Failure | undefined,
): readonly MissingThing[] {
	const missing: MissingThing[] = []
	const root = facts.user.uid === 0
	if (!facts.capNetAdmin) {
		missing.push({
			what: english.theTableAndEveryChange,
			why: english.thisNeedsCapNetAdmin,
			next: root ? english.runItOnTheHost : english.runItWithSudo,
		})
	}
	const refused = facts.capNetAdmin ? notWritable(LOG_INVALID) : undefined
	if (refused !== undefined && there(LOG_INVALID)) {
		missing.push({
			what: english.everyChange,
			why: english.cannotBeWritten(LOG_INVALID, refused),
			next: english.inAContainerRunCtscope,
		})
	}
	if (!there(LOG_INVALID)) {
		missing.push({
			what: english.connectionTracking,
			why: english.doesNotExistNfConntrack(LOG_INVALID),
			next: english.modprobeNfConntrack,
		})
	} else if (!there('/proc/net/stat/nf_conntrack')) {
		missing.push({
			what: english.theCountersInProc,
			why: english.thisKernelWasBuiltWithout,
			next: facts.tools.conntrack === null ? english.installConntrackAptInstallConntrack : '',
		})
	}
	if (facts.tools.conntrack === null) {
		missing.push({
			what: english.theEntriesOfTheTable,
			why: english.theProgramConntrackWasNot,
			next: english.aptInstallConntrackDnfInstall,
		})
	} else if (conntrackRefusal !== undefined) {
		const { detail, next } = describe(conntrackRefusal)
		missing.push({ what: english.theEntriesOfTheTable, why: detail, next })
	}
	const log = openKmsg()
	if (log.ok) log.value.close()
	else {
		const { detail, next } = describe(log.failure)
		missing.push({ what: english.theKernelLog, why: detail, next })
	}
	const loggers = readText('/proc/net/netfilter/nf_log')
	if (loggers.ok && !parseNfLog(loggers.value).some((row) => row.available.includes('nf_log_ipv4'))) {
		missing.push({
			what: english.aLoggerForTheKernel,
			why: english.noModuleThatWritesPackets,
			next: english.modprobeNfLogSyslogUp,
		})
	}
	const control = findControl()
	if (control.path === null)
		missing.push({ what: english.thePrintkCallSites, why: control.why, next: control.next })
	return missing
}
