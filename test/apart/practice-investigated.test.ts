import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Place, SCENARIO_IDS, type ScenarioId } from '../../src/practice/scenario.ts'
import { scenarioById } from '../../src/practice/scenarios.ts'
import { skipWithoutLab } from '../harness/kernel/lab.ts'
import { readOf } from '../harness/process-of.ts'
import { openPractice } from '../harness/program/practice.ts'
import { ctscope } from '../harness/program/program.ts'
import { freshStateDir } from '../harness/program/session.ts'
import { msUntil, until } from '../harness/until.ts'

type Json = {
	readonly causes: readonly {
		readonly id: string
		readonly confidence: string
		readonly evidence: readonly string[]
		readonly remedies: readonly string[]
	}[]
	readonly changes: readonly { readonly state: string }[]
}

/** A process that holds a namespace calls itself after it. */
const titleOf = (pid: string): string => readOf(pid, 'cmdline').replaceAll('\0', ' ').trim()

/** The processes that hold the namespaces of this practice. */
function placesOf(parent: number): Readonly<Record<Place, string>> {
	const pids = readdirSync(`/proc/${parent}/task`)
		.flatMap((thread) => readOf(parent, `task/${thread}/children`).trim().split(' '))
		.filter((pid) => pid !== '')
	const holds = (place: Place): string => {
		const found = pids.find((pid) => {
			return titleOf(pid) === `practice-${place}`
		})
		if (found === undefined) throw new Error(`nobody holds ${place}`)
		return found
	}
	return { left: holds('left'), here: holds('here'), right: holds('right') }
}

const isPlace = (pid: string): boolean => {
	try {
		return titleOf(pid).startsWith('practice-')
	} catch {
		return false
	}
}

/** They end with the practice; one that was stopped, once it goes on. */
async function untilEnded(places: readonly string[]): Promise<void> {
	for (const pid of places.filter(isPlace)) process.kill(Number(pid), 'SIGCONT')
	await until(
		() => !places.some(isPlace),
		() => `the places to end: ${places.filter(isPlace).join(' ')}`,
	)
}

const inside = (pid: string, line: string): string =>
	execFileSync('nsenter', [`--net=/proc/${pid}/ns/net`, '--', 'sh', '-c', line], { encoding: 'utf8' })

const invalid =
	'conntrack -S | awk \'{ for (i = 1; i <= NF; i++) if (sub(/^invalid=/, "", $i)) sum += $i } END { print sum + 0 }\''
/** RSTs that this host has sent itself: behind `Tcp:` in the order of the names (net/ipv4/proc.c). */
const RESETS =
	'awk \'/^Tcp:/ { n++; for (i = 1; i <= NF; i++) { if (n == 1 && $i == "OutRsts") at = i } } n == 2 { print $at }\' /proc/net/snmp'
const sockets = (state: string, which = '1') => `ss -tnH state ${state} | awk '${which}' | wc -l`

type Mending = {
	/** What its words tell an admin to do. */
	readonly says: RegExp
	readonly does: (pids: Readonly<Record<Place, string>>) => void
	/** What users have, as a number that rises while they have it, or is not 0; and how long it must be over. */
	readonly trouble: {
		readonly at: Place
		readonly line: string
		readonly shows: 'rising' | 'above 0'
		readonly overMs: number
	}
}

/** Nothing is to be done against a scan: users have no trouble. */
const MENDINGS: Readonly<Partial<Record<ScenarioId, Mending>>> = {
	asymmetric: {
		says: /^Route both directions through this host/,
		does: ({ right }) => void inside(right, 'ip route replace 10.66.1.0/24 via 10.66.2.1'),
		// Each upload that stalls is one more that cannot say its end; those of before stay for minutes.
		trouble: { at: 'left', line: sockets('fin-wait-1'), shows: 'rising', overMs: 4_000 },
	},
	forgotten: {
		says: /^(?:Do not drop INVALID in OUTPUT: |Exempt what this host sends)/,
		does: ({ here }) => void inside(here, 'nft flush chain inet firewall output'),
		trouble: { at: 'here', line: sockets('fin-wait-1'), shows: 'above 0', overMs: 4_000 },
	},
	checksum: {
		says: /^Capture at the sender and here/,
		does: ({ left }) => void inside(left, 'nft delete table ip broken'),
		trouble: { at: 'here', line: invalid, shows: 'rising', overMs: 4_000 },
	},
	timeout: {
		says: /^(?:Raise the timeout|.*nf_conntrack_tcp_timeout_established)/,
		does: ({ here }) =>
			void inside(here, 'echo 432000 > /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established'),
		// A word that is not acknowledged stays in the queue.
		trouble: { at: 'left', line: sockets('established', '$2 > 0'), shows: 'above 0', overMs: 6_000 },
	},
	nat: {
		says: /^Stop .* from deleting entries of live connections/,
		does: ({ here }) => void process.kill(Number(here), 'SIGSTOP'),
		trouble: { at: 'here', line: RESETS, shows: 'rising', overMs: 5_000 },
	},
}

async function mend(id: ScenarioId, pids: Readonly<Record<Place, string>>, remedies: readonly string[]) {
	const mending = MENDINGS[id]
	if (mending === undefined) {
		expect(remedies.join('\n')).toMatch(/[Nn]othing is broken/)
		return
	}
	expect(remedies).toContainEqual(expect.stringMatching(mending.says))
	const { at, line, shows, overMs } = mending.trouble
	const count = () => Number(inside(pids[at], line))
	let last = count()
	let since = Date.now()
	const isThere = () => {
		const now = count()
		const there = shows === 'rising' ? now > last : now > 0
		if (there) since = Date.now()
		last = now
		return there
	}
	const isOver = () => !isThere() && Date.now() - since >= overMs
	expect(await msUntil(isThere, 20_000, 300)).toBeGreaterThanOrEqual(0)
	mending.does(pids)
	since = Date.now()
	expect(await msUntil(isOver, 60_000, 300)).toBeGreaterThan(0)
}

describe.skipIf(skipWithoutLab()).concurrent('a practice that is investigated from another terminal', () => {
	test.each(SCENARIO_IDS)(
		'%s: the cause with evidence, no other one, and a remedy that ends the trouble',
		async (id: ScenarioId) => {
			const terminal = await openPractice(id)
			let places: readonly string[] = []
			try {
				const pids = placesOf(terminal.pid)
				places = Object.values(pids)
				const args = ['investigate', '--netns', pids.here, '--state-dir', freshStateDir()]
				const { stdout, stderr, exitCode } = await ctscope([...args, '--json'])
				expect(exitCode, stderr || stdout).toBe(7)
				const { causes, changes }: Json = JSON.parse(stdout)
				const earned = causes.filter(({ confidence }) => confidence !== 'low')
				// On a busy machine too little may have passed for more than "low": then the likeliest comes first.
				const named = earned.length > 0 ? earned : causes.slice(0, 1)
				expect(
					named.map((cause) => cause.id),
					stdout,
				).not.toEqual([])
				for (const cause of named) {
					expect(scenarioById(id)?.causes, stdout).toContain(cause.id)
					expect(cause.evidence).not.toEqual([])
					expect(cause.remedies).not.toEqual([])
				}
				expect(new Set(changes.map(({ state }) => state))).toEqual(new Set(['undone']))
				await mend(
					id,
					pids,
					named.flatMap(({ remedies }) => remedies),
				)
			} finally {
				await terminal.dispose()
				await untilEnded(places)
			}
		},
	)
})
