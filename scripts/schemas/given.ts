// What commands print that read rules, logs and files.
import { z } from 'zod'
import * as p from './parts.ts'

const counter = z
	.object({
		packets: z.number(),
		bytes: z.number(),
		about: z
			.array(z.enum(['packets', 'bytes']))
			.optional()
			.describe('Those that the tool has rounded'),
	})
	.nullable()

const way = z.object({ hook: z.string(), priority: z.int().nullable(), path: p.texts })

export const rules = z
	.object({
		v: p.v,
		format: z.string().nullable().describe('What a file was taken for; null for this host'),
		tookMs: z.int(),
		backends: p.texts,
		total: z.int(),
		warnings: p.texts,
		listings: p.texts.optional(),
		rules: z.array(
			z.object({
				listing: z.int().optional(),
				hook: z.string().nullable(),
				priority: z.int().nullable(),
				path: p.texts,
				reachedFrom: z.array(way),
				ways: z.int(),
				moreWays: z.boolean(),
				backend: z.string(),
				family: z.string(),
				table: z.string(),
				chain: z.string(),
				number: z.int().nullable(),
				handle: z.int().nullable(),
				text: z.string(),
				states: p.texts.nullable(),
				invalid: z.boolean(),
				mayBeInvalid: z.boolean(),
				stateNotShown: z.string().nullable(),
				action: z.string(),
				log: p.anything.nullable(),
				owner: z.string().nullable(),
				comment: z.string(),
				counter,
				counterName: z.string().nullable(),
				since: counter,
				rate: z.number().nullable().describe('Packets a second'),
				zeroed: z.boolean(),
				beforeConntrack: z.boolean(),
				see: z.string().describe('The command that shows it'),
				wellKnown: z
					.object({
						title: z.string(),
						purpose: z.string(),
						hurts: z.string(),
						instead: z.string(),
					})
					.nullable(),
			}),
		),
		policies: z.array(
			z.object({
				hook: z.string(),
				priority: z.int(),
				listing: z.int().optional(),
				backend: z.string(),
				family: z.string(),
				table: z.string(),
				chain: z.string(),
				policy: z.string(),
				counter,
				rules: z.int(),
			}),
		),
		counters: z.record(z.string(), counter).describe('Those that several rules share, by their names'),
		sets: z.record(z.string(), z.string()),
		failures: z
			.array(z.object({ title: z.string(), detail: z.string(), next: z.string() }))
			.describe('Why some of it could not be read'),
		unread: p.texts.describe('Lines that were not understood, some of them'),
		unreadLines: z.int().describe('How many these are'),
		elsewhere: z.array(z.object({ kind: z.string(), name: z.string() })),
	})
	.describe('ctscope rules --json')

const params = z.record(z.string(), z.union([z.string(), z.number()]))
const neighbour = z.object({ id: z.string(), title: z.string(), params })

const packet = z.object({
	in: z.string().nullable(),
	out: z.string().nullable(),
	mac: z.string().nullable(),
	src: z.string().nullable(),
	dst: z.string().nullable(),
	family: z.literal([4, 6]).nullable(),
	protocol: z.string().nullable(),
	spt: z.int().nullable(),
	dpt: z.int().nullable(),
	seq: z.int().nullable(),
	ack: z.int().nullable(),
	window: z.int().nullable(),
	flags: p.texts,
	length: z.int().nullable(),
	ttl: z.int().nullable(),
	icmp: z
		.object({
			type: z.int(),
			code: z.int().nullable(),
			id: z.int().nullable(),
			seq: z.int().nullable(),
		})
		.nullable(),
	arp: p.anything.nullable(),
	mark: z.string().nullable(),
	uid: z.int().nullable(),
	fields: z.record(z.string(), z.string()),
	words: p.texts,
	rest: p.texts.describe('What was not understood'),
	get quoted() {
		return packet.nullable().describe('The packet that an ICMP error quotes')
	},
})

