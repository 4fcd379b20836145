import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CTSCOPE, openTerminal } from '../../test/harness/program/terminal.ts'
import { median, note, pause, timed } from './figures.ts'
import { cpuSeconds, residentMegabytes } from './watching.ts'

const ROUNDS = 5
const IDLE_SECONDS = 30
const SETTLE_MS = 4000
const LARGE = 200_000_000
const FIRST_LINE = 'Apr  2 10:31:53 web-07 systemd[1]: Started Session'

/** What people look with instead. */
type Tool = {
	readonly line: string
	/** Shown by its first screen. */
	readonly shows: string | RegExp
	/** Where Debian has it. */
	readonly from: string
	/** It would change a setting of the namespace that it is started in. */
	readonly isApart?: true
}

const OURS: Tool = { line: `${CTSCOPE}`, shows: /NO CHANGES/, from: '' }

/** Each looks at this host as ctscope does, once a second where it can be told. */
const SCREENS: readonly Tool[] = [
	{ line: 'htop -d 10', shows: /Tasks|Load average/, from: 'htop' },
	{ line: 'iptstate -R 1', shows: /IP ?T ?State|Source/i, from: 'iptstate' },
	{ line: 'watch -n1 conntrack -S', shows: /cpu=|found=/, from: 'procps, conntrack' },
]

/** They have no screen: what they cost while nothing happens. */
const FOLLOWERS: readonly Tool[] = [
	{ line: 'dmesg -w', shows: '', from: 'util-linux' },
	// libpcap makes nfnetlink_log the logger of IPv4, and leaves it so.
	{ line: 'tcpdump -lni nflog:31999', shows: '', from: 'tcpdump', isApart: true },
]

const shell = ({ line, isApart }: Tool) =>
	['/bin/sh', '-c', `exec ${isApart === true ? 'unshare --net ' : ''}${line}`] as const
const isThere = (line: string) => {
	const names = line.split(/\s*\|\s*/).map((part) => part.split(' ')[0] ?? '')
	if (line.startsWith('watch ')) names.push('conntrack')
	return names.every((name) => spawnSync('sh', ['-c', 'command -v "$1"', '-', name]).status === 0)
}

/** The process and all that it has started and that lives. */
function family(pid: number): readonly number[] {
	const parents = readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.flatMap((name) => {
			try {
				const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
				return [{ pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }]
			} catch {
				return []
			}
		})
	const found = [pid]
	for (const one of found) found.push(...parents.flatMap(({ pid, parent }) => (parent === one ? [pid] : [])))
	return found
}

const sum = (pid: number, of: (pid: number) => number) =>
	family(pid).reduce((total, one) => {
		try {
			return total + of(one)
		} catch {
			return total
		}
	}, 0)

/** Until the first screen is there, ms. */
async function firstScreen(tool: Tool): Promise<number> {
	const { shows } = tool
	const [file, ...args] = shell(tool)
	const terminal = openTerminal(file, args)
	try {
		return await timed(() => terminal.until(shows, 60_000))
	} finally {
		await terminal.dispose()
	}
}

/** Percent of a core, and resident megabytes, with children. */
async function idleOf(tool: Tool): Promise<{ cpu: number; memory: number }> {
	const [file, ...args] = shell(tool)
	const terminal = openTerminal(file, args)
	try {
		await pause(SETTLE_MS)
		const before = sum(terminal.pid, cpuSeconds)
		await pause(IDLE_SECONDS * 1000)
		const cpu = ((sum(terminal.pid, cpuSeconds) - before) / IDLE_SECONDS) * 100
		return { cpu, memory: sum(terminal.pid, residentMegabytes) }
	} finally {
		await terminal.dispose()
	}
}

const ratio = (ours: number, theirs: number) => (theirs > 0 ? (ours / theirs).toFixed(1) : 'theirs is 0')
const row = (...cells: readonly string[]) => note(`| ${cells.join(' | ')} |`)

/** What ctscope costs beside the tools that it is used instead of: ratios, ours to theirs. */
export async function sideBySide() {
	const wanted = [...SCREENS, ...FOLLOWERS]
	for (const { line, from } of wanted)
		if (!isThere(line)) note(`skipped: ${line} is not here (apt-get install ${from})`)
	const screens = SCREENS.filter(({ line }) => isThere(line))
	const times = new Map<Tool, number[]>([OURS, ...screens].map((tool) => [tool, []]))
	for (let round = 0; round < ROUNDS; round++)
		for (const [tool, found] of times) found.push(await firstScreen(tool))
	const frameOf = (tool: Tool) => median(times.get(tool) ?? [])
	const ours = await idleOf(OURS)
	row('ctscope to', 'first screen', 'CPU idle', 'memory')
	row('---', '---', '---', '---')
	for (const tool of wanted.filter(({ line }) => isThere(line))) {
		const theirs = await idleOf(tool)
		const frame = times.has(tool) ? ratio(frameOf(OURS), frameOf(tool)) : '-'
		row(`\`${tool.line}\``, frame, ratio(ours.cpu, theirs.cpu), ratio(ours.memory, theirs.memory))
	}
	note(
		`ctscope: ${ours.cpu.toFixed(2)} % of a core, ${ours.memory.toFixed(0)} MB; over ${IDLE_SECONDS} s, children included, 80x24`,
	)
	await ofLargeLog()
	await ofEntries()
}

/** A log of 200 MB: until something of it is seen. */
async function ofLargeLog() {
	const folder = mkdtempSync(join(tmpdir(), 'ctscope-bench-'))
	const path = join(folder, 'syslog')
	try {
		writeFileSync(path, '')
		const lines = Array.from({ length: 50_000 }, (_, n) => `${FIRST_LINE} ${n} of user root.\n`).join('')
		for (let written = 0; written < LARGE; written += lines.length) appendFileSync(path, lines)
		const lnav: Tool = { line: `lnav ${path}`, shows: /Started Session/, from: 'lnav' }
		const parse: Tool = { line: `${CTSCOPE} parse ${path}`, shows: /lines/, from: '' }
		const read = async (tool: Tool) => {
			const found: number[] = []
			for (let round = 0; round < 3; round++) found.push(await firstScreen(tool))
			return median(found)
		}
		if (!isThere(lnav.line)) return note('skipped: lnav is not here (apt-get install lnav)')
		const [ours, theirs] = [await read(parse), await read(lnav)]
		row('`ctscope parse FILE` to `lnav FILE`, 200 MB', ratio(ours, theirs), '-', '-')
	} finally {
		rmSync(folder, { recursive: true })
	}
}

/** Who has the entries: all of them read once. */
async function ofEntries() {
	const line = `conntrack -L | awk '{ n[$1]++ } END { for (p in n) print p, n[p] }'`
	if (!isThere(line)) return note('skipped: conntrack is not here (apt-get install conntrack)')
	const runs = async (command: string) => {
		const found: number[] = []
		for (let round = 0; round < ROUNDS; round++)
			found.push(await timed(async () => spawnSync('/bin/sh', ['-c', command], { stdio: 'ignore' })))
		return median(found)
	}
	row(`\`ctscope status\` to \`${line}\``, ratio(await runs(`${CTSCOPE} status`), await runs(line)), '-', '-')
}
