type Json = { readonly [key: string]: unknown }

const isObject = (value: unknown): value is Json =>
	typeof value === 'object' && value !== null && !Array.isArray(value)

/** Deeper expressions than any that nft takes (NFT_JUMP_STACK_SIZE, and sets in maps) are not followed. */
const DEEPEST = 20
const UNKNOWN = '?'
/** Words that nft prints without quotes though they are texts: states, flags, names of protocols. */
const PLAIN = /^[\w./:*+-]+$/
const isWord = (value: string): boolean => PLAIN.test(value)
const VERDICTS = ['accept', 'drop', 'continue', 'return']

/** A statement of `nft -j` as nft prints it (libnftables-json(5), STATEMENTS; src/json.c); undefined: none that is known. */
export function statementText(statement: unknown): string | undefined {
	if (!isObject(statement)) return undefined
	const [kind = '', value] = Object.entries(statement)[0] ?? []
	if (VERDICTS.includes(kind) || kind === 'notrack') return kind
	if (kind === 'jump' || kind === 'goto') return isObject(value) ? `${kind} ${said(value.target)}` : undefined
	if (kind === 'counter') return counterText(value)
	if (kind === 'match') return isObject(value) ? matchText(value) : undefined
	if (kind === 'vmap')
		return isObject(value) ? `${expressionText(value.key)} vmap ${expressionText(value.data)}` : undefined
	if (kind === 'log') return logText(value)
	if (kind === 'limit') return isObject(value) ? limitText(value) : undefined
	if (kind === 'xt') return isObject(value) ? `xt ${said(value.type)} "${said(value.name)}"` : undefined
	if (kind === 'reject') return rejectText(value)
	if (kind === 'mangle')
		return isObject(value) ? `${expressionText(value.key)} set ${expressionText(value.value)}` : undefined
	if (['snat', 'dnat', 'masquerade', 'redirect', 'tproxy'].includes(kind)) return natText(kind, value)
	if (kind === 'ct helper' || kind === 'ct timeout' || kind === 'ct expectation')
		return `${kind} set ${expressionText(value)}`
	if (kind === 'flow') return isObject(value) ? `flow ${said(value.op)} ${said(value.flowtable)}` : undefined
	if (kind === 'set' || kind === 'map') return isObject(value) ? setText(value) : undefined
	if (OTHERS.includes(kind))
		return `${kind}${isObject(value) ? otherText(value) : value === null || value === undefined ? '' : ` ${expressionText(value)}`}`
	return undefined
}

/** Statements that neither ask for a state nor decide; only their names matter here. */
const OTHERS = [
	'queue',
	'quota',
	'ct count',
	'fwd',
	'dup',
	'synproxy',
	'meter',
	'last',
	'secmark',
	'tunnel',
	'reset',
	'exthdr',
]

const said = (value: unknown): string =>
	typeof value === 'string' || typeof value === 'number' ? String(value) : UNKNOWN

const otherText = (value: Json): string =>
	Object.entries(value)
		.filter(([, one]) => typeof one === 'number' || typeof one === 'string')
		.map(([name, one]) => ` ${name} ${said(one)}`)
		.join('')

const counterText = (value: unknown): string =>
	typeof value === 'string'
		? `counter name "${value}"`
		: isObject(value)
			? `counter packets ${said(value.packets)} bytes ${said(value.bytes)}`
			: 'counter'

function matchText({ op, left, right }: Json): string {
	const operator = op === '==' || op === 'in' || op === undefined ? ' ' : ` ${said(op)} `
	const key = expressionText(left)
	// States and other bits are written with commas; a list that is matched is one of them.
	const value = Array.isArray(right)
		? right.map((one) => expressionText(one)).join(',')
		: valueText(right, key)
	return `${key}${operator}${value}`
}

/** Names of interfaces are texts that nft quotes. */
const valueText = (value: unknown, key: string): string =>
	typeof value === 'string' && /^(?:meta )?[io]if(?:name)?$/.test(key) ? `"${value}"` : expressionText(value)

function logText(value: unknown): string {
	if (!isObject(value)) return 'log'
	const parts = [
		typeof value.prefix === 'string' ? ` prefix "${value.prefix}"` : '',
		typeof value.group === 'number' ? ` group ${value.group}` : '',
		typeof value.snaplen === 'number' ? ` snaplen ${value.snaplen}` : '',
		typeof value['queue-threshold'] === 'number' ? ` queue-threshold ${value['queue-threshold']}` : '',
		typeof value.level === 'string' ? ` level ${value.level}` : '',
		value.flags === undefined ? '' : ` flags ${[value.flags].flat().map(said).join(',')}`,
	]
	return `log${parts.join('')}`
}

