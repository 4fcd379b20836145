import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import type { Knob } from '../changes/knob.ts'
import { tapInListing } from '../changes/tap-listing.ts'
import { oneLine, tableScript } from '../changes/tap-rules.ts'
import { parseTap, tapText } from '../changes/tap-text.ts'
import { ABSENT, FOREIGN } from '../changes/taps.ts'
import type { Reading } from '../changes/verdict.ts'
import { netnsInode } from './identity.ts'
import { readModuleFiles } from './module-files.ts'
import { ownProcesses } from './own-processes.ts'
import { exists, readText } from './proc-fs.ts'
import { createToolPath, type ToolPath } from './tool-path.ts'
import type { Written } from './write.ts'

const TOOL_MS = 10_000
/** How long a table takes to come or to go, looks of 10 ms; nft itself needs some 5. */
const LOOKS = 200
const LOOK_MS = 10

type Ran = { readonly status: number | null; readonly stdout: string; readonly stderr: string }

export type TableHost = {
	readonly tools: ToolPath
	/** nft with these arguments. */
	run(args: readonly string[], input?: string): Ran
	/** An nft that reads commands from us and lives until it is killed; `line` is its first command. */
	keep(args: readonly string[], line: string): ChildProcess | undefined
	/** Numbers of processes of this user with these words in their command. */
	processes(marker: string): readonly number[]
	kill(pid: number): void
	/** nf_tables is in the kernel, so asking loads nothing. */
	isThere(): boolean
	sleep(ms: number): void
	netns(): number | undefined
}

export type Tables = {
	/** The text of the tap that the table holds, `absent`, or `foreign` for a table that is none of ours. */
	read(knob: Knob, isUndo: boolean): Reading
	write(knob: Knob, value: string): Written
	probe(knob: Knob): Written
}

/**
 * Tables of nftables that are made and taken away whole. Where nft and the kernel can do it, a table belongs to an nft that
 * waits for commands of this process: when this process ends, whatever the way, its end of the pipe closes, nft ends, and
 * the kernel removes the table (nf_tables_api.c, nft_rcv_nl_event). Nobody else can change such a table meanwhile.
 */
export function createTables(host: TableHost = createTableHost()): Tables {
	const kept = new Map<string, ChildProcess>()

	const list = (table: string): Ran => host.run(['list', 'table', 'inet', table])
	/** Tells our nft from any other, and from that of a lease in another network namespace. */
	const marker = (table: string): string => `/run/ctscope/tables/${table}@${host.netns() ?? 0}`

	const look = (table: string): Reading => {
		if (!host.isThere()) return { kind: 'value', value: ABSENT }
		const { status, stdout, stderr } = list(table)
		if (status === 0) return { kind: 'value', value: textOf(stdout) }
		if (/No such file or directory/.test(stderr)) return { kind: 'value', value: ABSENT }
		return { kind: 'unreadable', code: codeOf(status, stderr) }
	}

	const until = (isDone: () => boolean): boolean => {
		for (let turn = 0; turn < LOOKS; turn++) {
			if (isDone()) return true
			host.sleep(LOOK_MS)
		}
		return isDone()
	}

	const isAbsent = (table: string): boolean => {
		const reading = look(table)
		return reading.kind === 'value' && reading.value === ABSENT
	}

	const make = (table: string, value: string): Written => {
		const tap = parseTap(value)
		if (tap === undefined) return { ok: false, code: 'EINVAL', at: 'write' }
		const script = tableScript(table, tap, { owner: true })
		const args = ['-i', '-I', marker(table)]
		if (host.run(['-c', '-f', '-'], script).status === 0) {
			const child = host.keep(args, oneLine(script))
			if (child !== undefined) {
				if (until(() => !isAbsent(table) || child.exitCode !== null)) {
					kept.set(table, child)
					return { ok: true }
				}
				child.kill('SIGKILL')
			}
		}
		// An nft without a command line of its own (`./configure --without-cli`), or a kernel without owners.
		const plain = tableScript(table, tap, { owner: false })
		return answerOf(host.run(['-I', marker(table), '-f', '-'], plain))
	}

	const remove = (table: string): Written => {
		const ours = kept.get(table)
		kept.delete(table)
		if (ours?.pid !== undefined) host.kill(ours.pid)
		else for (const pid of host.processes(marker(table))) host.kill(pid)
		const isOwned = () => {
			const { status, stdout } = list(table)
			return status === 0 && /^\s*flags owner/m.test(stdout)
		}
		// The kernel removes what its owner leaves behind; that a table has an owner is seen in its listing.
		until(() => !isOwned())
		if (isAbsent(table)) return { ok: true }
		const answer = answerOf(host.run(['delete', 'table', 'inet', table]))
		return answer.ok || isAbsent(table) ? { ok: true } : answer
	}

	return {
		read(knob, isUndo) {
			const table = tableOf(knob)
			const reading = look(table)
			const isGone = reading.kind === 'value' && reading.value === ABSENT
			// An nft of a guard that is dead may still be about to make it, and ends by itself then.
			if (isUndo && isGone && !kept.has(table) && host.processes(marker(table)).length > 0)
				return { kind: 'unreadable', code: 'EAGAIN' }
			return reading
		},
		write(knob, value) {
			if (host.tools.find('nft') === undefined) return NO_NFT
			return value === ABSENT ? remove(tableOf(knob)) : make(tableOf(knob), value)
		},
		probe() {
			return host.tools.find('nft') === undefined ? NO_NFT : { ok: true }
		},
	}
}

