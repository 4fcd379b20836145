import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'

const LIMIT = '/proc/sys/kernel/printk_devkmsg'

/** Lets programs write as much as they like to /dev/kmsg; the answer puts back what was there. */
export function unlimitedKmsg(): () => void {
	const before = readFileSync(LIMIT, 'utf8')
	writeFileSync(LIMIT, 'on\n')
	return () => writeFileSync(LIMIT, before)
}

/** Writes one record a text; those that the kernel refuses (too long) are skipped. Gives the number written. */
export function writeKmsg(texts: readonly (string | Uint8Array)[]): number {
	const file = openSync('/dev/kmsg', 'w')
	let written = 0
	for (const text of texts) {
		try {
			writeSync(file, Buffer.concat([Buffer.from(text), Buffer.from('\n')]))
			written += 1
		} catch {}
	}
	closeSync(file)
	return written
}
