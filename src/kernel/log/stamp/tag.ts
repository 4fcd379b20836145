/** syslog(3), and the names that dmesg and OpenWrt use. */
export const LEVELS: ReadonlyMap<string, number> = new Map([
	['emerg', 0],
	['panic', 0],
	['alert', 1],
	['crit', 2],
	['err', 3],
	['error', 3],
	['warn', 4],
	['warning', 4],
	['notice', 5],
	['info', 6],
	['debug', 7],
])

const FACILITY_LEVEL =
	/^(?:kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local[0-7])\.([a-z]{3,7})$/

/** Of `kern.warn`; undefined for every other word, such as the name of a host. */
export function facilityLevel(word: string): number | undefined {
	return LEVELS.get(FACILITY_LEVEL.exec(word)?.[1] ?? '')
}

const RELAYS = /^(?:klogd|kernel|ulogd)(?:\[\d{1,10}\])?:$/

/** Tags of the kernel's messages, and of ulogd, which writes down packets with the kernel's words for them. */
export function isKernelTag(word: string): boolean {
	return word === 'kernel:' || RELAYS.test(word)
}
