// What commands print that look at a host.
import { z } from 'zod'
import * as p from './parts.ts'

const conntrack = z.object({
	count: z.int().nullable(),
	max: z.int().nullable(),
	stat: p.numbers.nullable().describe('Counters of conntrack -S, sums over all CPUs'),
	table: p.table.nullable(),
})

export const status = z
	.object({
		v: p.v,
		at: p.time,
		hostname: z.string(),
		kernel: z.string(),
		netns: p.netns,
		user: z.object({ uid: z.int(), name: z.string(), sudoUser: z.string().nullable() }),
		systemd: z.boolean(),
		capNetAdmin: z.boolean(),
		conntrack,
		logging: p.logging.nullable(),
		settings: z.record(z.string(), z.string()).nullable().describe('As the kernel prints them, by their ids'),
		reasonLines: p.reasonLines.describe('Whether a reason line reaches us, and why not'),
		source: p.sourceChoice.nullable(),
		listeners: z.array(p.listener).nullable(),
		dyndbg: p.dyndbg,
		modules: z.array(p.moduleRow).nullable(),
		tools: p.tools,
		missing: p.missing,
		failures: z.array(p.failure).describe('What could not be read'),
		changes: z
			.array(
				z.object({
					knob: z.string(),
					was: z.string(),
					set: z.string(),
					now: z.string().nullable(),
					state: z.string(),
					undoAt: p.time.nullable(),
					sysctl: z.string(),
					byHand: z.string(),
					lease: z.string(),
					netnsInode: z.int().nullable(),
					owner: p.owner.nullable(),
					guardAlive: z.boolean(),
				}),
			)
			.describe('In force; the exit status is 10 then'),
		changesKnown: z.boolean().describe('False: the records of changes could not be read (exit status 11)'),
		leases: z.array(
			z.object({
				leaseId: z.string(),
				owner: p.owner.nullable(),
				netnsInode: z.int().nullable(),
				isHere: z.boolean(),
				createdAt: z.number().nullable(),
				deadline: z.number().nullable(),
				alive: z.boolean(),
				earlierBoot: z.boolean(),
				problem: z.string(),
				isKnown: z.boolean(),
				changes: z.int(),
			}),
		),
	})
	.describe('ctscope status --json')

export const doctor = z
	.object({
		v: p.v,
		kernel: z.string(),
		netns: p.netns,
		tools: p.tools,
		missing: p.missing,
		probes: z.object({
			canBe: z.boolean(),
			needsMount: z.boolean().optional(),
			tellsPackets: z.boolean(),
			says: p.texts,
		}),
		guard: z.enum(['service', 'child']),
		leftovers: z.array(
			z.object({
				lease: z.string(),
				problem: z.string(),
				changes: z.array(
					z.object({ knob: z.string(), was: z.string(), set: z.string(), byHand: z.string() }),
				),
			}),
		),
		dyndbg: p.dyndbg,
		modules: z.array(p.moduleRow).nullable(),
		failures: z.array(p.failure),
		reasonLines: p.reasonLines,
		source: p.sourceChoice.nullable(),
		listeners: z.array(p.listener).nullable(),
	})
	.describe('ctscope doctor --json')

export const watch = z
	.object({
		v: p.v,
		at: p.time,
		seconds: z.number().describe('Since the reading before'),
		netns: p.netns.nullable(),
		conntrack: conntrack.extend({
			since: p.numbers.describe('Since watching began'),
			delta: p.numbers.describe('Since the reading before'),
		}),
		reasons: z.array(
			z.object({
				id: z.string(),
				text: z.string(),
				protocol: z.string(),
				verdict: p.verdict,
				answer: z.boolean().describe('The RST of this host to such a packet'),
				count: z.int(),
				delta: z.int(),
				detail: z.string(),
				flow: z.string().nullable(),
				sample: z.string(),
			}),
		),
		named: z.array(p.named),
		account: z
			.object({
				counted: z.int(),
				explained: z.int(),
				named: z.int(),
				silent: z.int(),
				lost: z.int(),
				sentence: z.string(),
			})
			.nullable()
			.describe('counted = explained + named + silent + lost'),
		source: p.source.nullable(),
		elsewhere: z
			.array(
				z.object({
					netns: z.int().describe('Its inode'),
					reasons: z.array(
						z.object({ id: z.string(), text: z.string(), protocol: z.string(), count: z.int() }),
					),
					named: z.array(p.named),
					silent: z.int(),
				}),
			)
			.describe('Other network namespaces, where probes tell of them'),
		probes: z.object({ packets: z.int(), lost: z.int() }).nullable(),
		printk: z.array(p.printedSite.extend({ delta: z.int() })),
		log: z.object({
			following: z.boolean(),
			records: z.int(),
			lines: z.int(),
			rules: z.int(),
			printk: z.int(),
			lost: z.int(),
			delta: z.object({ records: z.int(), lines: z.int(), lost: z.int() }),
		}),
		logging: p.logging.nullable(),
		failures: z.array(p.failure),
	})
	.describe('ctscope watch --json: one object a line for each reading')

