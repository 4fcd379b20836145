import { until } from '../harness/until.ts'
import type { Case } from './case.ts'
import { invalidOf, type Played, playCase } from './play.ts'

export type ReasonRow = {
	readonly reason: string
	/** `[FA]`, `[A] data`, `udp`. */
	readonly shape: string
	readonly count: number
	/** Distinct flows, the most frequent one and its count. */
	readonly flows: number
	readonly flow: string
	readonly most: number
}

/**
 * Plays a case with the kernel alone: its reasons, read from NFLOG by a reader of ours, and its counters. Faults tell where it
 * is not what the case says.
 */
export async function proveCase(one: Case): Promise<Played<readonly ReasonRow[]>> {
	const played = await playCase(one, async (_, seconds, stage) => {
		await stage
			.place('here')
			.start({ name: 'reasons', place: 'here', program: 'reasons', options: { seconds } })
		const said = () => stage.said('reasons')
		await until(() => said().some(({ read, failed }) => (read ?? failed) !== undefined), 'reasons')
		const failed = said().find((what) => what.failed !== undefined)
		if (failed !== undefined) throw new Error(`reasons: ${failed.failed}`)
		return said().filter((what) => what.reason !== undefined) as ReasonRow[]
	})
	const rows = played.answer ?? []
	const told = rows.reduce((sum, { count, reason }) => sum + (isInvalid(reason) ? count : 0), 0)
	const counted = invalidOf(played.moved)
	const missing = (one.proof.reasons ?? []).filter(
		(wanted) => !rows.some(({ reason }) => wanted.test(reason)),
	)
	const faults = [
		...played.faults,
		...missing.map((wanted) => `no reason like ${wanted}`),
		// Packets between the two readings of the counters and those of the log.
		...(one.proof.silent === true && counted - told < 3
			? [`no silent packets: ${counted} counted, ${told} told`]
			: []),
	]
	return { ...played, faults }
}

/** Lines about packets that keep their entry (nf_conntrack_proto_tcp.c), and second lines of one packet. */
const isInvalid = (reason: string) =>
	!/ignored|under lower bound|bytes more than expected|lower(?:ed)? timeout/.test(reason)
