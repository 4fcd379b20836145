import { hasCapability } from '../../host/netns/netns-enter.ts'
import { createPlace, type PracticePlace } from '../../host/practice/practice-place.ts'
import { startCommand } from '../../host/tools/command.ts'
import { createToolPath } from '../../host/tools/tool-path.ts'
import { PLACE_COMMAND, type Place, type Scenario, type ScenarioId } from '../../practice/scenario.ts'
import { linkLines, neighbourLines, scenarioById, scenarios } from '../../practice/scenarios.ts'
import * as english from '../../words/english/commands/practice.ts'
import type { Failure } from '../../words/failure.ts'
import { beside, columnsOf } from '../../words/paragraph.ts'
import { refused } from '../common/failure-exit.ts'
import { EXIT } from '../common/options.ts'
import { catchSignals } from '../common/signals.ts'

const CAP_SYS_ADMIN = 21

export type PracticeOptions = {
	/** Undefined: one that the admin does not know beforehand. */
	readonly scenario: ScenarioId | undefined
	/** What this program is to do there. */
	readonly args: readonly string[]
	/** Picks one of so many. */
	readonly pick: (of: number) => number
	readonly print: (text: string) => void
}

/**
 * Three network namespaces with traffic that is INVALID, and this program in the middle one. They have no names and
 * live as long as our processes in them, so nothing has to be cleaned up, whatever ends us.
 */
export async function runPractice({ scenario: wanted, args, pick, print }: PracticeOptions): Promise<number> {
	const missing = whyNot()
	if (missing !== undefined) return refused(missing)
	const scenario = scenarioById(wanted ?? scenarios[pick(scenarios.length)]?.id ?? 'scan') as Scenario
	const signals = catchSignals()
	const made: PracticePlace[] = []
	try {
		const place = async (name: Place): Promise<PracticePlace> => {
			const one = await createPlace([PLACE_COMMAND, scenario.id, name])
			made.push(one)
			return one
		}
		const [left, here, right] = await Promise.all([place('left'), place('here'), place('right')])
		const pids = { left: left.pid, right: right.pid }
		await here.run(linkLines(pids))
		await left.run(neighbourLines('left', pids))
		await right.run(neighbourLines('right', pids))
		for (const [one, name] of [
			[here, 'here'],
			[left, 'left'],
			[right, 'right'],
		] as const)
			await one.run(scenario.setUp[name] ?? [])
		for (const one of [here, right, left]) one.begin()
		print(beside('', english.practice(scenario.story), columnsOf(process.stdout)).join('\n'))
		const program = startCommand([
			// Killed, we could not end it: it must not be left with a terminal that is the shell's again.
			'setpriv',
			'--pdeathsig',
			'HUP',
			'--',
			process.execPath,
			...process.execArgv,
			process.argv[1] ?? '',
			'--practice',
			scenario.id,
			'--netns',
			String(here.pid),
			...(args[0] === '--' ? args.slice(1) : args),
		])
		void signals.first.then((signal) => program.kill(signal))
		const { exitCode } = await program.ended
		return exitCode ?? EXIT.usage
	} catch (error) {
		const failure: Failure = {
			kind: 'unsupported',
			what: 'a practice',
			why: error instanceof Error ? error.message.trim().replaceAll(/\s*\n\s*/g, '; ') : String(error),
		}
		return refused(failure)
	} finally {
		await Promise.all(made.map((one) => one.end()))
	}
}

/** What has to be here to make one. */
function whyNot(): Failure | undefined {
	if (!hasCapability(CAP_SYS_ADMIN))
		return { kind: 'not-permitted', what: english.makingNetworkNamespaces, need: english.rootCapSysAdmin }
	const tools = createToolPath()
	const needed = {
		ip: 'iproute2',
		nft: 'nftables',
		conntrack: 'conntrack',
		unshare: 'util-linux',
		nsenter: 'util-linux',
		setpriv: 'util-linux',
	}
	for (const [tool, debianPackage] of Object.entries(needed))
		if (tools.find(tool) === undefined) return { kind: 'missing-tool', tool, debianPackage }
	return undefined
}
