/** The three network namespaces of a practice: `here` is the host that is looked at, the others are its neighbours. */
export const PLACES = ['left', 'here', 'right'] as const
export type Place = (typeof PLACES)[number]

export const SCENARIO_IDS = ['scan', 'asymmetric', 'forgotten', 'checksum', 'timeout', 'nat'] as const
export type ScenarioId = (typeof SCENARIO_IDS)[number]

/** What the programs of a place do with each other, again and again until the practice ends. */
export type Play =
	/** Opens connections to ports in turn and gives each up after a moment. */
	| {
			readonly does: 'knock'
			readonly address: string
			readonly ports: readonly [first: number, last: number]
	  }
	/** Takes connections and whatever comes on them; with `closesAfterMs` it ends each one itself. */
	| {
			readonly does: 'serve'
			readonly port: number
			readonly closesAfterMs?: number
			readonly forgets?: true
	  }
	/** Sends so much over a new connection each time, and waits `holdsMs` for it to arrive. */
	| { readonly does: 'upload'; readonly address: string; readonly port: number; readonly bytes: number }
	/** Connects, and says a word every `everyMs`. */
	| { readonly does: 'chat'; readonly address: string; readonly port: number; readonly everyMs: number }
	/** Datagrams that are too long for one frame. */
	| { readonly does: 'datagrams'; readonly address: string; readonly port: number }
	| { readonly does: 'receive'; readonly port: number }
	/** Deletes the entries of connections to this port, as an impatient script does. */
	| { readonly does: 'forget'; readonly port: number; readonly everyMs: number }

export type Scenario = {
	readonly id: ScenarioId
	/** What it is about, for who knows the answer: one short phrase. */
	readonly title: string
	/** What the admin is told at first: the symptom, not its cause. */
	readonly story: string
	/** Ids of the causes (investigation/causes) that are right: the first says most. */
	readonly causes: readonly string[]
	/** Shell lines of each place, run in it as root once the links are there. */
	readonly setUp: Readonly<Partial<Record<Place, readonly string[]>>>
	readonly plays: Readonly<Partial<Record<Place, readonly Play[]>>>
}

/** The subcommand of the processes that hold the namespaces of a practice. */
export const PLACE_COMMAND = 'practice-place'
