import { createReadStream } from 'node:fs'
import { fail, ok, type Result } from '../failure.ts'
import { createControlReader, type PrintkSite } from '../kernel/dyndbg-control.ts'
import { findControl } from './dyndbg.ts'
import type { Clock, PrintkReading } from './ports.ts'
import { readFailure } from './proc-fs.ts'

const CHUNK = 65_536
/** A distribution kernel has some 5 000 rows of 100 bytes. */
const LIMIT = 64 << 20

/** Every row of a control file. Each read(2) of it takes the lock of the kernel's table, so it is read once and whole. */
export async function readSites(
	path: string,
): Promise<Result<{ readonly sites: readonly PrintkSite[]; readonly unread: number }>> {
	const reader = createControlReader()
	try {
		const file = createReadStream(path, { encoding: 'utf8', highWaterMark: CHUNK, end: LIMIT })
		for await (const chunk of file) reader.push(chunk)
	} catch (error) {
		return fail(readFailure(path, error))
	}
	const sites = reader.end()
	return ok({ sites, unread: reader.unread })
}

/** The reading of all call sites; where there is no control file it says why, which is no failure. */
export async function readPrintk(clock: Clock, place = findControl()): Promise<Result<PrintkReading>> {
	const read = place.path === null ? ok({ sites: [], unread: 0 }) : await readSites(place.path)
	return read.ok ? ok({ at: clock.monotonic(), ...place, ...read.value }) : read
}
