import type { Held, LivesReading } from '../../../src/kernel/lives/lives.ts'
import type { LivesAt } from '../../../src/ports/observer.ts'

/** An entry of UDP that is held for so many microseconds. */
export const held = (micros: number, sourcePort = 4053): Held => ({
	micros,
	flow: {
		family: 2,
		protocol: 17,
		source: '10.0.0.1',
		sourcePort,
		destination: '10.0.0.2',
		destinationPort: 53,
	},
})

const powers = (...counts: readonly number[]): readonly number[] =>
	Array.from({ length: 8 }, (_, power) => counts[power] ?? 0)

type Rest = Partial<Omit<LivesReading, 'unconfirmed' | 'dying'>> & {
	readonly unconfirmed?: Partial<LivesReading['unconfirmed']>
	readonly dying?: Partial<LivesReading['dying']>
	readonly at?: number
}

/** What probes see where two packets are held in an NFQUEUE, and one entry was deleted while a packet of it was. */
export function livesSeen({ unconfirmed = {}, dying = {}, ...rest }: Rest = {}): LivesAt {
	return {
		at: 0,
		micros: 10_000_000,
		unconfirmed: {
			isKnown: true,
			now: 2,
			held: 2,
			doubtful: 0,
			most: 3,
			oldest: [held(9_800_000), held(9_600_000, 4054)],
			confirmed: { count: 1_204, powers: powers(1_100, 100, 4), longest: 350 },
			dropped: { count: 3, powers: powers(2, 1), longest: 40 },
			...unconfirmed,
		},
		dying: {
			now: 1,
			held: 1,
			doubtful: 0,
			most: 1,
			oldest: [held(6_100_000, 4060)],
			freed: { count: 0, powers: powers(), longest: 0 },
			...dying,
		},
		elsewhere: { unconfirmed: 0, dying: 0 },
		before: { confirmed: 0, freed: 0 },
		lost: 0,
		unfollowed: 0,
		...rest,
	}
}

/** The same of a host where nothing is held. */
export const livesAtRest = (): LivesAt =>
	livesSeen({
		unconfirmed: { now: 0, held: 0, oldest: [] },
		dying: { now: 0, held: 0, oldest: [] },
	})
