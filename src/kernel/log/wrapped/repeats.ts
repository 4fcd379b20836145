/** A logger's word that it has left out messages that were the same. */
export type Repeats = {
	readonly times: number
	/** The message; undefined for "the last one". */
	readonly message: string | undefined
}

/** rsyslog, runtime/ratelimit.c: the message behind its tag, in brackets. */
const WITH_MESSAGE = /^message repeated (\d{1,9}) times: \[ ?/

/** syslog-ng, lib/logsource.c and the suppress() of its destinations. */
const SYSLOG_NG = /^[Ll]ast message '(.{0,8192})' repeated (\d{1,9}) times?(?:, suppressed by|$)/

/** sysklogd, BSD, BusyBox, rsyslog without the message, journald's view of macOS. The first word may have passed for a host. */
const LAST =
	/^(?:[\w-]{1,20}(?:\[\d{1,10}\])?: )?(?:-{2,3} )?(?:(?:last|above|previous) )?message (?:repeated|repeats|buffered) (\d{1,9}) times?(?: -{2,3})?\.?\s*$/i

/** Of the text behind time and host; undefined when it is none. */
export function repeatsIn(text: string): Repeats | undefined {
	const within = WITH_MESSAGE.exec(text)
	if (within !== null) {
		const message = text.slice(within[0].length).trimEnd()
		return { times: Number(within[1]), message: message.endsWith(']') ? message.slice(0, -1) : message }
	}
	const quoted = SYSLOG_NG.exec(text)
	if (quoted !== null) return { times: Number(quoted[2]), message: quoted[1] ?? '' }
	const last = text.length > 120 ? null : LAST.exec(text)
	return last === null ? undefined : { times: Number(last[1]), message: undefined }
}
