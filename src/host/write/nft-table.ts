import { ABSENT, FOREIGN, tableOfKnob } from '../../changes/kinds/table.ts'
import type { ProcessName } from '../../changes/lease.ts'
import { tapInListing } from '../../changes/tap/tap-listing.ts'
import { oneLine, tableScript } from '../../changes/tap/tap-rules.ts'
import { parseTap, tapText } from '../../changes/tap/tap-text.ts'
import type { Reading } from '../../changes/verdict.ts'
import type { Knob } from '../../model/knob.ts'
import * as english from '../../words/english/host/write.ts'
import { readModuleFiles } from '../modules/module-files.ts'
import { type Announce, anyAlive, killAll, type Ran, runHand } from '../process/hand.ts'
import { carryOut, type Later, settled, type Work } from '../process/later.ts'
import { exists, readText } from '../tools/proc-fs.ts'
import { createToolPath, type ToolPath } from '../tools/tool-path.ts'
import { type Keeper, startKeeper } from './nft-keeper.ts'
import type { ForWrite, KindWriter, Written } from './written.ts'

/** How long a table takes to come or to go; nft itself needs some 5 ms. */
const LOOKS = 100
const LOOK_MS = 20
/** Each look is an nft, and one that hangs takes long: no more looks after this time. */
const LONGEST_MS = 3_000

export type TableHost = {
	readonly tools: ToolPath
	/** nft with these arguments. */
	run(args: readonly string[], input?: string, announce?: Announce): Later<Ran>
	/** An nft that waits for commands of ours; undefined when it cannot be had, or must not begin. */
	keep(announce?: Announce): Keeper | undefined
	/** One of these processes lives. */
	anyAlive(hands: readonly ProcessName[]): boolean
	killAll(hands: readonly ProcessName[]): void
	/** nf_tables is in the kernel, so asking loads nothing. */
	isThere(): boolean
	sleep(ms: number): Later<unknown>
	now(): number
}

export type Tables = {
	/**
	 * The text of the tap that the table holds, `absent`, or `foreign` for a table that is none of ours. EAGAIN while an
	 * nft of `hands` lives, which may still make it.
	 */
	read(knob: Knob, hands?: readonly ProcessName[]): Later<Reading>
	write(knob: Knob, value: string, more: Pick<ForWrite, 'hands' | 'announce'>): Later<Written>
	probe(knob: Knob): Written
	release(): void
}

/** An nft of ours that waits for commands. */
type Kept = {
	readonly keeper: Keeper
	/** The table is its own: it goes with it, and nobody else can change it. */
	readonly isOwner: boolean
	readonly text: string
}

/**
 * Tables of nftables that are made and taken away whole. Where nft and the kernel can do it, a table belongs to an nft that
 * waits for commands of this process: when this process ends, whatever the way, its end of the pipe closes, nft ends, and
 * the kernel removes the table (nf_tables_api.c, nft_rcv_nl_event). Nobody else can change such a table meanwhile. Elsewhere the
 * same nft waits to delete it. Either way an undo by this process needs no other one.
 */
