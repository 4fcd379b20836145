import { readFileSync, writeFileSync } from 'node:fs'
import { type PacketLine, parsePacketLine } from '../../../src/kernel/packet/packet-line.ts'
import { answerTo, NO_ANSWERS } from '../../../src/reasons/answers.ts'
import { classify, type Reason } from '../../../src/reasons/classify.ts'
import { type KernelTraits, learn, NO_TRAITS, settled } from '../../../src/reasons/traits.ts'
import { msUntil } from '../until.ts'
import type { CraftedLab, LogSource, Movement } from './lab.ts'
import { C, type Recipe, talk } from './recipe.ts'

const ALL_NETNS = '/proc/sys/net/netfilter/nf_log_all_netns'
const LONGEST_WAIT_MS = 5_000
const LAST_PLACE = 240

export type SaidLine = {
	readonly text: string
	readonly line: PacketLine
	readonly reason: Reason
	/** The host's own answer to an INVALID packet. */
	readonly answer: boolean
}

export type Outcome = { readonly moved: Movement; readonly said: readonly SaidLine[] }

export type Pass = {
	/** In the order of the recipes. */
	readonly outcomes: readonly Outcome[]
	/** From before the first packet until after the last. */
	readonly moved: Movement
	readonly traits: KernelTraits
	/** Every line of the pass, in order. */
	readonly said: readonly SaidLine[]
	readonly lost: number
	/** Lines with a prefix of conntrack that could not be read. */
	readonly unread: readonly string[]
}

/**
 * Sends the packets of every recipe and reads what one source says about them. Logger, settings and entries are as
 * before afterwards. A pass over the kernel log in which someone else set nf_log_all_netns back is run again.
 */
export async function runRecipes(
	craft: CraftedLab,
	source: LogSource,
	recipes: readonly Recipe[],
): Promise<Pass> {
	const awaited = recipes.reduce((sum, { lines }) => sum + lines.length, 1)
	const allNetns = readFileSync(ALL_NETNS, 'utf8')
	try {
		for (let attempt = 1; ; attempt++) {
			const pass = await runOnce(craft, source, recipes)
			if (pass.said.length >= awaited || attempt === 3) return pass
		}
	} finally {
		if (source === 'kmsg') writeFileSync(ALL_NETNS, allNetns)
	}
}

async function runOnce(craft: CraftedLab, source: LogSource, recipes: readonly Recipe[]): Promise<Pass> {
	const { lab } = craft
	const share = () => source === 'kmsg' && writeFileSync(ALL_NETNS, '1\n')
	const putBack = await write(craft, {
		'nf_log/2': source === 'kmsg' ? 'nf_log_ipv4' : 'nfnetlink_log',
		'nf_log/10': source === 'kmsg' ? 'nf_log_ipv6' : 'nfnetlink_log',
		nf_conntrack_log_invalid: '255',
	})
	try {
		const refused = await craft.follow(source)
		if (refused !== undefined) throw new Error(`cannot read from ${source}: ${refused}`)
		// The first packets of a wire bring the addresses of its ends along.
		await craft.send([])
		const moves: Movement[] = []
		const first = await craft.counters()
		for (const [index, recipe] of recipes.entries()) {
			share()
			const restore = await write(craft, recipe.settings ?? {})
			const before = await craft.counters()
			await craft.send(recipe.packets(craft.place(index + 1)))
			moves.push(difference(before, await craft.counters()))
			await restore()
		}
		share()
		await craft.send([talk(craft.place(LAST_PLACE)).orig('SF', { seq: C })])
		const moved = difference(first, await craft.counters())
		const isLast = (text: string) => craft.placeOf(text) === LAST_PLACE
		await msUntil(() => craft.texts.some(isLast), LONGEST_WAIT_MS)
		await craft.unfollow()
		const heard = craft.texts.filter((text) => craft.placeOf(text) !== undefined)
		return { ...understood(craft, heard, moves), moved, lost: craft.lost() }
	} finally {
		await putBack()
		await lab.inside('conntrack', '-F')
	}
}

function understood(craft: CraftedLab, texts: readonly string[], moves: readonly Movement[]) {
	const unread: string[] = []
	const places = new Map<number, SaidLine[]>()
	let traits = NO_TRAITS
	let book = NO_ANSWERS
	const all: SaidLine[] = []
	for (const text of texts) {
		const line = parsePacketLine(text)
		if (line === undefined) {
			unread.push(text)
			continue
		}
		traits = learn(traits, line)
		const reason = classify(line, traits)
		const found = answerTo(book, line, reason, 0)
		book = found.book
		const said = { text, line, reason, answer: found.answer }
		const place = craft.placeOf(text) ?? 0
		all.push(said)
		places.set(place, [...(places.get(place) ?? []), said])
	}
	// What the kernel shows of itself in a later line decides an earlier one too.
	const decide = (said: SaidLine): SaidLine => ({ ...said, reason: settled(said.reason, traits) })
	const outcomes = moves.map(
		(moved, index): Outcome => ({
			moved,
			said: (places.get(index + 1) ?? []).map(decide),
		}),
	)
	return { outcomes, traits, said: all.map(decide), unread }
}

/** Writes settings below /proc/sys/net/netfilter of the lab; the answer puts back what was there. */
async function write(
	{ lab }: CraftedLab,
	values: Readonly<Record<string, string>>,
): Promise<() => Promise<void>> {
	const before: [path: string, value: string][] = []
	for (const [name, value] of Object.entries(values)) {
		const path = `net/netfilter/${name}`
		before.push([path, await lab.read(path)])
		await lab.write(path, value)
	}
	return async () => {
		for (const [path, value] of before.reverse()) await lab.write(path, value)
	}
}

function difference(before: Movement, after: Movement): Movement {
	return {
		invalid: after.invalid - before.invalid,
		error: after.error - before.error,
		drop: after.drop - before.drop,
	}
}
