import { plainScan } from '../bytes/scan.ts'
import type { LogLine } from './plain-line.ts'
import { clockStamp } from './stamp/clock.ts'
import { facilityLevel } from './stamp/tag.ts'

const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d'
const MONTHS = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
const SYSLOG = `${MONTHS} [ 123]\\d ${TIME}`
const ISO = `\\d{4}-\\d\\d-\\d\\dT${TIME}(?:\\.\\d{1,9})?(?:Z|[+-]\\d\\d:?\\d\\d)`

/** Behind these a message may be the kernel's, of netfilter, or of a logger that counts what it has left out. */
const OF_INTEREST =
	'kern|klog|ulog|helper|nf_|nft_|xt_|ip_|ip6_|ipt_|ip6t_|ebt_|tcp_|x_tables|nfnetlink|conntrack|printk|_|systemd-j|rsyslogd|Missed|dyn|[nN][efEF]'

/**
 * `Mar  8 20:16:44 HOST TAG[PID]: WORDS`, printable ASCII, without an equals sign: no packet is in it. A digit or one of these letters
 * may begin a count of what a logger has put together.
 */
const HEAD = `^(?:${SYSLOG}|${ISO}) (?!helper )[A-Za-z][\\w.-]{0,62}(?<![.]) `
const PROGRAM = new RegExp(
	`${HEAD}(?!${OF_INTEREST})[A-Za-z][\\w/-]{1,27}(?:\\[\\d{1,10}\\])?: (?![\\d -]|(?:\\w{4,8} )?[mM][eE])[ -<>-~]*$`,
)

/**
 * The same of the kernel, whose words may also be a call site's. What may be around another message has one of the characters that
 * are not allowed here.
 */
const KERNEL = new RegExp(
	`${HEAD}kernel: \\[ {0,8}\\d{1,10}\\.\\d{6}\\] (?!${OF_INTEREST}|[* ]|/dev/|[\\w.]{1,64}: \\d)[ -"$-')-<>-Z\\]\`-~]+$`,
)

const SYSLOG_END = 15
const KERNEL_TAG = ' kernel: ['
const DIGIT_9 = 0x39
/** Longer ones are read with care. */
const LONGEST = 4096

/**
 * A line without any packet, as nearly all lines of nearly all logs are: what parseAnyLine makes of it, in a fraction of the time.
 * Undefined for all else, and where there is any doubt.
 */
export function usualLine(raw: string): LogLine | undefined {
	if (raw.length > LONGEST) return undefined
	const isIso = raw.charCodeAt(0) <= DIGIT_9
	const end = isIso ? raw.indexOf(' ') : SYSLOG_END
	const at = raw.indexOf(' ', end + 1)
	const isKernel = raw.startsWith(KERNEL_TAG, at)
	if (!(isKernel ? KERNEL : PROGRAM).test(raw) || (isKernel && raw.includes('message '))) return undefined
	const host = raw.slice(end + 1, at)
	if (facilityLevel(host) !== undefined) return undefined
	const text = raw.slice(0, end)
	const wall = isIso ? wallOf(text) : null
	if (!isKernel)
		return {
			stamp: { text, wall, boot: null, level: null, host },
			raw,
			kind: 'other',
			text: raw.slice(at + 1),
		}
	const open = at + KERNEL_TAG.length
	const close = raw.indexOf(']', open)
	const boot = Number(raw.slice(open, close))
	return { stamp: { text, wall, boot, level: null, host }, raw, kind: 'printk', text: raw.slice(close + 2) }
}

function wallOf(time: string): number | null {
	const scan = plainScan(time)
	return (scan && clockStamp(scan, 0)?.wall) ?? null
}
