/** Fields by ulogd's names, and by those of the Common Information Model that its JSON has instead (output/ulogd_output_JSON.c). */
type Fields = ReadonlyMap<string, string>

const BOUNDARY = /^===>PACKET BOUNDARY/
const NAME = String.raw`(?:raw|oob|ip6?|tcp|udp|icmpv?6?|sctp|ahesp|mac|local|arp|sum|print|ct|flow)\.[\w.]{1,60}`
const FIELD = new RegExp(`^(raw|${NAME})=(.{0,1000})$`)
/** GPRINT: the fields of a packet on one line; no value is quoted, so a comma is one where the name of a field follows. */
const IN_ONE_LINE = new RegExp(`^(?:timestamp=[^,]{1,40},)?${NAME}=[^,]*,(?:.*,)?(?:oob|ip)\\.[\\w.]{1,60}=`)
const BETWEEN = new RegExp(`,(?=${NAME}=)`)
const LONGEST = 32_000
const MOST_FIELDS = 200

/** A line of ulogd's JSON, of its OPRINT or of its GPRINT, to be asked of every line. */
export const isUlogdLine = (line: string): boolean =>
	line.charCodeAt(0) === 0x7b
		? /"(?:oob\.(?:prefix|family|in|hook)|ip\.saddr(?:\.str)?|src_ip|raw\.pktlen)"\s*:/.test(
				line.slice(0, LONGEST),
			)
		: BOUNDARY.test(line) || FIELD.test(line) || IN_ONE_LINE.test(line.slice(0, LONGEST))

const FLAGS = ['cwr', 'ece', 'urg', 'ack', 'psh', 'rst', 'syn', 'fin'] as const
const PROTOCOLS: Readonly<Record<string, string>> = {
	'1': 'ICMP',
	'6': 'TCP',
	'17': 'UDP',
	'58': 'ICMPv6',
	'132': 'SCTP',
}

/**
 * Makes of ulogd's records the line that the kernel would have printed (net/netfilter/nf_log_syslog.c), so that one parser reads
 * both. `take` answers the line that is whole with this one; `end` the last one. Values are untrusted, and stay one word each.
 */
export function createUlogd() {
	let open: Map<string, string> | undefined

	const close = (): string | undefined => {
		const line = open === undefined || open.size === 0 ? undefined : lineOf(forwards(open))
		open = undefined
		return line
	}

	return {
		take(line: string): string | undefined {
			if (line.charCodeAt(0) === 0x7b) return ofJson(line)
			if (BOUNDARY.test(line)) {
				const done = close()
				open = new Map()
				return done
			}
			if (IN_ONE_LINE.test(line.slice(0, LONGEST))) return lineOf(fieldsIn(line))
			const [, name, value = ''] = FIELD.exec(line) ?? []
			if (name === undefined) return undefined
			open ??= new Map()
			if (open.size < MOST_FIELDS) open.set(name, value)
			return undefined
		},
		end: close,
	}
}

function fieldsIn(line: string): Fields {
	const fields = new Map<string, string>()
	for (const part of line.slice(0, LONGEST).split(BETWEEN)) {
		const at = part.indexOf('=')
		if (at > 0 && fields.size < MOST_FIELDS) fields.set(part.slice(0, at), part.slice(at + 1))
	}
	return fields
}

/** OPRINT prints the bytes of an IPv4 address from the last to the first (HIPQUAD, output/ulogd_output_OPRINT.c). */
function forwards(fields: Fields): Fields {
	const turned = (name: string): readonly [string, string][] => {
		const value = fields.get(name)
		return value === undefined || !/^\d{1,3}(?:\.\d{1,3}){3}$/.test(value)
			? []
			: [[name, value.split('.').toReversed().join('.')]]
	}
	return new Map([...fields, ...turned('ip.saddr'), ...turned('ip.daddr')])
}

