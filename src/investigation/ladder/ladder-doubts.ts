import type { PrintkSite } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { Settings } from '../../model/settings.ts'
import { proposals } from '../../reasons/printk/printk-proposals.ts'
import { SILENT_PATHS } from '../../reasons/silent-paths.ts'
import * as english from '../../words/english/investigation/ladder.ts'
import { trackingOf } from '../table/tracking.ts'
import type { Rung, Seen } from './rung.ts'

/** Whether conntrack works on packets in this namespace. */
export function activeRung({ settings, totals, tracking }: Seen): Rung {
	const { answer, because, next } =
		tracking ??
		trackingOf({ count: settings.count, isThere: totals !== undefined, rule: undefined, watched: undefined })
	return {
		id: 'tracking',
		question: english.doesConntrackTrackHere,
		ok: answer !== 'no',
		answer,
		because,
		next,
	}
}

/** Settings and offloading that make single reasons silent; only those that do so here. */
export function hiddenRungs({ settings, offloaded, sites = [] }: Seen): readonly Rung[] {
	const { values } = settings
	const rungs: Rung[] = []
	if (values.tcp_be_liberal !== undefined && values.tcp_be_liberal !== '0') {
		rungs.push({
			id: 'window-reasons',
			question: english.areTcpWindowsChecked,
			ok: true,
			answer: 'partly',
			because: english.nfConntrackTcpBeLiberal,
			next: english.toSeeThemSetNf,
			fix: 'tcp_be_liberal',
		})
	}
	if (values.tcp_no_window_check !== undefined && values.tcp_no_window_check !== '0') {
		rungs.push({
			id: 'window-reasons',
			question: english.areTcpWindowsChecked,
			ok: true,
			answer: 'partly',
			because: english.nfConntrackTcpNoWindow,
			next: english.toSeeThemSetNfConntrack,
			fix: 'tcp_no_window_check',
		})
	}
	if (values.tcp_loose === '0') {
		rungs.push({
			id: 'mid-stream',
			question: english.doesTheKernelMentionConnections,
			ok: true,
			answer: 'partly',
			because: english.nfConntrackTcpLooseIs,
			next: english.compareTheCounterWithThe,
			fix: 'tcp_loose',
		})
	} else if (values.tcp_loose !== undefined && rungs.length === 0) {
		rungs.push({
			id: 'picked-up',
			question: english.areWindowsCheckedOfConnections,
			ok: true,
			answer: 'partly',
			because: english.nfConntrackTcpLooseIsOn,
			next: '',
			ordinary: true,
		})
	}
	if (values.checksum === '0') {
		rungs.push({
			id: 'checksum',
			question: english.areChecksumsVerified,
			ok: true,
			answer: 'partly',
			because: english.nfConntrackChecksumIs0,
			next: english.toSeeThemSetNfConntrackChecksum,
			fix: 'checksum',
		})
	}
	if (offloaded !== undefined && offloaded > 0) {
		rungs.push({
			id: 'offload',
			question: english.doAllPacketsPassConntrack,
			ok: true,
			answer: 'partly',
			because: english.entriesAreOffloadedTheirPackets(offloaded),
			next: english.lookForSeqAndAck,
		})
	}
	rungs.push({ ...SILENT_RUNG, next: silentNext(sites) })
	return rungs
}

/** Facts of every kernel: see the silent paths that Watch names for the counters at hand. */
const SILENT_RUNG: Rung = {
	id: 'silent-paths',
	question: english.isEveryInvalidPacketMentioned,
	ok: true,
	answer: 'partly',
	because: english.someChecksPrintNothingIcmp,
	next: '',
	ordinary: true,
}

/** Call sites that are named; the screen has them all. */
const NAMED = 2

/** Call sites of this kernel whose line means just such a packet. */
function silentNext(sites: readonly PrintkSite[]): string {
	const any = SILENT_PATHS.map(({ id }) => ({ id, standing: 'possible' as const }))
	const names = proposals(sites, any)
		.filter(({ exact }) => exact)
		.map(({ site }) => `"${site.format.trim()}" of ${site.func}`)
	const unique = [...new Set(names)]
	if (unique.length === 0) return ''
	const more = unique.length > NAMED ? english.andMore(unique.length - NAMED) : ''
	return english.forSomeOfThemA(unique.slice(0, NAMED).join(', '), more)
}

export function lostRung({ source, lost, lostInSocket = 0 }: Seen): Rung | undefined {
	if (source === 'probe')
		return lost === 0
			? undefined
			: {
					id: 'lost',
					question: english.didEveryEventReachUs,
					ok: true,
					answer: 'partly',
					because: english.eventsWereOverwritten(lost),
					next: english.blockSomeOfThem,
				}
	const nflog = source === 'nflog'
	const count = nflog ? lostInSocket : lost
	if (count === 0) return undefined
	return {
		id: 'lost',
		question: nflog ? english.didEveryMessageReachUs : english.didEveryRecordReachUs,
		ok: true,
		answer: 'partly',
		because: nflog ? english.messagesDidNotFitInto(count) : english.theKernelOverwroteRecordsBefore(count),
		next: nflog ? english.logOneProtocolOnly : english.logOneProtocolOnlyRead,
		fix: 'log_invalid',
	}
}

/** log_invalid lines are notices (level 5): a console level above 5 prints every one of them on the console. */
export function consoleRung({ values }: Settings): Rung | undefined {
	const level = Number.parseInt(values.printk ?? '', 10)
	if (Number.isNaN(level)) return undefined
	if (level <= 5)
		return {
			id: 'console',
			question: english.areTheLinesInThe,
			ok: true,
			answer: 'yes',
			because: english.theConsoleLevelIsAnd(level),
			next: '',
		}
	return {
		id: 'console',
		question: english.areTheLinesPrintedOn,
		ok: true,
		answer: 'yes',
		because: english.theConsoleLevelIsEvery(level),
		next: english.setTheConsoleLevelTo,
		fix: 'printk',
	}
}

/**
 * From Linux 4.16 to 5.0 the test before the log call was wrong and no line was ever printed; vendors repaired it in
 * kernels of the same number, so the number is a hint and not an answer.
 */
export function oldKernelRung({ kernel, settings, totals, packetLines }: Seen): Rung | undefined {
	const [, major = 0, minor = 0] = (/^(\d+)\.(\d+)/.exec(kernel) ?? []).map(Number)
	const suspect = (major === 4 && minor >= 16) || (major === 5 && minor === 0)
	const asked = settings.values.log_invalid !== undefined && settings.values.log_invalid !== '0'
	if (!suspect || packetLines > 0 || !asked || (totals?.invalid ?? 0) === 0) return undefined
	return {
		id: 'old-kernel',
		question: english.canThisKernelLogInvalid,
		ok: true,
		answer: 'unknown',
		because: english.kernelsFrom416To(kernel),
		next: english.ifLinesStayAwayWhile,
	}
}
