import { readdirSync, readlinkSync } from 'node:fs'
import { parseNfnetlinkLog } from '../kernel/nfnetlink-log.ts'
import { READER_ARGS } from './nflog-args.ts'
import { readText } from './proc-fs.ts'

const TAIL = `\0${READER_ARGS.join('\0')}\0`
/** SIGKILL needs microseconds, unless the process waits for a disk. */
const LOOKS = 250
const LOOK_MS = 2

/**
 * Kills our readers of NFLOG in this network namespace that do not listen yet, and answers how many there were. libpcap binds
 * nfnetlink_log for IPv4 shortly before it listens (netfilter_activate), so one that is overtaken by an undo would bind it again
 * afterwards, with nobody left to put it back. One that listens binds nothing any more.
 */
export function endStartingReaders(): number {
	const here = namespaceOf('self')
	const readers = pids().filter((pid) => isReader(pid) && namespaceOf(pid) === here)
	if (readers.length === 0) return 0
	const listening = listenersHere()
	const starting = readers.filter((pid) => !listening.has(pid))
	for (const pid of starting) kill(pid)
	for (let look = 0; look < LOOKS && starting.some(isThere); look++) sleep(LOOK_MS)
	return starting.length
}

const pids = (): number[] => readdirSync('/proc').filter(isNumber).map(Number)
const isNumber = (name: string) => /^\d{1,10}$/.test(name)

function isReader(pid: number): boolean {
	const command = readText(`/proc/${pid}/cmdline`)
	return command.ok && command.value.endsWith(TAIL)
}

/** Those that read a group, and timeout(1) where it is the parent of one. */
function listenersHere(): ReadonlySet<number> {
	const text = readText('/proc/net/netfilter/nfnetlink_log')
	if (!text.ok) return new Set()
	const pids = parseNfnetlinkLog(text.value).map(({ portid }) => portid)
	return new Set(pids.flatMap((pid) => [pid, Number(statOf(pid)[1] ?? 0)]))
}

/** Field 3 of proc(5) and what follows: state, parent. */
function statOf(pid: number): readonly string[] {
	const stat = readText(`/proc/${pid}/stat`)
	return stat.ok ? stat.value.slice(stat.value.lastIndexOf(')') + 2).split(' ') : []
}

const isThere = (pid: number): boolean => !['Z', 'X', undefined].includes(statOf(pid)[0])

function kill(pid: number): void {
	try {
		process.kill(pid, 'SIGKILL')
	} catch {}
}

function namespaceOf(pid: number | 'self'): string {
	try {
		return readlinkSync(`/proc/${pid}/ns/net`)
	} catch {
		return ''
	}
}

/** The guard does nothing else meanwhile, and must not. */
function sleep(ms: number): void {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
