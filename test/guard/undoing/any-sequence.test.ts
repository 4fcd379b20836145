import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeJournal } from '../../../src/changes/journal.ts'
import { flagsBetween, withFlagsOf } from '../../../src/changes/kinds/call-site-flags.ts'
import { BEHAVE_MS, DEFAULT_TTL_MS } from '../../../src/changes/lease.ts'
import type { HeldChange, Plan } from '../../../src/model/change.ts'
import { type FakeGuard, fakeGuard, fakeRevert, type Host } from '../../harness/fake/guard.ts'
import { Crash, fakeClock, fakeDisk, fakeKernel } from '../../harness/fake/host.ts'

/** log-more, log-more, treats-differently: numbers, so that every writer can have values of its own. And a call site. */
const SITE = 'printk:net/netfilter/nf_conntrack_proto_tcp.c:tcp_new#1:0f3c2a91'
const KNOBS = ['log_invalid', 'nf_log.2', 'udp_timeout', SITE] as const
const ORIGINAL = '50'
const ORIGINALS: ReadonlyMap<string, string> = new Map(KNOBS.map((id) => [id, id === SITE ? 'mt' : ORIGINAL]))
const ours = fc.oneof(fc.integer({ min: 1, max: 9 }).map(String), fc.constant(ORIGINAL))
const theirs = fc.constantFrom('100', '101', ORIGINAL)
const knob = fc.constantFrom(...KNOBS)

/** Of the call site two flags are for us and two for others, who also switch all off. */
const OUR_FLAGS = 'pl'
const flagsOfOurs = (to: string, now: string) =>
	withFlagsOf(now, ['_', 'p', 'pl', 'l'][Number(to) % 4] ?? '_', OUR_FLAGS)
const flagsOfTheirs = (value: string, now: string) =>
	value === ORIGINAL ? '_' : withFlagsOf(now, value === '100' ? 'm' : 'mf', 'mf')
/** What is left of `now` without what is ours. */
const withoutOurs = (now: string) => withFlagsOf(now, '_', OUR_FLAGS)

type Step =
	| { readonly do: 'apply'; readonly knobs: readonly string[]; readonly to: string }
	| { readonly do: 'external'; readonly knob: string; readonly value: string }
	/** Someone writes in the middle of what we do: before our n-th read. */
	| { readonly do: 'intrude'; readonly after: number; readonly knob: string; readonly value: string }
	/** The process dies at its n-th operation. */
	| { readonly do: 'die'; readonly after: number }
	| { readonly do: 'refuse'; readonly knob: string; readonly times: number }
	/** The disk has room for so many records. */
	| { readonly do: 'full'; readonly room: number }
	| { readonly do: 'undo'; readonly seq: number | 'all' }
	| { readonly do: 'pass'; readonly ms: number }
	| { readonly do: 'extend' | 'confirm' | 'owner-gone' | 'revert' | 'kill' }

const apply = fc.record({
	do: fc.constant('apply' as const),
	knobs: fc.uniqueArray(knob, { minLength: 1 }),
	to: ours,
})
const trouble: fc.Arbitrary<Step> = fc.oneof(
	fc.record({ do: fc.constant('intrude' as const), after: fc.nat(9), knob, value: theirs }),
	fc.record({ do: fc.constant('die' as const), after: fc.nat(12) }),
	fc.record({ do: fc.constant('refuse' as const), knob, times: fc.integer({ min: 1, max: 3 }) }),
	fc.record({ do: fc.constant('full' as const), room: fc.nat(6) }),
)
const undo = fc.record({
	do: fc.constant('undo' as const),
	seq: fc.oneof(fc.constant('all' as const), fc.integer({ min: 1, max: 4 })),
})
const other: fc.Arbitrary<Step> = fc.oneof(
	undo,
	fc.record({ do: fc.constant('external' as const), knob, value: theirs }),
	fc.record({
		do: fc.constant('pass' as const),
		ms: fc.constantFrom(50, 1_000, 7_000, 59_000, 61_000, 300_000, 600_000),
	}),
	fc.record({
		do: fc.constantFrom(
			'extend' as const,
			'confirm' as const,
			'owner-gone' as const,
			'revert' as const,
			'kill' as const,
		),
	}),
)
/** Mostly changes, half of them with trouble, and in between what else happens. */
const step: fc.Arbitrary<readonly Step[]> = fc.oneof(
	{ weight: 2, arbitrary: apply.map((one) => [one]) },
	{ weight: 2, arbitrary: fc.tuple(trouble, apply) },
	{ weight: 1, arbitrary: fc.tuple(trouble, undo) },
	{ weight: 3, arbitrary: other.map((one) => [one]) },
)

