import { readlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProcessName } from '../../changes/lease.ts'
import { parseNfnetlinkLog } from '../../kernel/nflog/nfnetlink-log.ts'
import { standStill } from '../clock.ts'
import { makeStateDir, READERS } from '../files/state-dir.ts'
import { isAlive, parseProcessStat, processStart } from '../process/identity.ts'
import { entriesOf, errorCode, readText } from '../tools/proc-fs.ts'

/**
 * libpcap binds nfnetlink_log for IPv4 shortly before it listens (netfilter_activate), so a reader of ours that is overtaken by an
 * undo would bind it again afterwards, with nobody left to put it back. So a reader waits at its gate until it is on record in the
 * state directory, which is root's alone: a file with its number and start time in its name. Whoever undoes kills those that do
 * not listen yet. Nothing of any other process is looked at: what strangers say of themselves, and how long that takes, is theirs.
 */
const FOLDER = READERS
const NAME = /^(\d{1,10})-(\d{1,20})$/

/** SIGKILL needs microseconds, unless the process waits for a disk. */
const LOOKS = 250
const LOOK_MS = 2

/** Puts a reader that waits at its gate on record. `undefined`: done; else the errno name, and it must not begin. */
export function recordReader(stateDir: string, pid: number): string | undefined {
	const pidStart = processStart(pid)
	if (pidStart === undefined) return 'ESRCH'
	const state = makeStateDir(stateDir)
	if (!state.ok) return state.failure.kind === 'not-permitted' ? 'EACCES' : 'ENOTDIR'
	try {
		writeFileSync(fileOf(state.value.readers, { pid, pidStart }), '', { flag: 'wx', mode: 0o600 })
		return undefined
	} catch (error) {
		return errorCode(error)
	}
}

/** It listens, and binds nothing any more; or it has ended. */
export function forgetReader(stateDir: string, pid: number): void {
	const folder = join(stateDir, FOLDER)
	for (const reader of recorded(folder)) if (reader.pid === pid) remove(folder, reader)
}

/** Kills the readers on record that do not listen yet, and answers how many there were in this network namespace. */
export function endStartingReaders(stateDir: string): number {
	const folder = join(stateDir, FOLDER)
	const all = recorded(folder)
	if (all.length === 0) return 0
	for (const reader of all) if (!isThere(reader)) remove(folder, reader)
	const here = namespaceOf('self')
	const readers = all.filter((reader) => isThere(reader) && namespaceOf(reader.pid) === here)
	const listening = readers.length === 0 ? new Set() : listenersHere()
	const starting = readers.filter(({ pid }) => !listening.has(pid))
	for (const { pid } of starting) kill(pid)
	for (let look = 0; look < LOOKS && starting.some(isThere); look++) standStill(LOOK_MS)
	return starting.length
}

const fileOf = (folder: string, { pid, pidStart }: ProcessName): string => join(folder, `${pid}-${pidStart}`)

function recorded(folder: string): readonly ProcessName[] {
	return entriesOf(folder).flatMap((name) => {
		const [, pid, pidStart] = NAME.exec(name) ?? []
		return pid === undefined || pidStart === undefined ? [] : [{ pid: Number(pid), pidStart }]
	})
}

function remove(folder: string, reader: ProcessName): void {
	try {
		unlinkSync(fileOf(folder, reader))
	} catch {}
}

/** Those that read a group, and timeout(1) where it is the parent of one. */
function listenersHere(): ReadonlySet<number> {
	const text = readText('/proc/net/netfilter/nfnetlink_log')
	if (!text.ok) return new Set()
	const pids = parseNfnetlinkLog(text.value).map(({ portid }) => portid)
	return new Set(pids.flatMap((pid) => [pid, parentOf(pid)]))
}

function parentOf(pid: number): number {
	const stat = readText(`/proc/${pid}/stat`)
	return stat.ok ? (parseProcessStat(stat.value)?.parent ?? 0) : 0
}

const isThere = ({ pid, pidStart }: ProcessName): boolean => isAlive(pid, pidStart)

/** With its process group, which is its own: timeout(1) has the reader in it. */
function kill(pid: number): void {
	for (const target of [-pid, pid])
		try {
			process.kill(target, 'SIGKILL')
		} catch {}
}

function namespaceOf(pid: number | 'self'): string {
	try {
		return readlinkSync(`/proc/${pid}/ns/net`)
	} catch (error) {
		return errorCode(error)
	}
}
