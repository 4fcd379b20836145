import { type Container, containerOf } from '../../kernel/proc/cgroup.ts'
import type { Clock } from '../../model/clock.ts'
import type { NetnsRow } from '../../model/namespaces.ts'
import type { Observer } from '../../ports/observer.ts'
import * as english from '../../words/english/host/netns.ts'
import { ok } from '../../words/failure.ts'
import { visible } from '../../words/visible.ts'
import { netnsInode } from '../process/identity.ts'
import { entriesOf, readText } from '../tools/proc-fs.ts'
import type { ToolPath } from '../tools/tool-path.ts'
import { INITIAL_NETNS } from './find-netns.ts'
import { hasCapability } from './netns-enter.ts'
import { figuresInside, figuresOutside, NO_FIGURES } from './netns-figures.ts'

const CAP_SYS_ADMIN = 21
const NAMED = ['/run/netns', '/var/run/docker/netns', '/run/docker/netns']
/** What is read in place between two looks at what else this program has to do. */
const AT_A_TIME = 32

type Found = { path: string; names: string[]; pids: number[] }

/**
 * Every network namespace that a process or a mount holds, with what conntrack has in it. Looks only, and asks of
 * processes nothing that they can hold back: no command line and no environment, which are in their memory.
 */
export function createNetnsReader(tools: ToolPath, clock: Clock): Observer['namespaces'] {
	return async (how, onProgress) => {
		// When it begins: two readings go at the same pace, and how long they take does not matter then.
		const at = clock.monotonic()
		const found = [...findAll()]
		const here = netnsInode('/proc/self/ns/net')
		const rows: NetnsRow[] = []
		for (const [index, [inode, one]] of found.entries()) {
			if (index % AT_A_TIME === AT_A_TIME - 1) await new Promise((resolve) => setImmediate(resolve))
			rows.push(rowOf(inode, one, inode === here))
		}
		if (how === 'counters') return ok({ at, rows })
		const isRoot = hasCapability(CAP_SYS_ADMIN)
		if (!isRoot) {
			const why = english.enteringItNeedsRootCap
			return ok({ at, rows: rows.map((row) => ({ ...row, why })) })
		}
		const first = await entered(tools, rows, onProgress)
		// The process by which it was to be entered has ended meanwhile: another one of the same namespace, or it is gone.
		const again = first.flatMap((row) => {
			if (isStill(row)) return []
			const path = waysInto(found.find(([inode]) => inode === row.inode)?.[1]).find(
				(way) => netnsInode(way) === row.inode,
			)
			return path === undefined ? [] : [{ ...row, path }]
		})
		const read = [...first.filter(isStill), ...(await entered(tools, again)).filter(isStill)]
		const order = new Map(found.map(([inode], index) => [inode, index]))
		const place = ({ inode }: NetnsRow): number => order.get(inode) ?? 0
		return ok({ at, rows: read.toSorted((one, other) => place(one) - place(other)) })
	}
}

/** With what is read inside; where that fails, what was read from outside stays. */
async function entered(
	tools: ToolPath,
	rows: readonly NetnsRow[],
	onProgress?: (done: number, all: number) => void,
): Promise<readonly NetnsRow[]> {
	const answers = await figuresInside(
		tools,
		rows.map(({ path }) => path),
		{ onDone: (done) => onProgress?.(done, rows.length) },
	)
	return rows.map((row, index) => {
		const { figures = NO_FIGURES, why = '' } = answers[index] ?? {}
		return why === '' ? { ...row, ...figures } : { ...row, why }
	})
}

const isStill = ({ inode, path }: NetnsRow): boolean => netnsInode(path) === inode

const waysInto = (found: Found | undefined): readonly string[] =>
	found === undefined ? [] : [found.path, ...found.pids.map((pid) => `/proc/${pid}/ns/net`)]

/** By inode: the initial one first, then those of mounts, then those of processes. */
function findAll(): ReadonlyMap<number, Found> {
	const found = new Map<number, Found>()
	const add = (inode: number | undefined, path: string): Found | undefined => {
		if (inode === undefined) return undefined
		const known = found.get(inode)
		if (known !== undefined) return known
		const made: Found = { path, names: [], pids: [] }
		found.set(inode, made)
		return made
	}
	for (const path of INITIAL_NETNS) add(netnsInode(path), path)
	for (const folder of NAMED)
		for (const name of entriesOf(folder)) {
			const one = add(netnsInode(`${folder}/${name}`), `${folder}/${name}`)
			if (one !== undefined && folder === '/run/netns' && !one.names.includes(name))
				one.names.push(visible(name))
		}
	for (const name of entriesOf('/proc')) {
		if (!/^\d+$/.test(name)) continue
		add(netnsInode(`/proc/${name}/ns/net`), `/proc/${name}/ns/net`)?.pids.push(Number(name))
	}
	return found
}

/** What can be told from outside. */
function rowOf(inode: number, { path, names, pids }: Found, here: boolean): NetnsRow {
	const pid = pids.toSorted((one, other) => one - other)[0]
	return {
		inode,
		here,
		initial: INITIAL_NETNS.some((one) => one === path),
		path,
		names,
		processes: pids.length,
		first: pid === undefined ? null : { pid, name: commOf(pid) },
		container: containerAt(pids),
		...(pid === undefined ? NO_FIGURES : figuresOutside(pid)),
		why: '',
	}
}

function containerAt(pids: readonly number[]): Container | null {
	for (const pid of pids.slice(0, 3)) {
		const text = readText(`/proc/${pid}/cgroup`)
		const found = text.ok ? containerOf(text.value) : undefined
		if (found !== undefined) return found
	}
	return null
}

function commOf(pid: number): string {
	const text = readText(`/proc/${pid}/comm`)
	return text.ok ? visible(text.value.trim()) : '?'
}