/** Plays the steps on a host of its own and checks the promises at every write and at the end. */
function play(steps: readonly Step[]): void {
	const host: Host = {
		kernel: fakeKernel(Object.fromEntries(ORIGINALS)),
		disk: fakeDisk(),
		clock: fakeClock(),
	}
	const { kernel, disk, clock } = host
	/** What the knobs would read if we had never been there. */
	const truth = new Map<string, string>(ORIGINALS)
	/** The last value of ours, by knob: the only one that an undo may overwrite. */
	const last = new Map<string, string>()
	/** Every value that we wrote or meant to write, with its knob. */
	const mine = new Set<string>()
	let guard: FakeGuard | undefined
	let id = ''
	let made = 0
	let plan: Plan | undefined
	let dieAfter = Number.POSITIVE_INFINITY
	/** Someone has switched all flags of the call site off since the last step began. */
	let isSwitchedOff = false
	let intrusion: { after: number; readonly knob: string; readonly value: string } | undefined

	let deadline = 0
	/** The latest moment of a change by the rules of the house, reckoned apart from the product. */
	const endOf = (change: HeldChange) => {
		if (change.class === 'logs-more') return deadline
		const at = change.appliedAt - clock.wall() + clock.monotonic()
		return Math.min(deadline, at + (change.confirmBy === null ? 120_000 : 60_000))
	}

	const external = (name: string, value: string) => {
		if (name === SITE) {
			const now = flagsOfTheirs(value, kernel.values.get(SITE) ?? '')
			isSwitchedOff ||= now === '_'
			kernel.values.set(SITE, now)
			truth.set(SITE, withoutOurs(now))
			return
		}
		// A value that we have written too, or were about to, cannot be told from ours: that is not promised.
		if (mine.has(`${name} ${value}`)) return
		kernel.values.set(name, value)
		truth.set(name, value)
	}
	kernel.before = (operation) => {
		if (intrusion !== undefined && operation === 'read') {
			if (intrusion.after === 0) {
				const { knob: name, value } = intrusion
				intrusion = undefined
				external(name, value)
			} else intrusion.after -= 1
		}
		if (dieAfter === 0) throw new Crash()
		dieAfter -= 1
	}
	const write = kernel.write
	const watched: Pick<typeof kernel, 'write'> = {
		write(one, value, more) {
			const before = kernel.values.get(one.id) ?? ''
			const shown = plan?.changes.find((change) => change.knob === one.id)
			const isApply = shown !== undefined && shown.to === value && shown.from === before
			// P7: nothing of someone else is overwritten, except what the admin was shown.
			if (one.id === SITE) expect(flagsBetween(value, more.now)).toMatch(/^[pl]+$/)
			else if (!isApply) expect(before, `undo of ${one.id}`).toBe(last.get(one.id))
			// P2: the write is on record before it happens.
			const intents = decodeJournal(disk.journals.get(id) ?? '').records.flatMap(({ entry }) =>
				entry.type === 'intent' && entry.knob === one.id ? [entry] : [],
			)
			const isMeant =
				one.id === SITE || intents.some(({ set, was, from }) => [set, was, from].includes(value))
			expect(intents.length > 0 && isMeant).toBe(true)
			const done = write(one, value, more)
			if (done.ok) last.set(one.id, value)
			mine.add(`${one.id} ${value}`)
			return done
		},
	}
	Object.assign(kernel, watched)

	/** Runs something of ours that may die on the way. */
	const alive = (run: () => void) => {
		try {
			run()
		} catch (error) {
			if (!(error instanceof Crash)) throw error
			guard = undefined
			clock.clear()
		}
		dieAfter = Number.POSITIVE_INFINITY
		intrusion = undefined
		if (guard?.exitCode !== undefined) guard = undefined
	}
	const revert = () =>
		alive(() => {
			plan = undefined
			if (guard !== undefined) guard.lifetime.undo('all', 'ctscope revert', () => {})
			else if (id !== '') fakeRevert(host, id)
		})

	for (const one of steps) {
		switch (one.do) {
			case 'external':
				external(one.knob, one.value)
				break
			case 'intrude':
				intrusion = { ...one }
				break
			case 'die':
				dieAfter = one.after
				break
			case 'refuse':
				kernel.refuse.set(
					one.knob,
					Array.from({ length: one.times }, () => 'EINVAL'),
				)
				break
			case 'full':
				disk.room = one.room
				break
			case 'apply':
				if (guard === undefined && !disk.journals.has(id)) {
					made += 1
					disk.room = Math.max(disk.room, 2)
					id = `L${made}`
					guard = fakeGuard(host, id)
					deadline = clock.monotonic() + 600_000
				}
				plan = {
					purpose: 'test',
					changes: one.knobs.map((name) => {
						const from = kernel.values.get(name) ?? ''
						return { knob: name, from, to: name === SITE ? flagsOfOurs(one.to, from) : one.to }
					}),
				}
				for (const name of one.knobs) mine.add(`${name} ${one.to}`)
				alive(() => {
					const before = new Map(kernel.values)
					isSwitchedOff = false
					const result = guard?.lifetime.apply(plan as Plan)
					if (result === undefined || result.ok) return
					// P8: nothing of the step is in force, except what the kernel refuses to take back.
					const failed = guard?.lifetime.view().changes.filter(({ state }) => state === 'failed') ?? []
					for (const name of one.knobs) {
						const now = kernel.values.get(name) ?? ''
						const isTheirs = now === truth.get(name)
						if (name === SITE) {
							// Flag by flag: someone who has switched all off meanwhile may have done so before we put one back.
							const differing = flagsBetween(now, before.get(name) ?? '').replaceAll(/[^pl]/g, '')
							const isTheirDoing = isSwitchedOff && ![...differing].some((flag) => now.includes(flag))
							// What cannot be recorded goes all the way back.
							const isOff = withoutOurs(now) === now
							const isFailed = failed.some((change) => change.knob === name)
							expect(differing === '' || isOff || isTheirDoing || isFailed).toBe(true)
						} else if (!isTheirs && !failed.some((change) => change.knob === name))
							expect(`${name} ${now}`).toBe(`${name} ${before.get(name)}`)
					}
				})
				break
			case 'undo':
				plan = undefined
				alive(() => guard?.lifetime.undo(one.seq, 'at your request', () => {}))
				break
			case 'pass':
				plan = undefined
				disk.room = Number.POSITIVE_INFINITY
				alive(() => {
					clock.pass(one.ms)
					// P6: nothing is in force beyond its time, except what the kernel refuses to take back.
					for (const change of guard?.lifetime.view().changes ?? [])
						if (change.endedAt === null && change.state !== 'failed')
							expect(endOf(change)).toBeGreaterThan(clock.monotonic())
				})
				break
			case 'extend':
				alive(() => {
					const answer = guard?.lifetime.extend()
					if (!answer?.ok) return
					expect(answer.value.deadline - clock.monotonic()).toBeLessThanOrEqual(3_600_000)
					deadline = answer.value.deadline
				})
				break
			case 'confirm':
				alive(() => guard?.lifetime.confirm(1))
				break
			case 'owner-gone':
				plan = undefined
				alive(() => guard?.lifetime.ownerGone())
				break
			case 'revert':
				revert()
				break
			case 'kill':
				guard = undefined
				clock.clear()
		}
	}

	// The end of every story: the disk has room, the kernel takes what it is given, time passes or someone reverts.
	disk.room = Number.POSITIVE_INFINITY
	kernel.refuse.clear()
	plan = undefined
	dieAfter = Number.POSITIVE_INFINITY
	intrusion = undefined
	if (guard !== undefined) clock.pass(2 * DEFAULT_TTL_MS * steps.length + BEHAVE_MS)
	if (disk.journals.has(id)) fakeRevert(host, id)
	for (const name of KNOBS) expect(`${name} ${kernel.values.get(name)}`).toBe(`${name} ${truth.get(name)}`)
	expect([...disk.claims]).toEqual([])
	expect([...disk.journals]).toEqual([])
}

test('P8 someone switches a call site off while a step is taken back: a flag of an earlier step comes again', () => {
	play([
		{ do: 'refuse', knob: 'log_invalid', times: 1 },
		{ do: 'apply', knobs: [SITE], to: '6' },
		{ do: 'intrude', after: 3, knob: SITE, value: ORIGINAL },
		{ do: 'apply', knobs: [SITE, 'log_invalid'], to: '1' },
	])
})

test('P1 to P8 any sequence of events ends with the original or foreign values', () => {
	fc.assert(
		fc.property(fc.array(step, { minLength: 2, maxLength: 12, size: 'max' }), (parts) => play(parts.flat())),
		{
			numRuns: Number(process.env.CTSCOPE_RUNS ?? 1500),
		},
	)
})
