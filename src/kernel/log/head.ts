import { type Scan, scanOf, skipBlanks, wordEnd } from '../bytes/scan.ts'
import { packetPrefix } from '../packet/packet-prefix.ts'
import { parseKmsgRecord } from './kmsg-record.ts'
import { logcatHead, taskEnd } from './stamp/android.ts'
import { bracketStamps, callerEnd } from './stamp/bracket.ts'
import { clockStamp } from './stamp/clock.ts'
import { facilityLevel, isKernelTag, LEVELS } from './stamp/tag.ts'

/** What a log has put before the words of a message. Safe to print. */
export type Stamp = {
	/** The time as printed, without brackets: `Dec 25 14:12:33`, `16690.645068`, `+0.000004`; '' when there is none. */
	readonly text: string
	/** ms since 1970; null when year or zone are not there. */
	readonly wall: number | null
	/** Seconds since boot; does not count suspend. */
	readonly boot: number | null
	/** 0 emergency to 7 debug. */
	readonly level: number | null
	readonly host: string | null
}

/**
 * Who wrote the message, as far as the line says it. `program`: not the kernel, however much the words look like it
 * (a record of /dev/kmsg with another facility, a message of logger in the journal).
 */
export type Origin = 'kernel' | 'program' | 'unknown'

/** The message is the scan from `at` on, with `ahead` before it. */
export type Head = {
	readonly stamp: Stamp
	readonly origin: Origin
	readonly scan: Scan
	readonly at: number
	readonly ahead: string
}

const BLANK = 0x20
const BRACKET = 0x5b
const COMMA = 0x2c
const DASH = 0x2d
const DOT = 0x2e
const LESS = 0x3c
const COLON = 0x3a
const EQUALS = 0x3d
const DIGIT_0 = 0x30
const DIGIT_1 = 0x31
const DIGIT_9 = 0x39
/** `authpriv.warning` */
const LONGEST_LEVEL = 20
const LETTER_H = 0x68
const LETTER_F = 0x66
const LETTER_N = 0x6e
const LETTER_S = 0x73