export const namespaces = z
	.object({
		v: p.v,
		namespaces: z.array(
			z.object({
				inode: z.int(),
				here: z.boolean(),
				initial: z.boolean(),
				path: z.string().describe('For --netns'),
				names: p.texts.describe('Of ip netns'),
				name: z.string(),
				processes: z.int(),
				first: z.object({ pid: z.int(), name: z.string() }).nullable(),
				container: z.object({ engine: z.string(), id: z.string(), pod: z.string().nullable() }).nullable(),
				invalid: z.int().nullable(),
				invalidPerSecond: z.number().nullable(),
				entries: z.int().nullable(),
				max: z.int().nullable(),
				logInvalid: z.string().nullable(),
				logger: z.string().nullable(),
				why: z.string().describe('Why some of it could not be read'),
			}),
		),
		notLookedAt: z.int(),
	})
	.describe('ctscope namespaces --json')

const site = p.callSite.extend({
	id: z.string(),
	class: z.string().nullable(),
	tells: z.string(),
	talk: z.enum(['rare', 'per-bad-packet', 'per-connection', 'per-packet']),
	explains: p.texts,
	narrows: p.texts,
	known: z.boolean(),
})

export const printk = z
	.object({
		v: p.v,
		path: z.string().nullable(),
		why: z.string(),
		next: z.string(),
		canMount: z.boolean(),
		instead: z.array(z.unknown()),
		words: p.texts,
		total: z.int(),
		netfilter: z.int(),
		enabled: z.int(),
		unread: z.int(),
		proposed: z.array(site.extend({ paths: p.texts, standing: z.string(), exact: z.boolean() })),
		sites: z.array(site),
	})
	.describe('ctscope printk --json')

const kernelList = z.object({
	kept: z.enum(['yes', 'no', 'unknown']),
	size: z.int(),
	staying: z.array(z.object({ text: z.string(), since: z.number() })),
	meaning: z.string(),
})
const took = z.object({
	count: z.int(),
	longest: z.int(),
	histogram: z.array(z.object({ below: z.number().nullable(), entries: z.int() })),
})
const live = z.object({
	now: z.int(),
	held: z.int().describe('For a second or longer'),
	doubtful: z.int(),
	most: z.int(),
	oldest: z.array(z.object({ micros: z.int(), flow: z.string(), tuple: p.anything.nullable() })),
	mayBe: p.texts,
})

export const lists = z
	.object({
		v: p.v,
		netns: p.netns,
		probes: z
			.object({
				seconds: z.number(),
				unconfirmed: live.extend({ untilConfirmed: took, untilDropped: took }).nullable(),
				dying: live.extend({ untilFreed: took }),
				elsewhere: z.object({ unconfirmed: z.int(), dying: z.int() }),
				before: z.object({ confirmed: z.int(), freed: z.int() }),
				lost: z.int(),
				unfollowed: z.int(),
				notKnown: p.texts,
			})
			.nullable()
			.describe('Null where no probe could be set: failure says why'),
		kernel: z.object({ unconfirmed: kernelList, dying: kernelList }).nullable(),
		queues: z.array(p.numbers).nullable(),
		failure: p.failure.nullable(),
		changes: z.array(p.doneChange),
		undo: z.literal([0, 3, 4, 7]),
	})
	.describe('ctscope lists --json; times are in microseconds')

export const flow = z
	.object({
		v: p.v,
		flow: z.object({
			protocol: z.string(),
			source: z.string(),
			sourcePort: z.int().nullable(),
			destination: z.string(),
			destinationPort: z.int().nullable(),
			icmp: z.object({ type: z.int().nullable(), id: z.int().nullable() }).optional(),
			zone: z.int().optional(),
			isQuoted: z.literal(true).optional(),
		}),
		netns: z.string().nullable(),
		confidence: z.string(),
		sentences: p.texts,
		evidence: p.texts,
		notChecked: p.texts,
		entries: z.array(p.anything).nullable().describe('As conntrack -L tells them; null: not asked'),
		sockets: z.array(p.anything).nullable().describe('As ss tells them; null: not asked'),
		end: z
			.object({
				at: p.time,
				kind: z.string().nullable(),
				by: z.object({ task: z.string(), pid: z.int().nullable(), portId: z.int().nullable() }).nullable(),
				state: z.string().nullable(),
				sentence: z.string(),
			})
			.nullable()
			.describe('With --for: how its entry ended'),
	})
	.describe('ctscope flow --json')
