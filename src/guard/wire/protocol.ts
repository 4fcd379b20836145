import { z } from 'zod'
import { objectIn, owner, value, word } from '../../changes/journal.ts'
import type { LeaseView, Plan } from '../../model/change.ts'
import type { Failure, Result } from '../../words/failure.ts'

export const PROTOCOL_VERSION = 1
/** Longest line that the guard reads, and that is read from it. */
export const REQUEST_LIMIT = 256 * 1024
export const ANSWER_LIMIT = 8 * 1024 * 1024
/** Of one plan: all call sites of conntrack of the most talkative kernels are fewer. */
export const MOST_CHANGES = 256

const plan: z.ZodType<Plan> = z.strictObject({
	purpose: word,
	changes: z
		.array(z.strictObject({ knob: word, from: value, to: value }))
		.min(1)
		.max(MOST_CHANGES),
})

/** What may be asked of the guard. `id` comes back in the answer. */
const request = z.discriminatedUnion('op', [
	/** The first connection that says it owns the lease: its end is the end of the changes. */
	z.strictObject({ op: z.literal('hello'), id: z.int(), v: z.literal(PROTOCOL_VERSION), owner }),
	z.strictObject({ op: z.literal('prepare'), id: z.int(), plan }),
	z.strictObject({ op: z.literal('apply'), id: z.int(), plan }),
	/** Without `why` somebody asked for it; a program that ran before an update says it never. */
	z.strictObject({ op: z.literal('undo'), id: z.int(), seq: z.int().min(1), why: word.optional() }),
	/** `why` is for the record. `ifDue`: only when the deadline is over, so that a timer that was left behind does nothing. */
	z.strictObject({ op: z.literal('undoAll'), id: z.int(), why: word, ifDue: z.boolean() }),
	z.strictObject({ op: z.literal('extend'), id: z.int() }),
	z.strictObject({ op: z.literal('confirm'), id: z.int(), seq: z.int().min(1) }),
	z.strictObject({ op: z.literal('persist'), id: z.int() }),
	/** A sign of life: it is answered at once, whatever else is going on. */
	z.strictObject({ op: z.literal('alive'), id: z.int() }),
	z.strictObject({ op: z.literal('bye'), id: z.int() }),
	/** The owner has taken note of the last view: nothing has to be kept for later. No answer. */
	z.strictObject({ op: z.literal('seen') }),
])
export type Request = z.infer<typeof request>
/** Requests that are answered. */
export type Question = Exclude<Request, { op: 'seen' }>
/** Requests without their number, as a client writes them. */
export type Ask = WithoutId<Question>
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never

/** Strictly: an unknown field is an unknown request. */
export function decodeRequest(line: string): Request | undefined {
	const found = request.safeParse(objectIn(line))
	return found.success ? found.data : undefined
}

/** One change as it travels, also in the answer of `ctscope revert --json`. */
export const heldChange = z.object({
	seq: z.int(),
	knob: z.string(),
	class: z.enum(['logs-more', 'treats-differently']),
	sysctl: z.string(),
	path: z.string(),
	purpose: z.string(),
	was: z.string(),
	set: z.string(),
	now: z.string().nullable(),
	state: z.enum(['in-force', 'confirm', 'undone', 'conflict', 'vanished', 'failed']),
	appliedAt: z.number(),
	endedAt: z.number().nullable(),
	undoAt: z.number(),
	confirmBy: z.number().nullable(),
	note: z.string(),
	byHand: z.string(),
	lateMs: z.number().exactOptional(),
})

const view: z.ZodType<LeaseView> = z.object({
	leaseId: z.string(),
	phase: z.enum(['starting', 'holding', 'undoing', 'lost', 'closed', 'failed']),
	form: z.enum(['service', 'child']),
	timer: z.boolean(),
	netnsInode: z.int(),
	deadline: z.number(),
	persisted: z.boolean(),
	changes: z.array(heldChange),
	outcome: z.enum(['clean', 'conflict', 'failed']).nullable(),
	why: z.string(),
	flood: z.object({ rate: z.number() }).nullable(),
})

const failure: z.ZodType<Failure> = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('not-permitted'), what: z.string(), need: z.string() }),
	z.object({ kind: z.literal('unsupported'), what: z.string(), why: z.string() }),
	z.object({ kind: z.literal('busy'), knob: z.string(), holder: z.string(), leaseId: z.string() }),
	z.object({
		kind: z.literal('conflict'),
		knob: z.string(),
		expected: z.string(),
		found: z.string(),
		byHand: z.string(),
	}),
	z.object({
		kind: z.literal('kernel-refused'),
		path: z.string(),
		value: z.string(),
		code: z.string(),
		hint: z.string().exactOptional(),
	}),
	z.object({ kind: z.literal('usage'), message: z.string(), next: z.string() }),
])

const answer = z.union([
	/** `id` null: a push after an event, the answer to nothing. */
	z.strictObject({ id: z.int().nullable(), ok: z.literal(true), view }),
	z.strictObject({ id: z.int(), ok: z.literal(false), failure }),
	/** The guard has the request and works on it: it is not hung. */
	z.strictObject({ id: z.int(), working: z.literal(true) }),
])
export type Answer = z.infer<typeof answer>

export function decodeAnswer(line: string): Answer | undefined {
	const found = answer.safeParse(objectIn(line))
	return found.success ? found.data : undefined
}

export const encode = (message: Request | Answer): string => `${JSON.stringify(message)}\n`

export const pushOf = (pushed: LeaseView): Answer => ({ id: null, ok: true, view: pushed })

export function answerOf(id: number, result: Result<LeaseView>): Answer {
	return result.ok ? { id, ok: true, view: result.value } : { id, ok: false, failure: result.failure }
}

const refusal = z.object({ failure })

/** The line by which a guard says why it did not begin. */
export function decodeRefusal(stderr: string): Failure | undefined {
	for (const line of stderr.split('\n')) {
		const json = objectIn(line)
		const found = json === undefined ? undefined : refusal.safeParse(json)
		if (found?.success === true) return found.data.failure
	}
	return undefined
}