export function createTables(host: TableHost = createTableHost()): Tables {
	const kept = new Map<string, Kept>()
	/** Owned tables whose nft we have ended: they are gone, also when nobody can be asked. */
	const ended = new Map<string, Keeper>()

	function* look(table: string): Work<Reading> {
		if (!host.isThere()) return { kind: 'value', value: ABSENT }
		const ran = yield* settled(host.run(['list', 'table', 'inet', table]))
		if (ran.status === 0) return { kind: 'value', value: textOf(ran.stdout) }
		if (/No such file or directory/.test(ran.stderr)) return { kind: 'value', value: ABSENT }
		if (ran.status !== null) return { kind: 'unreadable', code: codeOf(ran) }
		// No process can be started, or it does not end. The kernel lets nobody but its owner change a table.
		if (ended.get(table)?.isOver() === true) return { kind: 'value', value: ABSENT }
		const ours = kept.get(table)
		if (ours?.isOwner === true && !ours.keeper.isOver()) return { kind: 'value', value: ours.text }
		return { kind: 'unreadable', code: codeOf(ran) }
	}

	function* until(isDone: () => Work<boolean>): Work<boolean> {
		const begun = host.now()
		for (let turn = 0; turn < LOOKS && host.now() - begun < LONGEST_MS; turn++) {
			if (yield* isDone()) return true
			yield* settled(host.sleep(LOOK_MS))
		}
		return yield* isDone()
	}

	function* isAbsent(table: string): Work<boolean> {
		const reading = yield* look(table)
		return reading.kind === 'value' && reading.value === ABSENT
	}

	function* make(table: string, value: string, announce: Announce | undefined): Work<Written> {
		const tap = parseTap(value)
		if (tap === undefined) return { ok: false, code: 'EINVAL', at: 'write' }
		const owned = tableScript(table, tap, { owner: true })
		const isOwner = (yield* settled(host.run(['-c', '-f', '-'], owned))).status === 0
		const script = isOwner ? owned : tableScript(table, tap, { owner: false })
		const keeper = host.keep(announce)
		if (keeper !== undefined) {
			keeper.say(oneLine(script))
			const isMade = function* (): Work<boolean> {
				return keeper.isOver() || !(yield* isAbsent(table))
			}
			if ((yield* until(isMade)) && !keeper.isOver()) {
				ended.delete(table)
				kept.set(table, { keeper, isOwner, text: value })
				return { ok: true }
			}
			keeper.end()
		}
		// An nft without a command line of its own (`./configure --without-cli`), or one that refuses the script.
		const plain = tableScript(table, tap, { owner: false })
		return answerOf(yield* settled(host.run(['-f', '-'], plain, announce)))
	}

	/** What its nft does by itself, or when it is told to. */
	function* withdraw(table: string, { keeper, isOwner }: Kept): Work<void> {
		kept.delete(table)
		if (isOwner) {
			ended.set(table, keeper)
			keeper.end()
		} else keeper.say(english.deleteTableInet(table))
		yield* until(function* () {
			return keeper.isOver() || (!isOwner && (yield* isAbsent(table)))
		})
		keeper.end()
	}

	function* remove(table: string, hands: readonly ProcessName[]): Work<Written> {
		const ours = kept.get(table)
		if (ours !== undefined) yield* withdraw(table, ours)
		else host.killAll(hands)
		// The kernel removes what its owner leaves behind; that a table has an owner is seen in its listing.
		yield* until(function* () {
			const { status, stdout } = yield* settled(host.run(['list', 'table', 'inet', table]))
			return status !== 0 || !/^\s*flags owner/m.test(stdout)
		})
		if (yield* isAbsent(table)) return { ok: true }
		const answer = answerOf(yield* settled(host.run(['delete', 'table', 'inet', table])))
		return answer.ok || (yield* isAbsent(table)) ? { ok: true } : answer
	}

	function* read(knob: Knob, hands: readonly ProcessName[]): Work<Reading> {
		const table = tableOf(knob)
		const reading = yield* look(table)
		const isGone = reading.kind === 'value' && reading.value === ABSENT
		// An nft of a guard that is dead may still be about to make it, and ends by itself then.
		if (!isGone || kept.has(table) || ended.has(table) || !host.anyAlive(hands)) return reading
		return { kind: 'unreadable', code: 'EAGAIN' }
	}

	return {
		read: (knob, hands = []) => carryOut(read(knob, hands)),
		write(knob, value, { hands = [], announce }) {
			if (host.tools.find('nft') === undefined) return NO_NFT
			return carryOut(value === ABSENT ? remove(tableOf(knob), hands) : make(tableOf(knob), value, announce))
		},
		probe() {
			return host.tools.find('nft') === undefined ? NO_NFT : { ok: true }
		},
		release() {
			for (const { keeper } of kept.values()) keeper.end()
			kept.clear()
		},
	}
}

export function tableWriter(): KindWriter {
	const tables = createTables()
	return {
		...tables,
		isSlow: () => true,
		isFar: () => true,
		read: (knob, _, hands) => tables.read(knob, hands),
		equip: () => ({ ok: true }),
		detail: () => [],
	}
}

const NO_NFT: Written = {
	ok: false,
	code: 'ENOENT',
	at: 'open',
	words: english.nftIsNotInstalledApt,
}

const tableOf = ({ id }: Knob): string => tableOfKnob(id) ?? ''

function textOf(listing: string): string {
	const tap = tapInListing(listing)
	return tap === undefined ? FOREIGN : tapText(tap)
}

const ERRORS: readonly (readonly [RegExp, string])[] = [
	[/Operation not permitted|Permission denied/, 'EPERM'],
	[/File exists/, 'EEXIST'],
	[/No such file or directory/, 'ENOENT'],
	[/Operation not supported/, 'EOPNOTSUPP'],
	[/Device or resource busy/, 'EBUSY'],
]

function codeOf({ status, stderr, code }: Ran): string {
	if (status === null) return code ?? 'ETIMEDOUT'
	return ERRORS.find(([words]) => words.test(stderr))?.[1] ?? 'EINVAL'
}

function answerOf(ran: Ran): Written {
	if (ran.status === 0) return { ok: true }
	const said = (ran.stderr.split('\n')[0] ?? '').replace(/^[^ ]*: /, '').slice(0, 200)
	return {
		ok: false,
		code: codeOf(ran),
		at: 'write',
		words: ran.code === undefined ? english.nftSays(said) : english.noProcessCanBeStartedFor,
	}
}

function createTableHost(tools: ToolPath = createToolPath()): TableHost {
	const nft = () => tools.find('nft') ?? 'nft'
	return {
		tools,
		run: (args, input = '', announce) => runHand([nft(), ...args], tools, { input, announce }),
		keep: (announce) => startKeeper(nft(), tools, announce),
		anyAlive,
		killAll,
		isThere() {
			if (exists('/sys/module/nf_tables')) return true
			const loaded = readText('/proc/modules')
			if (!loaded.ok || /^nf_tables /m.test(loaded.value)) return true
			const builtIn = readModuleFiles('').builtIn
			return builtIn?.has('nf_tables') ?? true
		},
		now: performance.now.bind(performance),
		sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
	}
}
