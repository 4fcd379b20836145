// What commands print that change something for a while, and what puts it back.
import { z } from 'zod'
import { heldChange } from '../../src/guard/wire/protocol.ts'
import * as p from './parts.ts'

const side = p.anything
const reason = z.object({
	id: z.string(),
	text: z.string(),
	protocol: z.string(),
	verdict: p.verdict,
	count: z.int(),
	detail: z.string(),
	flow: z.string().nullable(),
	sample: z.string(),
	ledger: z
		.object({ flow: z.string(), state: z.string(), original: side, reply: side, says: p.texts })
		.nullable()
		.describe('From what the last TCP packet was judged; null without probes'),
})
const obituary = z.object({
	flow: z.string(),
	packets: z.int(),
	kind: z.string().nullable(),
	by: z.object({ task: z.string(), pid: z.int().nullable(), portId: z.int().nullable() }).nullable(),
	state: z.string().nullable(),
	secondsBefore: z.number(),
	sentence: z.string(),
})
const command = z.object({
	argv: p.texts,
	exitCode: z.int().nullable(),
	signal: z.string().nullable(),
	error: z.string().nullable(),
	seconds: z.number(),
})

const packet = z.object({
	at: p.time,
	flow: z.string().nullable(),
	protocol: z.string(),
	flags: p.texts,
	seq: z.int().nullable(),
	ack: z.int().nullable(),
	bound: z.int().nullable(),
	reason: z.string(),
	text: z.string(),
	detail: z.string(),
	verdict: p.verdict,
	netns: z.int().optional(),
	isSilent: z.literal(true).optional(),
	isAnswer: z.literal(true).optional(),
	isAgain: z.literal(true).optional(),
})

const ran = z.object({
	v: p.v,
	kernel: z.string(),
	netns: p.netns,
	source: z.object({
		asked: z.enum(['auto', 'probe', 'nflog', 'kmsg']),
		used: p.source,
		why: z.string(),
	}),
	reasons: z.array(reason),
	named: z.array(p.named),
	packets: z.object({
		bound: z.int().describe('So many are kept at most'),
		notKept: z.int(),
		list: z.array(packet),
	}),
	counters: z.record(z.string(), z.object({ before: z.number(), after: z.number(), delta: z.number() })),
	accounting: z
		.object({
			counted: z.int(),
			explained: z.int(),
			named: z.int(),
			silent: z.int(),
			told: z.int(),
			lost: z.int(),
			lostIsUpperBound: z.boolean(),
			explainedAtLeast: z.int(),
			silentAtMost: z.int(),
			unexplained: z.object({ invalid: z.int(), error: z.int() }),
			aside: p.numbers.describe('Lines that explain no counted packet'),
			sentence: z.string(),
		})
		.describe('counted = explained + named + silent + lost'),
	silent: z.array(p.silentPath),
	printk: z.array(p.printedSite),
	log: z.object({
		records: z.int(),
		lines: z.int(),
		lost: z.int(),
		nflog: z.object({ packets: z.int(), lost: z.int() }).nullable(),
		probes: z.object({ packets: z.int(), lost: z.int() }).nullable(),
		copies: z.int().nullable(),
	}),
	obituaries: z.array(obituary),
	elsewhere: z.array(
		z.object({
			netns: z.object({ inode: z.int(), name: z.string() }),
			isNew: z.boolean().optional(),
			reasons: z.array(reason),
			obituaries: z.array(obituary),
			named: z.array(p.named),
			silent: z.int(),
		}),
	),
	capture: z.object({ path: z.string(), packets: z.int(), bytes: z.int() }).nullable(),
	changes: z.array(p.doneChange),
	flood: z.object({ rate: z.number(), changes: z.int() }).nullable(),
	undo: z.enum(['clean', 'conflict', 'failed', 'late']),
	trouble: p.texts,
	missed: p.texts,
	notes: p.texts,
	expected: z.array(
		z.object({
			id: z.string(),
			expected: z.int(),
			came: z.int(),
			isSure: z.boolean(),
			isMet: z.boolean(),
		}),
	),
	command,
})