/** `<174>1 2003-08-24T05:14:15+00:00 host app procid msgid structured-data `: RFC 5424. */
const RFC5424 =
	/<\d{1,3}>1 (\S{1,40}) (\S{1,255}) (\S{1,48}) \S{1,128} \S{1,32} (?:-|(?:\[(?:[^"\]]|"(?:[^"\\]|\\.)*")*\])+)(?: |$)/y

/** The same where a collector has taken the priority away; what has no time in front is none. */
const RFC5424_BARE =
	/1 (\d{4}-\d\d-\d\dT\S{8,30}) (\S{1,255}) (\S{1,48}) \S{1,128} \S{1,32} (?:-|(?:\[(?:[^"\]]|"(?:[^"\\]|\\.)*")*\])+)(?: |$)/y

/** CRI: the stream of a container, and whether the line is whole. */
const CONTAINER = /std(?:out|err) [FP] /y

const UTF8_MARK = '\\ufeff'

const PRIORITY = /<(\d{1,3})>/y

/** pve-firewall: virtual machine, level, chain; then the time. */
const PROXMOX = /(\d{1,10} \d \S{1,64}) (?=\d{2}\/[A-Z][a-z]{2}\/\d{4}:)/y

const KMSG = /^ *\d{1,10},\d{1,16},\d{1,16},/

/** dmesg -x */
const DMESG_DECODED = /([a-z]{2,8}\d?) {0,8}:([a-z]{2,8}) {0,8}: /y

/** dmesg --time-format iso: neither host nor tag is behind it. */
const DMESG_ISO = /^\d{4}-\d{2}-\d{2}T[\d:]{8},/

/** A line without any head gives the same stamp each time. */
const NO_STAMP: Stamp = { text: '', wall: null, boot: null, level: null, host: null }

export function headOf(scan: Scan): Head {
	const from = skipBlanks(scan, 0)
	const first = scan.codes[from] ?? 0
	if (first >= DIGIT_0 && first <= DIGIT_9 && behindDigits(scan, from) === COMMA && KMSG.test(scan.text)) {
		const head = kmsgHead(scan.text.slice(from))
		if (head !== undefined) return head
	}
	const reader = new HeadReader(scan, from)
	reader.read(first)
	return reader
}

/** A record as read() of /dev/kmsg gives it. */
function kmsgHead(line: string): Head | undefined {
	const record = parseKmsgRecord(line)
	if (record === undefined) return undefined
	const boot = record.at / 1e6
	return {
		stamp: { text: boot.toFixed(6), wall: null, boot, level: record.level, host: null },
		origin: record.facility === 0 ? 'kernel' : 'program',
		scan: scanOf(record.text),
		at: 0,
		ahead: '',
	}
}

class HeadReader implements Head {
	readonly scan: Scan
	at: number
	ahead = ''
	origin: Origin = 'unknown'
	#text = ''
	#wall: number | null = null
	#boot: number | null = null
	#level: number | null = null
	#host: string | null = null

	constructor(scan: Scan, from: number) {
		this.scan = scan
		this.at = from
	}

	get stamp(): Stamp {
		if (this.#text === '' && this.#level === null && this.#host === null) return NO_STAMP
		return { text: this.#text, wall: this.#wall, boot: this.#boot, level: this.#level, host: this.#host }
	}

	read(first: number): void {
		if (first === BRACKET) this.#brackets()
		else if (first === DIGIT_1 && this.scan.codes[this.at + 1] === BLANK && this.#bareRfc5424()) return
		else if (first === LESS) this.#priority()
		else this.#clock()
	}

	/** `<6>`: facility times 8 and level. */
	#priority(): void {
		const { text } = this.scan
		const found = matches(PRIORITY, text, this.at)
		if (found === undefined) return
		const priority = Number(found[1])
		this.#level = priority % 8
		if (priority >= 8) this.origin = 'program'
		const rfc = matches(RFC5424, text, this.at)
		if (rfc !== undefined) this.#rfc5424(rfc[1] ?? '', rfc[2] ?? '', rfc[3] ?? '')
		this.at = this.#messageAt(this.at + (rfc ?? found)[0].length)
		if (this.scan.codes[this.at] === BRACKET) this.#brackets()
		else if (rfc === undefined) this.#clock()
	}

	#bareRfc5424(): boolean {
		const rfc = matches(RFC5424_BARE, this.scan.text, this.at)
		if (rfc === undefined) return false
		this.#rfc5424(rfc[1] ?? '', rfc[2] ?? '', rfc[3] ?? '')
		this.at = this.#messageAt(this.at + rfc[0].length)
		if (this.scan.codes[this.at] === BRACKET) this.#brackets()
		return true
	}

	#rfc5424(time: string, host: string, app: string): void {
		if (time !== '-') {
			this.#text = time
			this.#wall = clockStamp(this.scan, this.scan.text.indexOf(' ', this.at) + 1)?.wall ?? null
		}
		this.#host = host === '-' ? null : host
		this.origin = isKernelTag(`${app}:`) ? 'kernel' : 'program'
	}

	/** Where the message of RFC 5424 begins: behind the mark of UTF-8, which has been made visible. */
	#messageAt(end: number): number {
		const at = skipBlanks(this.scan, end)
		return this.scan.text.startsWith(UTF8_MARK, at) ? at + UTF8_MARK.length : at
	}

	/** dmesg and consoles; journalctl -o short-monotonic has host and tag behind it, dmesg the message. */
	#brackets(): void {
		const { scan } = this
		if (!this.#bracket(this.at) && !this.#caller()) return
		const next = skipBlanks(scan, wordEnd(scan, this.at))
		if (scan.text.startsWith('kernel: ', next)) this.#hostAndTag()
	}

	#bracket(at: number): boolean {
		const stamp = bracketStamps(this.scan, at)
		if (stamp === undefined) return false
		if (this.#text === '') this.#text = stamp.text
		this.#boot ??= stamp.boot
		this.at = stamp.boot === null ? stamp.end : skipBlanks(this.scan, taskEnd(this.scan, stamp.end))
		if (this.origin === 'unknown') this.origin = 'kernel'
		return true
	}

	/** `[T123] ` without a stamp, where somebody has switched that off. */
	#caller(): boolean {
		const end = callerEnd(this.scan, this.at)
		if (end === this.at) return false
		this.at = skipBlanks(this.scan, end)
		if (this.origin === 'unknown') this.origin = 'kernel'
		return true
	}

	#clock(): void {
		const { scan } = this
		const first = scan.codes[this.at] ?? 0
		// The most frequent beginning of a line without a stamp: `nf_ct_proto_6:`.
		if (first === LETTER_N && scan.codes[this.at + 1] === LETTER_F) return
		if (first > 0x60) {
			if (!this.#decoded()) this.#tag()
			return
		}
		if (scan.codes[this.at + 2] === DASH && this.#logcat()) return
		const proxmox = behindDigits(scan, this.at) === BLANK ? matches(PROXMOX, scan.text, this.at) : undefined
		const from = proxmox === undefined ? this.at : this.at + proxmox[0].length
		const clock = clockStamp(scan, from)
		if (clock === undefined) return
		this.#text = scan.text.slice(from, clock.end)
		this.#wall = clock.wall
		this.at = skipBlanks(scan, clock.end)
		if (proxmox !== undefined) this.ahead = proxmox[1] ?? ''
		else if (scan.codes[from + 19] === COMMA && DMESG_ISO.test(this.#text)) this.origin = 'kernel'
		else this.#hostAndTag()
	}

	#logcat(): boolean {
		const found = logcatHead(this.scan, this.at)
		if (found === undefined) return false
		this.#text = found.text
		this.#level = found.level
		this.origin = found.tag === '' || found.tag === 'kernel' ? 'kernel' : 'program'
		this.at = skipBlanks(this.scan, found.end)
		if (this.scan.codes[this.at] === BRACKET) this.#brackets()
		return true
	}

	#decoded(): boolean {
		const { scan } = this
		const found = matches(DMESG_DECODED, scan.text, this.at)
		const level = LEVELS.get(found?.[2] ?? '')
		if (found === undefined || level === undefined) return false
		this.#level = level
		this.origin = found[1] === 'kern' ? 'kernel' : 'program'
		this.at = skipBlanks(scan, this.at + found[0].length)
		if (scan.codes[this.at] === BRACKET) this.#brackets()
		return true
	}

	/** Behind a time: a host, or none, twice on some routers; OpenWrt and BusyBox put facility and level there. */
	#hostAndTag(): void {
		const { scan } = this
		const container = scan.codes[this.at] === LETTER_S ? matches(CONTAINER, scan.text, this.at) : undefined
		if (container !== undefined) {
			this.at = skipBlanks(scan, this.at + container[0].length)
			return
		}
		if (!this.#isMessage() && !this.#facilityLevel()) {
			const end = wordEnd(scan, this.at)
			const host = scan.text.slice(this.at, end)
			this.#host = host
			this.at = skipBlanks(scan, end)
			if (scan.text.startsWith(host, this.at) && wordEnd(scan, this.at) === this.at + host.length) {
				this.at = skipBlanks(scan, this.at + host.length)
			}
			this.#facilityLevel()
		}
		this.#tag()
	}

	/** The next word is no host: a tag, or the message itself, whose prefix may end at IN= without a blank. */
	#isMessage(): boolean {
		const { scan, at } = this
		const { codes, to } = scan
		if (at >= to || codes[at] === BRACKET) return true
		const end = wordEnd(scan, at)
		if (codes[end - 1] === COLON) return true
		for (let next = at; next < end; next++) if (codes[next] === EQUALS) return true
		return codes[at] === LETTER_H && packetPrefix(scan, at) !== undefined
	}

	/** `kern.warn` */
	#facilityLevel(): boolean {
		const { scan, at } = this
		const { codes } = scan
		const end = wordEnd(scan, at)
		let dot = at
		while (dot < end && codes[dot] !== DOT) dot++
		const level =
			dot === end || end - at > LONGEST_LEVEL ? undefined : facilityLevel(scan.text.slice(at, end))
		if (level === undefined) return false
		this.#level = level
		this.at = skipBlanks(scan, end)
		return true
	}

	/** `kernel: `, and the stamp of printk behind it. Tags of programs stay: they are the beginning of the message. */
	#tag(): void {
		const { scan } = this
		const end = wordEnd(scan, this.at)
		if (scan.codes[end - 1] !== COLON || end - this.at > 32) return
		if (end - this.at === 1) {
			this.at = skipBlanks(scan, end)
			return
		}
		if (!isKernelTag(scan.text.slice(this.at, end))) return
		this.at = skipBlanks(scan, end)
		this.origin = 'kernel'
		// Behind a tag only the seconds of printk are a stamp: `[12]` may be what an admin has put there.
		if (scan.codes[this.at] !== BRACKET) return
		const stamp = bracketStamps(scan, this.at)
		if (stamp === undefined) this.#caller()
		else if (stamp.boot !== null) this.#bracket(this.at)
	}
}

/** What stands behind the digits at `from`. */
function behindDigits({ codes }: Scan, from: number): number | undefined {
	let at = from
	for (let code = codes[at] ?? 0; code >= DIGIT_0 && code <= DIGIT_9; code = codes[at] ?? 0) at++
	return at === from ? undefined : codes[at]
}

function matches(form: RegExp, text: string, at: number): RegExpExecArray | undefined {
	form.lastIndex = at
	return form.exec(text) ?? undefined
}
