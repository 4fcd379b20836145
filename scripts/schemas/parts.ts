// Parts that several outputs have.
import { z } from 'zod'

/** Of every output: rises when a name changes its meaning or goes away. */
export const v = z.literal(1)
export const time = z.iso.datetime().describe('ISO 8601, UTC')
export const texts = z.array(z.string())
export const numbers = z.record(z.string(), z.number())
export const confidence = z.enum(['high', 'medium', 'low'])
export const verdict = z.enum(['invalid', 'accepted', 'dropped', 'second-line', 'depends', 'unknown'])
export const source = z.enum(['probe', 'nflog', 'kmsg'])
/** What an object of the kernel or of a tool holds, as it names it. */
export const anything = z.record(z.string(), z.unknown())

export const netns = z.object({
	inode: z.int(),
	initial: z.boolean().describe('That of the host'),
	name: z.string().describe('init, the name or pid that was asked for, or net:[INODE]'),
})

export const failure = z.object({
	kind: z.string(),
	title: z.string(),
	detail: z.string(),
	next: z.string().describe('What helps; empty where nothing does'),
})

export const owner = z.object({
	uid: z.int(),
	user: z.string(),
	sudoUser: z.string().nullable(),
	tty: z.string().nullable(),
	pid: z.int(),
	pidStart: z.string(),
})

/** A change after its end. */
export const doneChange = z.object({
	knob: z.string().describe('Id of the setting'),
	was: z.string(),
	set: z.string(),
	after: z.string().nullable().describe('What it reads after the undo; null where it cannot be read'),
	state: z.string().describe('undone, conflict, vanished, failed'),
	note: z.string(),
	byHand: z.string().describe('The line for a shell that puts it back'),
	lateMs: z.number().optional().describe('Undone so long after its time; absent when it was in time'),
})

/** Packets without a log line, by what they are. */
export const named = z.object({
	id: z.string(),
	text: z.string(),
	protocol: z.string(),
	count: z.int(),
	confidence,
	because: z.string(),
	flow: z.string(),
	sample: z.string(),
})

const rung = z.object({
	id: z.string(),
	question: z.string(),
	ok: z.boolean().describe('False only where it stops every line'),
	answer: z.enum(['yes', 'partly', 'no', 'unknown']),
	because: z.string(),
	next: z.string(),
	fix: z.string().optional().describe('What of ctscope puts it right'),
	ordinary: z.literal(true).optional().describe('So on every host'),
})

export const reasonLines = z.object({ reaches: z.boolean(), sentence: z.string(), rungs: z.array(rung) })

export const sourceChoice = z.object({
	source,
	why: z.string(),
	notes: texts,
	blockers: texts,
})

export const logging = z.object({
	logInvalid: z.int().nullable(),
	loggers: z.array(
		z.object({
			family: z.int().describe('2 is IPv4, 10 IPv6'),
			bound: z.string().nullable(),
			available: texts,
		}),
	),
	allNetns: z.boolean().nullable(),
	consoleLevel: z.int().nullable(),
})

export const listener = anything.describe('Who reads a group of nfnetlink_log')

export const moduleRow = z.object({
	name: z.string(),
	state: z.enum(['loaded', 'built-in', 'available', 'missing']),
	usedBy: texts,
	refcount: z.int().nullable(),
	description: z.string().nullable(),
	aliases: texts,
	why: z.string(),
})

export const tools = z
	.record(z.string(), z.string().nullable())
	.describe('Version, or null where it is missing')
export const missing = z.array(z.object({ what: z.string(), why: z.string(), next: z.string() }))

export const callSite = z.object({
	file: z.string(),
	line: z.int(),
	module: z.string(),
	func: z.string(),
	flags: z.string().describe('Letters; p prints'),
	format: z.string(),
})

export const dyndbg = z.object({
	path: z.string().nullable(),
	why: z.string(),
	next: z.string(),
	canMount: z.boolean(),
	sites: z.int(),
	enabled: z.int(),
	netfilter: z.int(),
	unread: z.int(),
	on: z.array(callSite),
})

const group = z.array(anything)

/** How full the table is. */
export const table = z.object({
	state: z.enum(['dropping', 'evicting', 'full', 'nearly-full', 'filling', 'roomy']),
	sentence: z.string(),
	count: z.int(),
	peak: z.int(),
	max: z.int().nullable(),
	limitOfHost: z.boolean().describe('The limit is one of the whole host, set in its initial namespace'),
	perSecond: z
		.object({ dropped: z.number(), evicted: z.number(), clashes: z.number() })
		.nullable()
		.describe('Null where one look was taken'),
	holders: z
		.object({
			looked: z.int(),
			sources: group,
			prefixes: group,
			targets: group,
			kinds: group,
			unreplied: z.int(),
			at: z.number().optional(),
		})
		.nullable(),
})

export const printedSite = z.object({
	site: z.string(),
	file: z.string(),
	line: z.int(),
	function: z.string(),
	text: z.string(),
	tells: z.string(),
	count: z.int(),
	packets: z.int(),
	sure: z.boolean(),
	sample: z.string(),
	detail: z.string(),
})

/** Ways in which a packet is counted without a log line. */
export const silentPath = z.object({
	id: z.string(),
	title: z.string(),
	counter: z.enum(['invalid', 'error']),
	standing: z.enum(['likely', 'possible', 'ruled-out']).optional(),
	because: z.string().optional(),
	tellApart: z.string(),
})

const ctOfPacket = z
	.object({
		state: z.string(),
		direction: z.string().nullable(),
		status: texts,
		id: z.string().nullable(),
	})
	.nullable()
	.describe('Null: nothing is known there')

/** The way of one packet through the hooks. */
export const tracedPath = z.object({
	id: z.string(),
	flow: z.string(),
	headers: z.record(z.string(), z.string()),
	reason: z.string().nullable(),
	state: z.string().nullable(),
	again: z.string().nullable().describe('Id of the packet that seems to be the same one, earlier'),
	steps: z.array(
		z.object({
			hook: z.string().nullable(),
			priority: z.int().nullable(),
			family: z.string(),
			table: z.string(),
			chain: z.string(),
			kind: z.enum(['rule', 'policy', 'return']),
			backend: z.string().nullable(),
			number: z.int().nullable(),
			handle: z.int().nullable(),
			text: z.string(),
			verdict: z.string(),
			owner: z.string().nullable(),
			depth: z.int().describe('Jumps from the chain of the hook'),
			decides: z.boolean(),
			doubt: z
				.enum(['unlisted', 'replaced', 'gone'])
				.nullable()
				.describe('Why the text of the rule is not sure'),
			conntrack: ctOfPacket,
		}),
	),
	chains: z.array(
		z.object({
			hook: z.string().nullable(),
			priority: z.int().nullable(),
			family: z.string(),
			table: z.string(),
			chain: z.string(),
			flow: z.string().nullable(),
			in: z.string().nullable(),
			out: z.string().nullable(),
			changed: z
				.object({ before: z.string(), after: z.string(), by: z.enum(['rule', 'entry', 'headers']) })
				.nullable()
				.describe('Addresses and ports since the chain before'),
			conntrack: ctOfPacket,
			steps: z.int(),
		}),
	),
	verdict: z.string().nullable(),
	ending: z.enum(['decided', 'queued', 'passed', 'cut', 'unmet']),
	decision: z.string(),
	untold: texts.describe('What the trace does not tell'),
})
