import { isLeftover } from '../../app/changing/changes-in-force.ts'
import { createClock } from '../../host/clock.ts'
import { probesHere } from '../../host/trace/tracefs.ts'
import { ladderSays, type Rung } from '../../investigation/ladder/ladder.ts'
import type { GuardForm } from '../../model/change.ts'
import type { ProbesHere } from '../../model/host-facts.ts'
import { TOOLS, type Tool } from '../../model/host-facts.ts'
import * as english from '../../words/english/commands/status.ts'
import { fact, isPiped } from '../../words/fact.ts'
import { describe } from '../../words/failure.ts'
import { beside, columnsOf, unbroken } from '../../words/paragraph.ts'
import { lookAt } from '../common/look-at.ts'
import { type CommonOptions, EXIT } from '../common/options.ts'
import { print } from '../common/output.ts'
import { JSON_VERSION } from '../common/version.ts'
import { failuresOf, ladderOf, type Snapshot, sourceOf, takeSnapshot } from '../status/data.ts'
import { callSiteFacts, hostFacts, missingFacts, moduleFacts, sourceFacts } from '../status/facts.ts'
import { moduleTable, printkJson, printkLines } from '../status/printk.ts'
import { hostLines, sourceLines } from '../status/text.ts'

export type DoctorOptions = CommonOptions & { readonly json: boolean }

/** Tells what is missing here and how to get it, then the way of a reason line rung by rung. Always 0: nothing was asked of it. */
export async function runDoctor(options: DoctorOptions): Promise<number> {
	const snapshot = await takeSnapshot(lookAt(options), createClock())
	const probes = probesHere()
	const text = options.json
		? JSON.stringify(doctorJson(snapshot, probes), null, 2)
		: isPiped(process.stdout)
			? doctorFacts(snapshot, probes).join('\n')
			: doctorText(snapshot, probes, columnsOf(process.stdout))
	print(text)
	return EXIT.ok
}

export function doctorJson(snapshot: Snapshot, probes: ProbesHere) {
	const guard: GuardForm = snapshot.facts.systemd ? 'service' : 'child'
	const rungs = ladderOf(snapshot)
	return {
		v: JSON_VERSION,
		kernel: snapshot.facts.kernel,
		netns: snapshot.facts.netns,
		tools: snapshot.facts.tools,
		missing: snapshot.facts.missing,
		probes,
		guard,
		leftovers: snapshot.leases.filter(isLeftover).map(({ leaseId, problem, changes }) => ({
			lease: leaseId,
			problem,
			changes: changes.map(({ knob, was, set, byHand }) => ({ knob, was, set, byHand })),
		})),
		dyndbg: printkJson(snapshot),
		modules: snapshot.modules.ok ? snapshot.modules.value : null,
		failures: failuresOf(snapshot).map((failure) => ({ kind: failure.kind, ...describe(failure) })),
		reasonLines: { ...ladderSays(rungs), rungs },
		source: sourceOf(snapshot) ?? null,
		listeners: snapshot.settings.ok ? snapshot.settings.value.listeners : null,
	}
}

/** What each tool is for; the first one is needed. */
const PURPOSE: Readonly<Record<Tool, { readonly what: string; readonly debianPackage: string }>> = {
	conntrack: { what: english.listsTheTableCountsClash, debianPackage: 'conntrack' },
	nft: { what: english.rulesOfNftables, debianPackage: 'nftables' },
	iptables: { what: english.rulesOfIptables, debianPackage: 'iptables' },
	tcpdump: { what: english.readsReasonsAndPacketsFrom, debianPackage: 'tcpdump' },
	setpriv: { what: english.endsTheirReaderTogetherWith, debianPackage: 'util-linux' },
}

/** Capitals for what stands out; what is so on every host does not. */
const MARKS: Readonly<Record<Rung['answer'], string>> = {
	yes: 'yes    ',
	partly: 'PARTLY ',
	no: 'NO     ',
	unknown: 'unknown',
}

const markOf = ({ answer, ordinary }: Rung) =>
	ordinary === true ? MARKS[answer].toLowerCase() : MARKS[answer]