function ofJson(line: string): string | undefined {
	if (line.length > LONGEST) return undefined
	try {
		const found: unknown = JSON.parse(line)
		if (typeof found !== 'object' || found === null) return undefined
		const fields = new Map<string, string>()
		for (const [name, value] of Object.entries(found))
			if (fields.size < MOST_FIELDS && ['string', 'number', 'boolean'].includes(typeof value))
				fields.set(name, String(value))
		return lineOf(fields)
	} catch {
		return undefined
	}
}

function lineOf(fields: Fields): string | undefined {
	const get = (...names: readonly string[]): string | undefined =>
		names.map((name) => fields.get(name)).find((value) => value !== undefined && value !== '')
	const word = (...names: readonly string[]): string =>
		(get(...names) ?? '').replaceAll(/\s/g, '_').slice(0, 200)
	const source = addressOf(word('src_ip', 'ip.saddr.str', 'ip.saddr'))
	const target = addressOf(word('dest_ip', 'ip.daddr.str', 'ip.daddr'))
	if (source === undefined || target === undefined) return undefined
	const protocol = word('ip.protocol', 'ip6.nexthdr', 'protocol')
	const name = PROTOCOLS[protocol] ?? protocol.toUpperCase()
	const layer = name === 'UDP' ? 'udp' : 'tcp'
	const number = (key: string, ...names: readonly string[]): string => {
		const value = get(...names)
		return value !== undefined && /^\d{1,10}$/.test(value) ? `${key}=${value} ` : ''
	}
	const isSet = (flag: string) => ['1', 'true'].includes(get(`tcp.${flag}`) ?? '')
	const prefix = (get('oob.prefix') ?? '').slice(0, 200).trim()
	const time = timeOf(get('oob.time.sec'), get('oob.time.usec')) ?? get('timestamp') ?? ''
	// The first word behind a time is a host: the prefix must not pass for one.
	const head = /^\d{4}-\d\d-\d\dT[\d:.]{8,15}(?:Z|[+-]\d\d:?\d\d)?$/.test(time) ? `${time} - ulogd: ` : ''
	return [
		head,
		prefix === '' ? '' : `${prefix} `,
		`IN=${word('oob.in')} OUT=${word('oob.out')} `,
		`SRC=${source} DST=${target} `,
		number('LEN', 'ip.totlen', 'raw.pktlen'),
		number('TTL', 'ip.ttl'),
		number('ID', 'ip.id'),
		name === '' ? '' : `PROTO=${name} `,
		number('SPT', 'src_port', `${layer}.sport`),
		number('DPT', 'dest_port', `${layer}.dport`),
		number('SEQ', 'tcp.seq'),
		number('ACK', 'tcp.ackseq'),
		number('WINDOW', 'tcp.window'),
		name === 'TCP'
			? FLAGS.filter(isSet)
					.map((flag) => `${flag.toUpperCase()} `)
					.join('')
			: '',
		number('URGP', 'tcp.urgp'),
		number('TYPE', 'icmp.type'),
		number('CODE', 'icmp.code'),
	].join('')
}

/** When the kernel had the packet: it says so exactly, and with the zone, which the time of the record has not. */
function timeOf(seconds: string | undefined, micros = '0'): string | undefined {
	if (seconds === undefined || !/^\d{9,10}$/.test(seconds) || !/^\d{1,6}$/.test(micros)) return undefined
	const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19)
	return `${whole}.${micros.padStart(6, '0')}Z`
}

/** Text as it is; of a number, which is in network byte order as the host reads it, its four bytes (lowest first on little endian). */
function addressOf(text: string): string | undefined {
	if (/^[\da-f:.]{3,45}$/i.test(text) && /[.:]/.test(text)) return text
	if (!/^\d{1,10}$/.test(text) || Number(text) > 0xffff_ffff) return undefined
	const value = Number(text)
	return [0, 8, 16, 24].map((bits) => (value >>> bits) & 0xff).join('.')
}