export const parse = z
	.object({
		v: p.v,
		kind: z.enum(['conntrack', 'helper', 'rule', 'neighbour', 'repeat', 'printk', 'other']),
		times: z.int().optional().describe('How many messages a logger has put into this line'),
		of: z.string().optional().describe('Kind of the line that came again'),
		time: z.object({ text: z.string(), wall: z.number().nullable(), boot: z.number().nullable() }).nullable(),
		host: z.string().nullable(),
		level: z.int().nullable(),
		prefix: z.string().nullable(),
		helper: z.string().optional(),
		reason: z
			.object({
				id: z.string(),
				text: z.string(),
				title: z.string(),
				verdict: p.verdict,
				detail: z.string(),
				params,
				answer: z.literal(true).optional(),
				cut: z.literal(true).optional(),
			})
			.nullable(),
		packet: packet.nullable(),
		neighbour: neighbour.optional(),
		printk: p.anything.optional(),
		cut: z.int().optional().describe('Bytes that a line of more than 1 MB has lost'),
		raw: z.string(),
	})
	.describe('ctscope parse --json: one object for each line of the input')

const reason = z.object({
	id: z.string(),
	protocol: z.string().nullable(),
	number: z.int().nullable(),
	prefix: z.string().nullable(),
	text: z.string().nullable(),
	verdict: z.string().nullable(),
	counter: z.enum(['invalid', 'error']).nullable(),
	meaning: z.string().optional(),
	causes: p.texts.optional(),
	next: p.texts.optional(),
	settings: z.array(z.object({ knob: z.string(), effect: z.string(), cost: z.string() })).optional(),
	hides: p.texts.optional(),
	kernels: z.string().optional(),
	line: z.object({ detail: z.string(), params }).optional(),
})

const term = z.object({
	name: z.string(),
	value: z.string().optional(),
	names: p.texts,
	kind: z.enum(['counter', 'field', 'setting', 'rule', 'error']),
	means: z.string(),
	normal: z.string(),
	look: p.texts,
})

export const explain = z
	.object({
		v: p.v,
		asked: z.string().optional().describe('Absent with --list'),
		kind: z.enum(['list', 'reason', 'several', 'silent', 'term', 'neighbour', 'rule', 'unknown', 'nothing']),
		reasons: z.array(reason).describe('Empty where nothing was found'),
		by: z.enum(['text', 'words']).optional(),
		silent: z.array(p.silentPath.loose()).optional(),
		terms: z.array(term).optional(),
		neighbour: neighbour.optional(),
		prefix: z.string().optional(),
		saysInvalid: z.boolean().optional(),
		suspects: z.array(p.anything).optional(),
		text: z.string().optional(),
		nearest: p.texts.optional(),
	})
	.describe('ctscope explain --json')

const composition = z.object({
	entries: z.int(),
	byProtocol: p.numbers,
	byState: p.numbers,
	unreplied: z.int(),
	assured: z.int(),
	offload: z.int(),
	hwOffload: z.int(),
	notUnderstood: z.int(),
	samples: p.texts,
})
const reading = z.object({
	name: z.string(),
	from: z.enum(['conntrack -S', '/proc/net/stat/nf_conntrack']),
	at: p.time.nullable(),
})

const onHosts = z
	.object({
		hosts: z
			.array(
				z.object({
					label: z.string().describe('What the host is called in what follows: no two have one'),
					file: z.string(),
					hostname: z.string(),
					kernel: z.string(),
					netns: z.object({ initial: z.boolean(), name: z.string() }),
					seconds: z.number(),
					unknown: z.string().nullable(),
					account: z
						.object({
							at: z.string(),
							counted: z.number(),
							explained: z.number().nullable(),
							silent: z.number().nullable(),
							lost: z.number().nullable(),
							sentence: z.string(),
						})
						.nullable(),
					causes: z.array(
						z.object({
							id: z.string(),
							title: z.string(),
							confidence: p.confidence,
							share: z.number(),
							sentence: z.string(),
							evidence: p.texts,
							excluded: p.texts,
							open: p.texts,
							remedies: p.texts,
							flows: p.texts,
						}),
					),
					notChecked: p.texts,
					changes: z.array(z.object({ knob: z.string(), state: z.string(), note: z.string() })),
				}),
			)
			.describe('A case each; no number is a sum over hosts'),
		causes: z.array(
			z.object({
				id: z.string(),
				title: z.string(),
				at: z.array(z.object({ host: z.string(), confidence: p.confidence, share: z.number() })),
			}),
		),
		nothing: p.texts.describe('Hosts on which nothing is wrong, as far as was looked'),
		unknown: p.texts.describe('Hosts of which it is not known whether something is wrong'),
	})
	.describe('Where reports of investigate --json were given; the rest is about the other files')

