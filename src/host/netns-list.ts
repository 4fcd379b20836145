import { readdirSync, statSync } from 'node:fs'
import { ok } from '../failure.ts'
import { type Container, containerOf } from '../kernel/cgroup.ts'
import { parseConntrackStat, totals } from '../kernel/conntrack-stat.ts'
import { parseNfLog } from '../kernel/nf-log.ts'
import { visible } from '../kernel/visible.ts'
import { INITIAL_NETNS } from './find-netns.ts'
import { hasCapability } from './netns-enter.ts'
import type { Clock, NetnsRow, Observer } from './ports.ts'
import { readText } from './proc-fs.ts'
import { toolAnswer } from './tool-answer.ts'
import type { ToolPath } from './tool-path.ts'

const CAP_SYS_ADMIN = 21
const NAMED = ['/run/netns', '/var/run/docker/netns', '/run/docker/netns']
/** A host with more has them from a controller: the first ones are shown, and it is said. */
const MOST = 200
/** A child for each. */
const AT_ONCE = 4
const READ_MS = 3_000

type Found = { path: string; names: string[]; pids: number[] }

/** Every network namespace that a process or a mount holds, with what conntrack has in it. Looks only. */
export function createNetnsReader(tools: ToolPath, clock: Clock): Observer['namespaces'] {
	return async (how) => {
		const found = [...findAll()]
		const here = inodeOf('/proc/self/ns/net')
		const isRoot = hasCapability(CAP_SYS_ADMIN) && tools.find('nsenter') !== undefined
		const from = how === 'counters' ? 'outside' : isRoot ? tools : undefined
		const rows: NetnsRow[] = []
		const shown = found.slice(0, MOST)
		for (let at = 0; at < shown.length; at += AT_ONCE) {
			const part = shown.slice(at, at + AT_ONCE)
			rows.push(...(await Promise.all(part.map(([inode, one]) => rowOf(inode, one, inode === here, from)))))
		}
		return ok({ at: clock.monotonic(), rows, more: found.length - shown.length })
	}
}

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
	for (const path of INITIAL_NETNS) add(inodeOf(path), path)
	for (const folder of NAMED)
		for (const name of entriesOf(folder)) {
			const one = add(inodeOf(`${folder}/${name}`), `${folder}/${name}`)
			if (one !== undefined && folder === '/run/netns' && !one.names.includes(name))
				one.names.push(visible(name))
		}
	for (const name of entriesOf('/proc')) {
		if (!/^\d+$/.test(name)) continue
		add(inodeOf(`/proc/${name}/ns/net`), `/proc/${name}/ns/net`)?.pids.push(Number(name))
	}
	return found
}

async function rowOf(
	inode: number,
	{ path, names, pids }: Found,
	here: boolean,
	tools: ToolPath | 'outside' | undefined,
): Promise<NetnsRow> {
	const pid = pids.toSorted((one, other) => one - other)[0]
	const base = {
		inode,
		here,
		initial: INITIAL_NETNS.some((one) => one === path),
		path,
		names,
		processes: pids.length,
		first: pid === undefined ? null : { pid, name: commOf(pid) },
		container: containerAt(pids),
	}
	if (tools === undefined || tools === 'outside') {
		const why = tools === undefined ? 'entering it needs root (CAP_SYS_ADMIN)' : ''
		return { ...base, ...parsed(pid === undefined ? '' : fromOutside(pid)), why }
	}
	// /proc/sys/net and /proc/net are those of the process that reads.
	const answer = await toolAnswer(
		tools,
		'nsenter',
		[
			`--net=${path}`,
			'--',
			'sh',
			'-c',
			`for file in ${FILES.join(' ')}; do echo "== $file"; cat "$file" 2>/dev/null; done; true`,
		],
		{ timeoutMs: READ_MS, maxBuffer: 4 * 1024 * 1024 },
	)
	return { ...base, ...parsed(answer.stdout), why: answer.failed ? visible(answer.stderr).slice(0, 200) : '' }
}

const STAT = '/proc/net/stat/nf_conntrack'
const LOGGERS = '/proc/net/netfilter/nf_log'
const SYSCTL = '/proc/sys/net/netfilter/nf_conntrack_'
const FILES = [STAT, LOGGERS, `${SYSCTL}count`, `${SYSCTL}max`, `${SYSCTL}log_invalid`]

/** What a process of the namespace lets everybody read. */
function fromOutside(pid: number): string {
	return [STAT, LOGGERS]
		.map((file) => {
			const text = readText(file.replace('/proc/', `/proc/${pid}/`))
			return `== ${file}\n${text.ok ? text.value : ''}`
		})
		.join('\n')
}

function parsed(text: string): Pick<NetnsRow, 'invalid' | 'entries' | 'max' | 'logInvalid' | 'logger'> {
	const parts = new Map(
		text.split(/^== /m).map((part): [string, string] => {
			const end = part.indexOf('\n')
			return [part.slice(0, end), part.slice(end + 1)]
		}),
	)
	const stat = parseConntrackStat(parts.get(STAT) ?? '')
	const number = (file: string): number | null => {
		const value = parts.get(file)?.trim() ?? ''
		return /^\d+$/.test(value) ? Number(value) : null
	}
	const sums = stat === undefined ? undefined : totals(stat)
	const row = parseNfLog(parts.get(LOGGERS) ?? '').find(({ family }) => family === 2)
	return {
		invalid: sums?.invalid ?? null,
		entries: number(`${SYSCTL}count`) ?? stat?.cpus[0]?.entries ?? null,
		max: number(`${SYSCTL}max`),
		logInvalid: parts.get(`${SYSCTL}log_invalid`)?.trim() || null,
		logger: row === undefined ? null : (row.bound ?? 'NONE'),
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

function entriesOf(folder: string): readonly string[] {
	try {
		return readdirSync(folder)
	} catch {
		return []
	}
}

function inodeOf(path: string): number | undefined {
	try {
		return statSync(path).ino
	} catch {
		return undefined
	}
}
