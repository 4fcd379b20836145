import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Number and start time: a number alone may come again. */
export type Known = {
	readonly pid: number
	readonly start: string
	readonly name: string
	readonly parent: number
}

const pids = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name))

/** Undefined for one that has ended, which a zombie has. */
function known(pid: number | string): Known | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
		const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
		if (state === 'Z' || state === 'X') return undefined
		const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
		return { pid: Number(pid), start: rest[17] ?? '', name, parent: Number(parent) }
	} catch {
		return undefined
	}
}

const all = (): readonly Known[] => pids().flatMap((pid) => known(pid) ?? [])

export const isThere = ({ pid, start }: Known): boolean => known(pid)?.start === start

/** These processes, and whatever they and their children have started. */
export function familyOf(roots: readonly number[]): readonly Known[] {
	const running = all()
	const family = new Set(roots)
	for (let size = -1; size !== family.size; ) {
		size = family.size
		for (const { pid, parent } of running) if (family.has(parent)) family.add(pid)
	}
	return running.filter(({ pid }) => family.has(pid))
}

function commandOf(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
	} catch {
		return ''
	}
}

/**
 * Descriptors of one process, and of its working directory, that lead to a place: the namespace, or below the folder.
 */
function ties(pid: number, places: readonly string[]): number {
	const links = ['cwd', 'ns/net']
	try {
		links.push(...readdirSync(`/proc/${pid}/fd`).map((name) => `fd/${name}`))
	} catch {
		return 0
	}
	return links.filter((link) => {
		try {
			const target = readlinkSync(`/proc/${pid}/${link}`)
			return places.some((place) => target.includes(place))
		} catch {
			return false
		}
	}).length
}

/** Those with that name that are in the namespace, or hold a descriptor of a place. */
export const pidsOf = (wanted: string, places: readonly string[]): readonly number[] =>
	all().flatMap(({ pid, name }) => (name === wanted && ties(pid, places) > 0 ? [pid] : []))

/** Processes that are in the namespace, hold a descriptor of a place, or name one; in words, with the number of descriptors. */
export function tiedTo(places: readonly string[], without: ReadonlySet<number>): readonly string[] {
	return all()
		.filter(({ pid }) => !without.has(pid))
		.flatMap(({ pid, name }) => {
			const count = ties(pid, places)
			const command = commandOf(pid)
			if (count === 0 && !places.some((place) => command.includes(place))) return []
			return [`process ${pid} ${name} with ${count} descriptors: ${command.slice(0, 100)}`]
		})
}

export function signal(pid: number | undefined, name: NodeJS.Signals): void {
	if (pid === undefined || pid === 0) return
	try {
		process.kill(pid, name)
	} catch {}
}