export const read = z
	.object({
		v: p.v,
		read: z.array(
			z.object({
				name: z.string(),
				counts: p.numbers.describe('Lines, or things, of each kind'),
				capture: p.anything.optional(),
				whole: z.boolean(),
			}),
		),
		reports: onHosts.optional(),
		ordinary: z.int().describe('Files of a bundle that hold nothing of all this'),
		refused: z.array(z.object({ name: z.string(), title: z.string(), detail: z.string(), next: z.string() })),
		moreRefused: z.int(),
		configuration: z.int(),
		namespaces: p.texts,
		bytes: z.int(),
		unpacked: z.int(),
		kernel: z.string().nullable(),
		hosts: p.texts,
		lines: z.int(),
		doubled: z.int(),
		account: z
			.object({
				counted: z.int(),
				explained: z.int().nullable(),
				silent: z.int().nullable(),
				lost: z.int().nullable(),
				sentence: z.string(),
			})
			.nullable(),
		causes: z.array(
			z.object({
				id: z.string(),
				title: z.string(),
				headline: z.string().describe('The cause in one line'),
				sentence: z.string(),
				confidence: p.confidence,
				share: z.number(),
				evidence: p.texts,
				excluded: p.texts,
				open: p.texts,
				flows: p.texts,
				remedies: p.texts,
				lasting: z.array(z.object({ path: z.string(), lines: p.texts })),
			}),
		),
		reasons: z.array(
			z.object({
				id: z.string(),
				protocol: z.string(),
				title: z.string(),
				verdict: p.verdict,
				count: z.int(),
				sample: z.string(),
				flows: z.array(z.object({ flow: z.string(), count: z.int(), where: z.string() })),
			}),
		),
		prefixes: z.array(z.object({ prefix: z.string(), count: z.int(), suggests: z.string().nullable() })),
		neighbours: z.array(z.object({ id: z.string(), title: z.string(), count: z.int() })),
		counters: z
			.object({
				totals: p.numbers,
				rises: p.numbers.nullable(),
				readings: z.int(),
				first: reading.nullable(),
				last: reading,
				seconds: z.number().nullable(),
			})
			.nullable(),
		settings: z.record(z.string(), z.string()),
		table: z.object({ ipv4: composition, ipv6: composition }).nullable(),
		events: z.object({ NEW: z.int(), UPDATE: z.int(), DESTROY: z.int() }),
		rules: z
			.object({
				format: z.string(),
				total: z.int(),
				whole: z.boolean(),
				warnings: p.texts,
				acting: z.array(
					z.object({
						hook: z.string().nullable(),
						family: z.string(),
						table: z.string(),
						path: p.texts,
						number: z.int().nullable(),
						action: z.string(),
						text: z.string(),
						owner: z.string().nullable(),
						counter,
						invalid: z.boolean(),
					}),
				),
			})
			.nullable(),
		traces: z.array(
			z.object({
				id: z.string(),
				flow: z.string(),
				steps: p.texts,
				decision: z.string(),
				state: z.string().nullable(),
				reason: z.string().nullable(),
				path: p.tracedPath,
			}),
		),
		notChecked: p.texts,
	})
	.describe('ctscope read --json')