export const run = z
	.union([ran, z.object({ v: p.v, failure: p.failure, command })])
	.describe('ctscope run --json FILE: the report, or why there is none')

const account = z
	.object({
		at: p.time,
		counted: z.int(),
		explained: z.int().nullable(),
		silent: z.int().nullable(),
		lost: z.int().nullable(),
		sentence: z.string(),
	})
	.nullable()
	.describe('Null where the counters cannot be read; its parts are null where the kernel does not tell us')

export const investigate = z
	.object({
		v: p.v,
		hostname: z.string(),
		kernel: z.string().describe('uname -r'),
		netns: p.netns,
		seconds: z.number(),
		unknown: z
			.string()
			.nullable()
			.describe(
				'Why it is not known whether something is wrong; null where causes were found, or nothing is wrong',
			),
		account,
		causes: z
			.array(
				z.object({
					id: z.string(),
					title: z.string(),
					confidence: p.confidence,
					share: z.number().describe('Of the INVALID packets, 0 to 1'),
					sentence: z.string(),
					evidence: p.texts,
					excluded: p.texts.describe('Look-alikes, with what rules them out'),
					open: p.texts.describe('Look-alikes that are left, with what would tell'),
					remedies: p.texts,
					flows: p.texts,
				}),
			)
			.describe('The first one explains most; a healthy host has none'),
		reasons: z.array(
			z.object({
				id: z.string(),
				protocol: z.string(),
				text: z.string(),
				count: z.int(),
				flows: p.texts,
			}),
		),
		forecast: z
			.object({
				of: z.int(),
				silent: z.int(),
				lost: z.int(),
				isShared: z.boolean(),
				settings: z.array(
					z.object({
						knob: z.string(),
						to: z.string(),
						passes: z.int().describe('Packets that would not be INVALID'),
						unknown: z.int(),
					}),
				),
			})
			.nullable()
			.describe('What each setting would do to these packets; null where nothing was seen'),
		surroundings: p.texts,
		notChecked: p.texts,
		changes: z.array(p.doneChange),
	})
	.describe('ctscope investigate --json')

const tapLine = z.object({
	v: p.v,
	at: p.time,
	tap: z.string(),
	in: z.string().nullable(),
	out: z.string().nullable(),
	protocol: z.string().nullable(),
	flow: z.string().nullable(),
	flags: p.texts,
	length: z.int().nullable(),
	uid: z.int().nullable(),
	text: z.string(),
})
const tapReport = z.object({
	v: p.v,
	seconds: z.number(),
	taps: z.array(
		z.object({
			name: z.string(),
			kind: z.string(),
			table: z.string(),
			rule: z.string(),
			lines: z.int(),
			counts: z.array(
				z.object({
					hook: z.string(),
					state: z.string().nullable(),
					packets: z.int(),
					bytes: z.int(),
				}),
			),
			flows: z.array(z.object({ flow: z.string(), lines: z.int() })),
		}),
	),
	lost: z.int(),
	changes: z.array(p.doneChange),
})

export const tap = z
	.union([tapReport, tapLine])
	.describe('ctscope tap, preview, count --json: one object a line; the last one is the report')

export const trace = z
	.object({
		v: p.v,
		packets: z.array(p.tracedPath),
		legacy: p.texts
			.nullable()
			.describe('Counters of iptables-legacy, which cannot be traced; null where it has no rules'),
	})
	.describe('ctscope trace --json')

export const revert = z
	.object({
		v: p.v,
		exitCode: z.int(),
		leases: z.array(
			z.object({
				leaseId: z.string(),
				owner: p.owner.nullable(),
				kind: z.enum(['undone', 'dry-run', 'earlier-boot', 'not-due', 'held', 'unreadable']),
				why: z.string(),
				note: z.string(),
				changes: z.array(
					heldChange.extend({
						lateMs: z.number().optional(),
						result: z
							.string()
							.describe(
								'restored, already, left alone, stays loaded, stays mounted, vanished, failed; of a dry run: would restore, can be undone',
							),
					}),
				),
			}),
		),
		error: z.string().optional().describe('Why nothing could be looked at'),
	})
	.describe('ctscope revert --json')