const NO_NFT: Written = {
	ok: false,
	code: 'ENOENT',
	at: 'open',
	words: 'nft is not installed (apt install nftables)',
}

const tableOf = ({ kind }: Knob): string => (kind.type === 'table' ? kind.table : '')

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

function codeOf(status: number | null, stderr: string): string {
	if (status === null) return 'ETIMEDOUT'
	return ERRORS.find(([words]) => words.test(stderr))?.[1] ?? 'EINVAL'
}

function answerOf({ status, stderr }: Ran): Written {
	if (status === 0) return { ok: true }
	return {
		ok: false,
		code: codeOf(status, stderr),
		at: 'write',
		words: `nft says: ${(stderr.split('\n')[0] ?? '').replace(/^[^ ]*: /, '').slice(0, 200)}`,
	}
}

function createTableHost(tools: ToolPath = createToolPath()): TableHost {
	// With its own folder as home it would leave a file of its history behind on a disk.
	const env = { ...tools.env, HOME: '/dev/null' }
	const nft = () => tools.find('nft') ?? 'nft'
	const waiting = new Int32Array(new SharedArrayBuffer(4))
	return {
		tools,
		run(args, input) {
			const { status, stdout, stderr } = spawnSync(nft(), args, {
				...(input === undefined ? {} : { input }),
				encoding: 'utf8',
				timeout: TOOL_MS,
				killSignal: 'SIGKILL',
				maxBuffer: 16 * 1024 * 1024,
				cwd: '/',
				env,
			})
			return { status, stdout: stdout ?? '', stderr: stderr ?? '' }
		},
		keep(args, line) {
			const child = spawn(nft(), args, { stdio: ['pipe', 'ignore', 'ignore'], cwd: '/', env })
			child.on('error', () => {})
			child.stdin.on('error', () => {})
			if (child.pid === undefined) return undefined
			child.stdin.write(line)
			// It must not keep this process alive; this process keeps it.
			child.unref()
			return child
		},
		processes: (marker) =>
			ownProcesses()
				.filter((pid) => {
					const command = readText(`/proc/${pid}/cmdline`)
					return command.ok && command.value.includes(`\0-I\0${marker}\0`)
				})
				.map(Number),
		kill(pid) {
			try {
				process.kill(pid, 'SIGKILL')
			} catch {}
		},
		isThere() {
			if (exists('/sys/module/nf_tables')) return true
			const loaded = readText('/proc/modules')
			if (!loaded.ok || /^nf_tables /m.test(loaded.value)) return true
			const builtIn = readModuleFiles('').builtIn
			return builtIn?.has('nf_tables') ?? true
		},
		sleep: (ms) => Atomics.wait(waiting, 0, 0, ms),
		netns: netnsInode,
	}
}
