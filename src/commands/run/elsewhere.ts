import { namedRows, toNamed } from '../../app/log/named.ts'
import type { State } from '../../app/state/state.ts'
import { obituariesOf } from '../../investigation/join/obituary.ts'
import { netnsName } from '../../investigation/netns-words.ts'
import type { HostFacts } from '../../model/host-facts.ts'
import type { Observer } from '../../ports/observer.ts'
import * as english from '../../words/english/commands/run.ts'
import { fail, ok, type Result } from '../../words/failure.ts'
import { reasonsOf } from './figures.ts'
import type { Elsewhere } from './types.ts'

/** What probes have told of network namespaces other than the one that is looked at, most packets first. */
export async function toldElsewhere(
	{ probes }: Pick<State, 'probes'>,
	observer: Pick<Observer, 'namespaces'>,
	known?: ReadonlySet<number>,
): Promise<readonly Elsewhere[]> {
	if (probes.elsewhere.size === 0) return []
	const reading = await observer.namespaces('counters')
	const rows = reading.ok ? reading.value.rows : []
	const names = new Map(rows.map((row) => [row.inode, netnsName(row)]))
	const all = [...probes.elsewhere.values()].map((one) => ({
		netns: { inode: one.netns, name: names.get(one.netns) ?? `net:[${one.netns}]` },
		...(known === undefined ? {} : { isNew: !known.has(one.netns) }),
		reasons: reasonsOf(one),
		// The settings of another namespace are not read.
		named: namedRows(one.shapes, one, {}).map(toNamed),
		obituaries: obituariesOf(one.told.obituaries),
		silent: one.silent,
	}))
	return all.toSorted((one, other) => packetsOf(other) - packetsOf(one))
}

/**
 * The network namespaces that there are before COMMAND runs, by their inodes: those of the others were made meanwhile, by
 * COMMAND or by somebody else. Fails where no source can tell of a namespace that is not there yet.
 */
export async function startFollowingNetns(
	{ probes }: Pick<HostFacts, 'probes'>,
	observer: Pick<Observer, 'namespaces'>,
): Promise<Result<ReadonlySet<number>>> {
	const why = probes === undefined ? english.nothingIsKnownOfProbes : probes.says.join('; ')
	if (probes === undefined || !probes.canBe || !probes.tellsPackets)
		return fail({
			kind: 'unsupported',
			what: '--netns-of-command',
			why: english.netnsOfCommandCannotBeFollowed(why),
		})
	const reading = await observer.namespaces('counters')
	return reading.ok ? ok(new Set(reading.value.rows.map(({ inode }) => inode))) : reading
}

const packetsOf = ({ reasons, silent }: Elsewhere): number =>
	reasons.reduce((sum, { count }) => sum + count, silent)
