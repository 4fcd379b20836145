/** The fields of one record that a collector has kept as JSON, or the journal as lines. */
export type Entry = Readonly<Record<string, unknown>>

/** Where collectors keep a message, in the order in which one has more than one of them. */
const MESSAGES = [
	'message',
	'msg',
	'log',
	'full_message',
	'short_message',
	'_raw',
	'raw',
	'line',
	'text',
	'textPayload',
	'content',
	'body',
	'data',
	'event',
	'original',
] as const

/** Objects in which the message lies one floor deeper: Elastic, Google, OpenTelemetry, Splunk. */
const INSIDE = ['jsonPayload', 'event', '_source', 'fields', 'result', 'body', 'attributes', 'log'] as const

const TIMES = [
	'@timestamp',
	'time',
	'timestamp',
	'ts',
	'date',
	'datetime',
	'_time',
	'receiveTimestamp',
] as const
const HOSTS = ['hostname', 'host', 'source_host', 'HOSTNAME', 'node'] as const

/** A collector's record of one line of a log. */
export type Collected = {
	readonly message: string
	/** As printed; '' when there is none. */
	readonly time: string
	readonly host: string | undefined
}

/** An object of JSON, also behind the mark of a text sequence (RFC 7464) or of an event stream; undefined for all else. */
export function jsonEntry(text: string): Entry | undefined {
	try {
		const value: unknown = JSON.parse(text)
		if (Array.isArray(value)) return value.find(isEntry)
		return isEntry(value) ? value : undefined
	} catch {
		return undefined
	}
}

const isEntry = (value: unknown): value is Entry =>
	typeof value === 'object' && value !== null && !Array.isArray(value)

/** The line that a collector has wrapped into this record; undefined when it has none. */
export function collected(entry: Entry): Collected | undefined {
	const message =
		messageIn(entry) ?? INSIDE.map((name) => inside(entry, name)).find((one) => one !== undefined)
	if (message === undefined) return undefined
	return { message: message.trimEnd(), time: firstText(entry, TIMES) ?? '', host: hostIn(entry) }
}

const inside = (entry: Entry, name: string): string | undefined => {
	const inner = entry[name]
	return isEntry(inner) ? messageIn(inner) : undefined
}

const messageIn = (entry: Entry): string | undefined => firstText(entry, MESSAGES)

function firstText(entry: Entry, names: readonly string[]): string | undefined {
	for (const name of names) {
		const value = entry[name]
		if (typeof value === 'string' && value !== '') return value
		if (typeof value === 'number' && name !== 'line' && names === TIMES) return String(value)
	}
	return undefined
}

function hostIn(entry: Entry): string | undefined {
	const host = entry.host
	if (isEntry(host)) return firstText(host, ['name', 'hostname'])
	return firstText(entry, HOSTS)
}
