import { createReadStream } from 'node:fs'
import { createControlReader, type PrintkSite } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { Clock } from '../../model/clock.ts'
import type { PrintkReading } from '../../model/printk-reading.ts'
import type { OnReading } from '../../model/reading-progress.ts'
import { fail, ok, type Result } from '../../words/failure.ts'
import { readFailure } from '../tools/proc-fs.ts'
import { isSettled, modulesNow } from './control-text.ts'
import { findControl } from './dyndbg.ts'

const CHUNK = 65_536
/** A distribution kernel has some 5 000 rows of 100 bytes. */
const LIMIT = 64 << 20

type Sites = { readonly sites: readonly PrintkSite[]; readonly unread: number }

/** Somebody who loads and unloads all the time: what is missing then is there again with the next reading. */
const MOST_READS = 3

/**
 * Every row of a control file. Each read(2) of it takes the lock of the kernel's table, so it is read once and whole;
 * again only when modules came or went meanwhile, since rows are missing then (see control-text.ts).
 */
export async function readSites(path: string, onReading?: OnReading): Promise<Result<Sites>> {
	for (let reads = 1; ; reads++) {
		const modules = modulesNow()
		const read = await readOnce(path, onReading)
		if (!read.ok || reads === MOST_READS || isSettled(modules, modulesNow())) return read
	}
}

async function readOnce(path: string, onReading?: OnReading): Promise<Result<Sites>> {
	const reader = createControlReader()
	let rows = 0
	try {
		const file = createReadStream(path, { encoding: 'utf8', highWaterMark: CHUNK, end: LIMIT })
		for await (const chunk of file) {
			reader.push(chunk)
			rows += String(chunk).split('\n').length - 1
			onReading?.(rows)
		}
	} catch (error) {
		return fail(readFailure(path, error))
	}
	const sites = reader.end()
	return ok({ sites, unread: reader.unread })
}

/** The reading of all call sites; where there is no control file it says why, which is no failure. */
export async function readPrintk(
	clock: Clock,
	place = findControl(),
	onReading?: OnReading,
): Promise<Result<PrintkReading>> {
	const read = place.path === null ? ok({ sites: [], unread: 0 }) : await readSites(place.path, onReading)
	return read.ok ? ok({ at: clock.monotonic(), ...place, ...read.value }) : read
}