function limitText({ rate, per, burst, inv, rate_unit: unit }: Json): string {
	const isBytes = typeof unit === 'string' && unit !== 'packets'
	const over = inv === true ? 'over ' : ''
	// Five packets is what nft does not print.
	const bursts = typeof burst === 'number' && burst > 0 && burst !== 5 ? ` burst ${burst} packets` : ''
	return `limit rate ${over}${said(rate)}${isBytes ? ` ${said(unit)}` : ''}/${said(per)}${bursts}`
}

function rejectText(value: unknown): string {
	if (!isObject(value) || typeof value.type !== 'string') return 'reject'
	if (value.type === 'tcp reset') return 'reject with tcp reset'
	// What it does without a word of it.
	if (value.expr === 'port-unreachable') return 'reject'
	return `reject with ${value.type} ${value.expr === undefined ? '' : expressionText(value.expr)}`.trim()
}

function natText(kind: string, value: unknown): string {
	if (!isObject(value)) return kind
	const address = value.addr === undefined ? '' : expressionText(value.addr)
	const port = value.port === undefined ? '' : `:${expressionText(value.port)}`
	const family = typeof value.family === 'string' ? `${value.family} ` : ''
	const to = address === '' && port === '' ? '' : ` ${family}to ${address}${port}`
	const flags = value.flags === undefined ? '' : ` ${[value.flags].flat().map(said).join(',')}`
	return `${kind}${to}${flags}`
}

const setText = ({ op, elem, set, data }: Json): string =>
	`${said(op)} ${said(set)} { ${expressionText(elem)}${data === undefined ? '' : ` : ${expressionText(data)}`} }`

/** An expression as nft prints it; what is not known gives `?`, which no state is. */
export function expressionText(expression: unknown, depth = 0): string {
	if (depth > DEEPEST) return UNKNOWN
	if (typeof expression === 'number' || typeof expression === 'boolean') return String(expression)
	if (typeof expression === 'string')
		return isWord(expression) || expression.startsWith('@') ? expression : `"${expression}"`
	const inner = (value: unknown) => expressionText(value, depth + 1)
	if (Array.isArray(expression)) {
		// An element of a map: its key and what it gives.
		return expression.length === 2 && depth > 0
			? expression.map(inner).join(' : ')
			: expression.map(inner).join(', ')
	}
	if (!isObject(expression)) return expression === null ? '' : UNKNOWN
	const [kind = '', value] = Object.entries(expression)[0] ?? []
	if (VERDICTS.includes(kind)) return kind
	if (kind === 'jump' || kind === 'goto') return isObject(value) ? `${kind} ${said(value.target)}` : UNKNOWN
	if (kind === 'set') {
		// Elements that lead somewhere are pairs; a single one comes without a list around it.
		return `{ ${(Array.isArray(value) ? value : [value]).map(inner).join(', ')} }`
	}
	if (kind === 'concat') return Array.isArray(value) ? value.map(inner).join(' . ') : UNKNOWN
	if (kind === 'elem') return isObject(value) ? inner(value.val) : UNKNOWN
	if (kind === '|' || kind === '&' || kind === '^' || kind === '<<' || kind === '>>')
		return Array.isArray(value) ? bitsText(kind, value.map(inner)) : UNKNOWN
	if (kind === 'prefix') return isObject(value) ? `${inner(value.addr)}/${said(value.len)}` : UNKNOWN
	if (kind === 'range') return Array.isArray(value) ? value.map(inner).join('-') : UNKNOWN
	if (kind === 'map') return isObject(value) ? `${inner(value.key)} map ${inner(value.data)}` : UNKNOWN
	if (!isObject(value)) return UNKNOWN
	if (kind === 'ct') return `ct ${typeof value.dir === 'string' ? `${value.dir} ` : ''}${said(value.key)}`
	if (kind === 'meta') return UNQUALIFIED.test(said(value.key)) ? said(value.key) : `meta ${said(value.key)}`
	if (kind === 'payload')
		return value.protocol === undefined
			? `@${said(value.base)},${said(value.offset)},${said(value.len)}`
			: `${said(value.protocol)} ${said(value.field)}`
	if (kind === 'fib') return `fib ${[value.flags].flat().map(said).join(' . ')} ${said(value.result)}`
	return `${kind}${otherText(value)}`
}

/** Keys that nft prints without `meta` (src/meta.c, meta_key_is_unqualified). */
const UNQUALIFIED = /^(?:iif|oif|iifname|oifname|iiftype|oiftype|iifgroup|oifgroup|skuid|skgid|cpu|pkttype)$/

/** States of a set of bits are written with commas, masks with strokes. */
const bitsText = (kind: string, parts: readonly string[]): string =>
	kind === '&'
		? `${parts[0]} & ${parts[1]?.includes(' | ') === true ? `(${parts[1]})` : parts[1]}`
		: parts.join(` ${kind} `)