export function doctorText(snapshot: Snapshot, probes: ProbesHere, columns: number): string {
	const { facts } = snapshot
	const lines = [...hostLines(snapshot, columns), '', 'TOOLS']
	for (const tool of TOOLS) {
		const version = facts.tools[tool]
		const { what, debianPackage } = PURPOSE[tool]
		const has = version === null ? 'MISSING' : 'ok     '
		const how = version ?? english.aptInstall(what, debianPackage)
		lines.push(...beside(`  ${has}  ${tool.padEnd(10)} `, how, columns))
	}
	lines.push('', 'HERE')
	if (facts.missing.length === 0) lines.push(english.okEverythingThatIsLooked)
	for (const { what, why, next } of facts.missing) {
		lines.push(...beside('  MISSING  ', `${what}: ${why}`, columns))
		if (next !== '') lines.push(...beside('           > ', next, columns))
	}
	lines.push(...beside('  probes   ', probeWords(probes), columns))
	lines.push(...beside('  undo     ', guardWords(facts.systemd), columns))
	for (const lease of snapshot.leases.filter(isLeftover)) {
		const what = lease.changes.map(({ sysctl }) => sysctl).join(', ')
		lines.push(...beside(english.leftOnHead, english.leftOn(what, lease.problem), columns))
		lines.push(...beside('           > ', `ctscope revert --lease ${lease.leaseId}`, columns))
	}
	const source = sourceLines(snapshot, columns)
	if (source.length > 0) lines.push('', english.sourceOfTheReasons, ...source)
	const sites = printkLines(snapshot, columns)
	if (sites.length > 0) lines.push('', english.printkCallSitesDynamicDebug, ...sites)
	lines.push('', 'MODULES', ...moduleTable(snapshot, columns))
	const rungs = ladderOf(snapshot)
	lines.push('', english.willAReasonLineReach)
	for (const rung of rungs) {
		lines.push(...beside(`  ${markOf(rung)}  `, `${rung.question} ${rung.because}`, columns))
		if (rung.next !== '') lines.push(...beside('           > ', rung.next, columns))
	}
	lines.push('', ...beside('', ladderSays(rungs).sentence, columns))
	return lines.join('\n')
}

/** The same for a pipe: one fact a line. */
export function doctorFacts(snapshot: Snapshot, probes: ProbesHere): string[] {
	const { tools, systemd } = snapshot.facts
	const rungs = ladderOf(snapshot)
	return [
		...hostFacts(snapshot).filter((line) => !line.startsWith('tool ')),
		...TOOLS.map((tool) => {
			const version = tools[tool]
			const { what, debianPackage } = PURPOSE[tool]
			return fact(
				'tool',
				version === null
					? english.toolMissing(tool, english.aptInstall(what, debianPackage))
					: english.toolOk(tool, version),
			)
		}),
		...missingFacts(snapshot),
		fact('probes', probeWords(probes)),
		fact('undo', guardWords(systemd)),
		...snapshot.leases.filter(isLeftover).flatMap(({ leaseId, problem, changes }) => {
			const what = changes.map(({ sysctl }) => sysctl).join(', ')
			return [
				fact('left_on', english.leftOn(what, problem)),
				fact('by_hand', `ctscope revert --lease ${leaseId}`),
			]
		}),
		...sourceFacts(snapshot),
		...callSiteFacts(snapshot),
		...moduleFacts(snapshot, true),
		...rungs.map(({ answer, question, because, next }) =>
			fact('reason_line', english.question(answer, question, because, next)),
		),
		fact('reason_lines', ladderSays(rungs).sentence),
	]
}

function probeWords({ canBe, says }: ProbesHere): string {
	const why = says.join('; ')
	if (!canBe) return english.kernelProbesCannotBeSet(why)
	return why === '' ? english.kernelProbesCanBeSet : `${english.kernelProbesCanBeSet}; ${why}`
}

function guardWords(systemd: boolean): string {
	return systemd
		? english.changesAreGuardedByA
		: english.thereIsNoSystemdHere(unbroken('ctscope revert --all'))
}
