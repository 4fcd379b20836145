import { describe, expect, test } from 'vitest'
import { stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import { findCauses } from '../../../src/investigation/causes/causes.ts'
import type { Evidence } from '../../../src/investigation/evidence.ts'
import { flowFromText } from '../../../src/investigation/join/flow-words.ts'
import type { EndedEntry } from '../../../src/kernel/conntrack/ended-entry.ts'
import type { SocketLine } from '../../../src/kernel/conntrack/socket-list.ts'
import { NO_SEGMENTS, type Segments } from '../../../src/kernel/packet/segments.ts'
import type { ShapingKind } from '../../../src/kernel/rules/rule.ts'
import type { Surroundings } from '../../../src/model/surroundings.ts'
import { endedEntry } from '../../harness/samples/ended.ts'
import { SURROUNDINGS } from '../../harness/samples/samples.ts'
import * as s from '../../ui/situations.ts'

const base = stepEvidence(s.sampled())

type Row = {
	readonly flow: string
	readonly count?: number
	readonly segments?: Partial<Segments>
	readonly beyond?: { readonly least: number; readonly most: number }
	readonly where?: string
	readonly ports?: readonly string[]
	readonly entry?: { readonly unreplied: boolean }
}

/** INVALID packets of one reason, and what this host knows of their flows. */
function seen(id: string, rows: readonly Row[], change: Partial<Evidence> = {}): Evidence {
	const [template] = base.reasons
	const [sample] = base.sampled
	const [entry] = sample?.facts.entries ?? []
	if (template === undefined || sample === undefined || entry === undefined) throw new Error('no situation')
	return {
		...base,
		accounting: undefined,
		bothWays: undefined,
		experiments: [],
		ended: [],
		reasons: [
			{
				...template,
				reason: { ...template.reason, id, protocol: 'tcp' },
				count: rows.reduce((sum, { count = 1 }) => sum + count, 0),
				flows: rows.map(({ flow, count = 1, segments, beyond = null, where = 'left>right', ports = [] }) => ({
					flow,
					count,
					where,
					ports,
					beyond,
					segments: { ...NO_SEGMENTS, ...segments },
				})),
			},
		],
		sampled: rows.map(({ flow, entry: has }) => ({
			reasonId: id,
			flow,
			facts: {
				...sample.facts,
				sockets: [],
				addresses: ['10.66.1.2'],
				entries:
					has === undefined
						? []
						: [
								{
									...entry,
									unreplied: has.unreplied,
									assured: !has.unreplied,
									...(entry.reply === null || has.unreplied
										? {}
										: { reply: { ...entry.reply, packets: entry.original.packets } }),
								},
							],
			},
		})),
		...change,
	}
}

const WEB = { protocol: 'tcp', client: '10.66.1.1', server: '10.66.2.2', port: 8080 } as const

const withRules = (...texts: readonly (readonly [ShapingKind, string])[]): Evidence['rules'] => {
	if (base.rules === undefined) throw new Error('no rules')
	const shaping = texts.map(([kind, text], at) => ({
		kind,
		text,
		family: 'inet' as const,
		table: 'raw',
		chain: 'prerouting',
		number: at + 1,
	}))
	return { ...base.rules, shaping, acting: [] }
}
const named = (one: Evidence) =>
	Object.fromEntries(findCauses(one).map(({ id, confidence }) => [id, confidence]))

describe('a rule that is not about these flows', () => {
	const half = (rules: Evidence['rules']) =>
		seen(
			'tcp-state',
			Array.from({ length: 6 }, (_, at) => ({
				flow: `10.66.1.1:${40_001 + at} > 10.66.2.2:8080`,
				count: 9,
				segments: { ack: 9 },
				entry: { unreplied: true },
			})),
			{ rules, bothWays: { there: 900, back: 300, backWithoutSyn: null, seconds: 20, of: WEB } },
		)

	test.each([
		['notrack', 'udp dport 53 notrack', 'notrack-one-way', undefined],
		['notrack', '-p udp -m udp --dport 53 -j CT --notrack', 'notrack-one-way', undefined],
		['notrack', 'tcp dport 9999 notrack', 'notrack-one-way', undefined],
		['notrack', 'tcp dport 8080 notrack', 'notrack-one-way', 'high'],
		['notrack', 'tcp dport 8000-9000 notrack', 'notrack-one-way', 'high'],
		['notrack', 'tcp dport { 80, 8080 } notrack', 'notrack-one-way', 'high'],
		['notrack', 'udp dport != 53 notrack', 'notrack-one-way', 'high'],
		['notrack', 'tcp dport { 80, 8000-8079 } notrack', 'notrack-one-way', undefined],
		['notrack', '-p tcp -m multiport --dports 80,8000:9000 -j CT --notrack', 'notrack-one-way', 'high'],
		['notrack', 'tcp dport @web notrack', 'notrack-one-way', 'high'],
		['notrack', 'ip daddr 169.254.20.10 tcp dport 8080 notrack', 'notrack-one-way', undefined],
		['notrack', '-d 169.254.20.10/32 -p tcp -j CT --notrack', 'notrack-one-way', undefined],
		['notrack', 'ip daddr 10.66.2.0/24 tcp dport 8080 notrack', 'notrack-one-way', 'high'],
		['notrack', 'iif "left" notrack', 'notrack-one-way', 'high'],
		['zone', 'udp dport 53 ct zone set 7', 'zone-mismatch', undefined],
		['zone', 'iif "left" ct zone set 7', 'zone-mismatch', 'high'],
	] as const)('%s: %s', (kind, text, id, confidence) => {
		expect(named(half(withRules([kind, text])))[id]).toBe(confidence)
	})
})

test('some connections of a service go one way: what was counted of all of it does not rule that out', () => {
	const rows = (known: number) =>
		Array.from({ length: 6 }, (_, at) => ({
			flow: `10.66.1.1:${40_001 + 2 * at} > 10.66.2.2:8080`,
			count: 9,
			segments: { ack: 9 },
			...(at < known ? { entry: { unreplied: true } } : {}),
		}))
	const told = (known: number, ...texts: readonly (readonly [ShapingKind, string])[]) =>
		named(
			seen('tcp-state', rows(known), {
				rules: withRules(...texts),
				bothWays: { there: 900, back: 500, backWithoutSyn: 300, seconds: 20, of: WEB },
			}),
		)['one-direction']
	expect(told(6)).toBe('medium')
	expect(told(2)).toBeUndefined()
	expect(told(6, ['notrack', 'tcp dport 8080 notrack'])).toBeUndefined()
})

test('behind NAT a rule for others may be about these flows, and does not prove it', () => {
	const rows = [
		{ flow: '10.66.1.1:40001 > 10.66.2.2:8080', count: 9, segments: { ack: 9 }, entry: { unreplied: true } },
	]
	const bothWays = { there: 900, back: 300, backWithoutSyn: null, seconds: 20, of: WEB }
	const of = (text: string) =>
		named(
			seen('tcp-state', rows, {
				rules: withRules(['nat', 'ip saddr 10.244.0.0/16 masquerade'], ['notrack', text]),
				bothWays,
			}),
		)['notrack-one-way']
	expect(of('-d 169.254.20.10/32 -p tcp -m tcp --dport 53 -j CT --notrack')).toBe('medium')
	expect(of('-d 10.66.2.2/32 -p tcp -m tcp --dport 8080 -j CT --notrack')).toBe('high')
})

describe('answers to what this host has asked itself', () => {
	const rows = Array.from({ length: 6 }, (_, at) => ({
		flow: `10.66.1.1:8080 > 10.66.1.2:${40_001 + at}`,
		count: 4,
		where: 'left',
		segments: { synAck: 4 },
	}))
	const of = (kind: ShapingKind, text: string, isWaiting: boolean) => {
		const one = seen('tcp-new', rows, { rules: withRules([kind, text]) })
		const sampled = one.sampled.map(({ facts, ...sample }) => ({
			...sample,
			facts: {
				...facts,
				query: flowFromText('tcp', sample.flow) ?? facts.query,
				sockets: isWaiting ? [waiting(sample.flow)] : [],
			},
		}))
		return named({ ...one, sampled })
	}
	const waiting = (flow: string): SocketLine => {
		const [peer = '', local = ''] = flow.split(' > ')
		const end = (text: string) => ({ address: text.split(':')[0] ?? '', port: Number(text.split(':')[1]) })
		return {
			...{ state: 'SYN-SENT', receiveQueue: 0, sendQueue: 0, processes: [], timer: '' },
			local: end(local),
			peer: end(peer),
		}
	}

	test.each([
		['notrack', 'tcp dport 8080 notrack', 'notrack-one-way'],
		['zone', 'tcp dport 8080 ct zone set 7', 'zone-mismatch'],
	] as const)('%s', (kind, text, id) => {
		expect(of(kind, text, true)[id]).toBe('high')
		expect(of(kind, text, false)[id]).toBe('medium')
		expect(of(kind, text, true)['one-direction']).toBeUndefined()
	})
	test('who has given up has no socket: a rule about them may be why, and no attack', () => {
		const many = Array.from({ length: 20 }, (_, at) => ({
			flow: `10.66.1.1:8080 > 10.66.1.2:${40_001 + at}`,
			count: 4,
			where: 'left',
			segments: { synAck: 4 },
		}))
		const backscatter = (text: string) =>
			named(seen('tcp-new', many, { rules: withRules(['notrack', text]) })).backscatter
		expect(backscatter('udp dport 53 notrack')).toBe('medium')
		expect(backscatter('tcp dport 8080 notrack')).toBe('low')
	})
	test('no rule is about them', () => expect(of('notrack', 'udp dport 53 notrack', true)).toEqual({}))
})

describe('answers of another address than the one that was asked', () => {
	const of = (asked: number, count = 6) => {
		const rows = Array.from({ length: count }, (_, at) => ({
			flow: `10.66.5.2:8080 > 10.66.1.1:${40_001 + at}`,
			count: 4,
			segments: { synAck: 4 },
		}))
		const bothWays = {
			there: 200,
			back: 0,
			backWithoutSyn: null,
			seconds: 20,
			of: { ...WEB, server: '10.66.5.2' },
		}
		const one = seen('tcp-new', rows, { rules: withRules(), bothWays })
		const [entry] = base.sampled[0]?.facts.entries ?? []
		if (entry === undefined) throw new Error('no entry')
		const sampled = one.sampled.map(({ facts, ...sample }, at) => ({
			...sample,
			facts: { ...facts, askedElsewhere: at < asked ? [entry] : [] },
		}))
		return named({ ...one, sampled })
	}

	test('clients wait for someone else', () => {
		expect(of(6)).toMatchObject({ 'reply-not-translated': 'high' })
		expect(of(6)['one-direction']).toBeUndefined()
	})
	test('few of them may use a port twice', () =>
		expect(of(2, 2)).toMatchObject({ 'reply-not-translated': 'medium' }))
	test('most do not', () => {
		expect(of(2)['reply-not-translated']).toBeUndefined()
		expect(of(2)['one-direction']).toBe('medium')
	})
})

test('what only fits the packets of a cause that is proven is not said beside it', () => {
	const rows = Array.from({ length: 20 }, (_, at) => ({
		flow: `10.66.2.2:8080 > 10.66.1.1:${40_001 + at}`,
		count: 4,
		segments: { synAck: 4 },
	}))
	const told = (change: Partial<Evidence>) => {
		const one = seen('tcp-new', rows, { rules: withRules(), ...change })
		const sampled = one.sampled.map(({ facts, ...rest }) => ({
			...rest,
			facts: { ...facts, askedElsewhere: [] },
		}))
		return named({ ...one, sampled })
	}
	const bothWays = { there: 0, back: 300, backWithoutSyn: 0, seconds: 20, of: WEB }
	expect(told({})).toMatchObject({ backscatter: 'low' })
	expect(told({ bothWays })).toEqual({ 'one-direction': 'high' })
})

describe('a direction that is dropped before conntrack', () => {
	const rows = Array.from({ length: 6 }, (_, at) => ({
		flow: `10.66.1.1:${40_001 + at} > 10.66.2.2:8080`,
		count: 9,
		segments: { ack: 9 },
		entry: { unreplied: true },
	}))
	const chain = (hook: string, priority: number, size: number, policy = 'accept') =>
		({
			backend: 'nft',
			family: 'inet',
			table: 'edge',
			name: 'first',
			base: { hook, priority, type: 'filter', policy },
			counter: null,
			size,
		}) as const
	const told = (...chains: readonly ReturnType<typeof chain>[]) => toldWith(SURROUNDINGS, ...chains)
	const toldWith = (around: Surroundings | undefined, ...chains: readonly ReturnType<typeof chain>[]) => {
		const rules = withRules()
		if (rules === undefined) throw new Error('no rules')
		const change = {
			rules: { ...rules, failures: [], ruleset: { ...rules.ruleset, unread: [], chains } },
			bothWays: { there: 900, back: 0, backWithoutSyn: null, seconds: 20, of: WEB },
			surroundings: around && { at: 0, last: around, first: around },
		}
		return named(seen('tcp-state', rows, change))['one-direction']
	}

	test('no chain could', () => expect(told()).toBe('high'))
	test('rules behind conntrack', () => expect(told(chain('prerouting', -150, 5))).toBe('high'))
	test('an empty chain', () => expect(told(chain('prerouting', -300, 0))).toBe('high'))
	test('rules before it', () => expect(told(chain('prerouting', -300, 2))).toBe('medium'))
	test('its policy', () => expect(told(chain('prerouting', -300, 0, 'drop'))).toBe('medium'))
	test('an XDP program', () => expect(toldWith({ ...SURROUNDINGS, xdp: ['eth0'] })).toBe('medium'))
	test('a filter of tc', () => expect(toldWith({ ...SURROUNDINGS, ingress: ['eth1'] })).toBe('medium'))
	test('filters were not read', () =>
		expect(toldWith({ ...SURROUNDINGS, ingress: undefined })).toBe('medium'))
	test('nothing of it was read', () => expect(toldWith(undefined)).toBe('medium'))
	test('servers of IPVS that answer past this host', () =>
		expect(toldWith({ ...SURROUNDINGS, virtualServers: { services: 1, direct: 2, tracks: false } })).toBe(
			'medium',
		))
	test('servers of IPVS that answer through it', () =>
		expect(toldWith({ ...SURROUNDINGS, virtualServers: { services: 1, direct: 0, tracks: true } })).toBe(
			'high',
		))
	test('rules of an interface', () => expect(told(chain('ingress', 0, 1))).toBe('medium'))
})

test('what a rule here drops has no answer either: that nothing comes back proves no other way', () => {
	const rows = Array.from({ length: 4 }, (_, at) => ({
		flow: `10.66.1.1:${40_001 + at} > 10.66.2.2:8080`,
		count: 9,
		segments: { data: 9, again: 5 },
		beyond: { least: 9e8, most: 9e8 + 5_000 },
	}))
	const rules = withRules()
	if (rules === undefined || base.rules === undefined) throw new Error('no rules')
	const [drop] = base.rules.acting
	if (drop === undefined) throw new Error('no acting rule')
	const bothWays = { there: 60, back: 0, backWithoutSyn: null, seconds: 5, of: WEB }
	const of = (acting: readonly (typeof drop)[]) =>
		named(seen('tcp-win-seq-over', rows, { rules: { ...rules, acting }, bothWays }))
	expect(of([{ ...drop, action: 'drop' }])['one-direction']).not.toBe('high')
	const handshakes = { there: 600, back: 20, backWithoutSyn: 0, seconds: 12, of: WEB }
	const near = rows.map((row) => ({ ...row, beyond: { least: 1_000, most: 9_000 } }))
	const half = (change: Partial<typeof handshakes>, replied = 0) =>
		named(
			seen(
				'tcp-win-seq-over',
				near.map((row, at) => ({ ...row, entry: { unreplied: at >= replied } })),
				{
					rules: { ...rules, acting: [{ ...drop, action: 'drop' }] },
					bothWays: { ...handshakes, ...change },
				},
			),
		)['one-direction']
	// Who accepts a first window acknowledges it, whatever is dropped afterwards.
	expect(half({})).toBe('high')
	expect(half({}, 1)).toBe('high')
	expect(half({ back: 2 }, 1)).toBe('low')
	expect(half({ backWithoutSyn: 1 }, 1)).toBe('low')
	expect(half({ back: 0 }, 1)).toBe('low')
	const unread = named(seen('tcp-win-seq-over', rows, { rules: undefined, bothWays }))
	expect(unread['one-direction']).not.toBe('high')
})

describe('numbers that someone guesses', () => {
	const far = (least: number, most: number) =>
		named(
			seen(
				'tcp-win',
				[
					{
						flow: '10.66.1.1:45000 > 10.66.1.2:8080',
						count: 20,
						segments: { data: 20 },
						beyond: { least, most },
						entry: { unreplied: false },
					},
				],
				{
					rules: withRules(),
					bothWays: {
						there: 500,
						back: 450,
						backWithoutSyn: null,
						seconds: 10,
						of: { ...WEB, server: '10.66.1.2' },
					},
				},
			),
		)['sequence-rewritten']

	test('the same distance within a connection is a box', () => expect(far(9e8, 9e8 + 5_000)).toBe('high'))
	test('any distance is none', () => expect(far(2e7, 2e9)).toBeUndefined())
})

describe('stray packets on a host that translates', () => {
	const rules = withRules(
		['nat', 'oifname "right" masquerade'],
		['nat', 'iif "left" tcp dport 8080 dnat to 10.66.2.2'],
	)
	const stray = (again: number) =>
		Array.from({ length: 12 }, (_, at) => ({
			flow: `10.66.1.1:${50_000 + at} > 10.66.2.9:443`,
			segments: { fin: 1, again },
		}))
	const published = Array.from({ length: 12 }, (_, at) => ({
		flow: `198.51.100.${at + 1}:${50_000 + at} > 10.66.1.2:8080`,
		segments: { rst: 1 },
		where: 'left',
	}))

	test('nobody waits for an answer to them', () => {
		const { 'leak-without-nat': leak, late } = named(seen('tcp-new', stray(0), { rules }))
		// Whether these connections were closed is not known either.
		expect([leak, late]).toEqual(['low', 'low'])
		expect(named(seen('tcp-new', published, { rules }))['reply-not-translated']).not.toBe('high')
	})
	const entry = (reply: { readonly dst: string; readonly dport: number }) =>
		stray(1).map((_, at) =>
			endedEntry({
				at: at * 1000,
				original: { src: '10.66.1.1', dst: '10.66.2.9', sport: 50_000 + at, dport: 443 },
				reply: { src: '10.66.2.9', sport: 443, ...reply, dport: reply.dport + at },
				portId: 7,
				program: 'conntrack',
			}),
		)
	const leak = (change: Partial<Evidence> = {}) =>
		named(seen('tcp-new', stray(1), { rules, ...change }))['leak-without-nat']

	// An earlier rule may keep them from this one.
	test('someone does', () => expect(leak()).toBe('medium'))
	test('their entries were translated', () =>
		expect(leak({ ended: entry({ dst: '10.66.2.1', dport: 50_000 }) })).toBe('high'))
	test('their ports were', () =>
		expect(leak({ ended: entry({ dst: '10.66.1.1', dport: 61_000 }) })).toBe('high'))
	test('their entries were not', () =>
		expect(leak({ ended: entry({ dst: '10.66.1.1', dport: 50_000 }) })).toBeUndefined())
})

test('answers whose entry was deleted before they came', () => {
	const rows = Array.from({ length: 20 }, (_, at) => ({
		flow: `10.66.2.2:8080 > 10.66.1.1:${40_001 + at}`,
		count: 3,
		segments: { synAck: 3 },
	}))
	const ended = rows.map((_, at) =>
		endedEntry({
			at: at * 1000,
			original: { src: '10.66.1.1', dst: '10.66.2.2', sport: 40_001 + at, dport: 8080 },
			portId: 7,
			program: 'conntrack',
			state: 'SYN_SENT',
		}),
	)
	expect(named(seen('tcp-new', rows, { rules: withRules(), ended }))).toEqual({ 'entry-deleted': 'high' })
	expect(named(seen('tcp-new', rows, { rules: withRules() }))['entry-deleted']).toBeUndefined()
})

describe('RSTs outside the window, and no data there', () => {
	const rst = [
		{
			flow: '10.66.1.1:40001 > 10.66.2.2:8080',
			count: 12,
			segments: { rst: 12 },
			entry: { unreplied: false },
		},
	]
	const of = (liberal: string, rules = withRules()) =>
		named(seen('tcp-rst', rst, { rules, values: { ...base.values, tcp_be_liberal: liberal } }))[
			'rst-outside-window'
		]

	test('someone sends them', () => expect(of('0')).toBe('high'))
	test('with tcp_be_liberal such data passes', () => expect(of('1')).toBe('medium'))
	test('where flows are offloaded, conntrack does not know the window', () =>
		expect(of('0', withRules(['offload', 'flow add @fast']))).toBe('medium'))
})

describe('one packet to each of many ports', () => {
	const rows = (first: number, segments: Partial<Segments>) =>
		Array.from({ length: 20 }, (_, at) => ({
			flow: `10.66.1.1:${50_000 + 37 * at} > 10.66.2.2:${first + at}`,
			segments,
		}))
	const scan = (all: readonly Row[], change: Partial<Evidence> = {}) =>
		named(seen('tcp-new', all, { rules: withRules(), ...change })).scan
	const fins = rows(30_000, { fin: 1 })
	const ended = (isClosed: boolean, state: string) =>
		fins.map((_, at) =>
			endedEntry({
				at: at * 1000,
				original: { src: '10.66.1.1', dst: '10.66.2.2', sport: 50_000 + 37 * at, dport: 30_000 + at },
				portId: 7,
				program: 'conntrack',
				state,
				isClosed,
			}),
		)

	test('that are services', () => expect(scan(rows(20, { fin: 1 }))).toBe('high'))
	test('that no TCP sends', () => expect(scan(rows(30_000, { odd: 1 }))).toBe('high'))
	test('that FTP or RPC may have drawn', () => expect(scan(fins)).toBe('low'))
	test('RSTs ask for nothing', () => expect(scan(rows(20, { rst: 1 }))).toBeUndefined())
	test('the same one of many addresses: so end the connections of a browser', () => {
		const ends = Array.from({ length: 20 }, (_, at) => ({
			flow: `10.66.1.1:${50_000 + at} > 198.51.100.${at + 1}:443`,
			segments: { fin: 1 },
		}))
		expect(scan(ends)).toBe('low')
	})
	test('whose entries were seen to end', () =>
		expect(scan(fins, { ended: ended(false, 'CLOSE_WAIT') })).toBeUndefined())
	test('whose entries ended closed', () =>
		expect(scan(fins, { ended: ended(true, 'CLOSE') })).toBeUndefined())
	test('whose other ends talk as well', () => {
		const back = fins.map(({ flow }) => ({
			flow: flow.split(' > ').toReversed().join(' > '),
			segments: { fin: 1 },
		}))
		expect(scan([...fins, ...back])).toBeUndefined()
		const resets = back.map(({ flow }) => ({ flow, segments: { rst: 1 } }))
		expect(scan([...fins, ...resets])).toBe('low')
	})
	test('that carry data', () => expect(scan(rows(20, { data: 1 }))).toBeUndefined())
})

describe('entries of others that ended meanwhile', () => {
	const tuple = { src: '10.66.1.1', dst: '10.66.2.2', sport: 40_000, dport: 53 }
	const one = endedEntry({ at: 1, original: tuple, program: 'script' })
	const silent = base.silent.map((path) =>
		path.id === 'silent-tcp-loose' ? { ...path, standing: 'likely' as const } : path,
	)

	test('datagrams that a program forgets make no TCP packet INVALID', () => {
		const of = (protocol: string) =>
			named({
				...base,
				reasons: [],
				sampled: [],
				rules: withRules(),
				experiments: [],
				silent: silent.some(({ id }) => id === 'silent-tcp-loose')
					? silent
					: [
							...silent,
							{ id: 'silent-tcp-loose', standing: 'likely', title: '', because: '', tellApart: '' } as never,
						],
				values: { ...base.values, tcp_loose: '0' },
				accounting: { ...(base.accounting as NonNullable<Evidence['accounting']>), explained: 0, silent: 50 },
				ended: Array.from({ length: 30 }, () => ({ ...one, protocol, portId: 7 })),
				levels: [{ at: 0, entries: 32 }],
			})
		expect(of('udp')['entry-flushed']).toBeUndefined()
		expect(of('tcp')['entry-flushed']).toBe('medium')
	})

	test.each([
		['most of what there was', [{ at: 900, entries: 45 }], 40, 0, 'entry-flushed'],
		['all entries of one client, of many services', [{ at: 900, entries: 400 }], 40, 0, 'entry-deleted'],
		['nobody knows of how many', [], 40, 0, 'entry-deleted'],
		['how many there were was read long ago', [{ at: -60_000, entries: 45 }], 40, 0, 'entry-deleted'],
		['how many are left was read only later', [{ at: 1_500, entries: 3 }], 40, 0, 'entry-deleted'],
		['a great table, in a second', [{ at: 900, entries: 3_000 }], 3_000, 0.4, 'entry-flushed'],
		['as many one by one, by one program', [{ at: 900, entries: 45 }], 40, 500, 'entry-deleted'],
	] as const)('what was deleted at once: %s', (_, levels, count, apart, id) => {
		const flow = { flow: '10.66.1.1:40000 > 10.66.2.2:8080', count: 30, segments: { data: 30, again: 10 } }
		const ended = Array.from({ length: count }, (__, at) =>
			endedEntry({
				at: 1_000 + at * apart,
				original: { src: '10.66.1.1', dst: '10.66.2.2', sport: 40_000 + at, dport: at % 2 === 0 ? 8080 : 25 },
				portId: 7,
				program: 'conntrack',
			}),
		)
		const found = named(seen('tcp-new', [flow], { rules: withRules(), ended, levels }))
		expect(Object.keys(found)).toContain(id)
		expect(Object.keys(found)).not.toContain(id === 'entry-flushed' ? 'entry-deleted' : 'entry-flushed')
	})

	test('what else has timed out makes no timeout of these too small', () => {
		const rows = [{ flow: '10.66.1.1:50000 > 10.66.2.9:443', count: 3, segments: { fin: 3, again: 2 } }]
		const { 'small-timeout': small } = named(
			seen('tcp-new', rows, {
				rules: withRules(),
				values: { ...base.values, tcp_timeout_established: '3600' },
				ended: [{ ...one, protocol: 'udp', portId: null }],
			}),
		)
		expect(small).toBe('low')
	})
})

describe('each flow has the story of its own entry', () => {
	const entry = (sport: number, dport: number, change: Partial<EndedEntry>) =>
		endedEntry({
			at: sport * 1000,
			original: { src: '10.66.1.1', dst: '10.66.2.2', sport, dport },
			...change,
		})
	const row = (sport: number, dport: number) => ({
		flow: `10.66.1.1:${sport} > 10.66.2.2:${dport}`,
		count: 4,
		segments: { fin: 4, again: 3 },
	})
	const rules = withRules()
	const told = (rows: readonly Row[], ended: Evidence['ended'], change: Partial<Evidence> = {}) =>
		Object.fromEntries(
			findCauses(seen('tcp-new', rows, { rules, ended, ...change })).map(
				({ id, confidence, flows, share }) => [id, { confidence, flows: flows.length, share }],
			),
		)
	const program = { portId: 7, program: 'conntrack' }

	test('one that was deleted does not explain those of another service', () => {
		const rows = [row(40_001, 80), row(40_002, 80), row(40_003, 25), row(40_004, 25)]
		expect(told(rows, [entry(40_001, 80, program)])).toEqual({
			'entry-deleted': { confidence: 'high', flows: 2, share: 0.5 },
			// One end may have closed them before it was watched.
			'entry-gone': { confidence: 'medium', flows: 2, share: 0.5 },
		})
	})

	test('what this host sends is spared by the rule that drops it, whoever deletes', () => {
		const [drop] = base.rules?.acting ?? []
		if (rules === undefined || drop === undefined) throw new Error('no rule')
		const acting = [{ ...drop, hook: 'output', action: 'drop' }]
		const ended = [entry(40_001, 80, program)]
		const remediesOf = (change: Partial<Evidence>) =>
			findCauses(seen('tcp-new', [row(40_001, 80)], { rules, ended, ...change }))[0]?.remedies.map((remedy) =>
				remedy.split(' ').slice(0, 5).join(' '),
			)
		expect(remediesOf({})).toEqual(['Stop conntrack (netlink port 7)'])
		expect(remediesOf({ rules: { ...rules, acting } })).toEqual([
			'Stop conntrack (netlink port 7)',
			'Exempt what this host sends',
		])
	})

	test('some were deleted, and some timed out', () => {
		const rows = [row(40_001, 80), row(40_003, 25)]
		expect(told(rows, [entry(40_001, 80, program), entry(40_003, 25, {})])).toEqual({
			'entry-deleted': { confidence: 'high', flows: 1, share: 0.5 },
			'entry-timed-out': { confidence: 'high', flows: 1, share: 0.5 },
		})
	})

	test('those that are evicted end like those that time out', () => {
		const { table } = base
		if (table === undefined) throw new Error('no table')
		const of = (fullness: typeof table.fullness, evicted: number) =>
			told([row(40_003, 25)], [entry(40_003, 25, {})], {
				table: {
					...table,
					fullness,
					rates: { ...table.rates, evicted },
					watched: { ...table.watched, evicted },
				},
			})
		expect(of('roomy', 0)['entry-timed-out']?.confidence).toBe('high')
		expect(of('nearly-full', 0)['entry-timed-out']?.confidence).toBe('medium')
		expect(of('roomy', 1)['entry-timed-out']?.confidence).toBe('medium')
		expect(Object.keys(of('evicting', 40))).toEqual(['entry-evicted'])
	})

	test('one end has closed them, and the other has not heard of it', () => {
		const rows = [row(40_001, 80), row(40_002, 80), row(40_003, 80)]
		const closed = rows.map((_, at) => entry(40_001 + at, 80, { isClosed: true }))
		expect(told(rows, closed)).toEqual({ late: { confidence: 'high', flows: 3, share: 1 } })
	})

	test('an entry of another protocol between the same ports is none of theirs', () => {
		expect(told([row(40_001, 80)], [entry(40_001, 80, { ...program, protocol: 'udp' })])).toEqual({
			'entry-gone': { confidence: 'medium', flows: 1, share: 1 },
		})
	})

	test('both ends send: none of them has closed it', () => {
		const there = row(40_001, 80)
		const back = { ...there, flow: there.flow.split(' > ').toReversed().join(' > ') }
		expect(told([there, back], [])['entry-gone']?.confidence).toBe('high')
	})

	test('a timeout is too small for the state in which an entry ended', () => {
		const small = (state: string) =>
			named(
				seen('tcp-new', [row(40_001, 80)], {
					rules,
					values: { ...base.values, tcp_timeout_established: '120', tcp_timeout_close_wait: '60' },
					ended: [entry(40_001, 80, { state })],
				}),
			)['small-timeout']
		expect(small('ESTABLISHED')).toBe('high')
		expect(small('CLOSE_WAIT')).toBe('medium')
	})
})

test('answers to a scan belong to it, and are no backscatter', () => {
	const probes = Array.from({ length: 30 }, (_, at) => ({
		flow: `10.66.1.1:${40_001 + at} > 10.66.2.2:${100 + at}`,
		segments: { odd: 1 },
	}))
	const answers = probes.map(({ flow }) => ({
		flow: flow.split(' > ').toReversed().join(' > '),
		segments: { rst: 1 },
	}))
	const causes = findCauses(seen('tcp-state', [...probes, ...answers], { rules: withRules() }))
	expect(causes.map(({ id, share }) => [id, share])).toEqual([['scan', 1]])
})

describe('packets that pass a bridge', () => {
	const row = (ports: readonly string[], twice: number) => ({
		flow: '10.66.1.1:40001 > 10.66.1.2:80',
		count: 40,
		where: 'br0',
		ports,
		segments: { odd: 40, twice },
	})
	const bridged = (bridges: Surroundings['bridges']): Evidence['surroundings'] => {
		const last = { ...SURROUNDINGS, bridges }
		return { at: 0, last, first: last }
	}
	const told = (
		ports: readonly string[],
		twice: number,
		surroundings = bridged({ ipv4: true, ipv6: false }),
	) => named(seen('tcp-flags', [row(ports, twice)], { rules: withRules(), surroundings }))['bridged-twice']

	test('twice, by two of its ports: each is counted twice', () => expect(told(['p1', 'p2'], 20)).toBe('high'))
	test('by one port: the network may double them', () => expect(told(['p1'], 20)).toBe('medium'))
	test('its setting is 0 now', () =>
		expect(told(['p1', 'p2'], 20, bridged({ ipv4: false, ipv6: true }))).toBe('medium'))
	test('once', () => expect(told(['p1', 'p2'], 0)).toBeUndefined())
	test('no bridge', () => expect(told([], 20)).toBeUndefined())
})

describe('a SYN/ACK of an earlier connection', () => {
	const late = { flow: '10.66.2.2:80 > 10.66.1.1:40001', count: 3, segments: { synAck: 3 } }
	const rows: readonly Row[] = [late, { ...late, flow: '10.66.2.2:80 > 10.66.1.1:40003' }]
	const answered = seen('tcp-win-ack-over', rows, { rules: withRules() })

	test('is late, and its client has the answer here', () => {
		const follower = seen(
			'tcp-state',
			rows.map(({ flow }) => ({
				flow: flow.split(' > ').toReversed().join(' > '),
				count: 5,
				segments: { ack: 5 },
				entry: { unreplied: true },
			})),
			{ rules: withRules() },
		)
		expect(
			named({
				...answered,
				reasons: [...answered.reasons, ...follower.reasons],
				sampled: [...answered.sampled, ...follower.sampled],
			}),
		).toEqual({ late: 'medium' })
	})

	test('whose SYN was not seen is another matter', () =>
		expect(named(seen('tcp-new', rows, { rules: withRules() })).late).toBeUndefined())
})

test('nothing that only lets window reasons pass is offered for packets of a state', () => {
	const rows = Array.from({ length: 6 }, (_, at) => ({
		flow: `10.66.1.1:${40_001 + at} > 10.66.2.2:8080`,
		count: 5,
		segments: { ack: 5 },
		entry: { unreplied: true },
	}))
	const remedies = (id: string) =>
		findCauses(seen(id, rows, { rules: withRules() }))
			.filter((cause) => cause.id === 'one-direction')
			.flatMap((cause) => cause.remedies)
			.join(' ')
	expect(remedies('tcp-state')).toMatch(/both directions/)
	expect(remedies('tcp-state')).not.toMatch(/be_liberal/)
	expect(remedies('tcp-win-seq-over')).toMatch(/be_liberal/)
})

test('flows that were too many to be told apart are those of the flood, not of who is heard often', () => {
	const probe = (at: number) => ({
		flow: `10.9.0.${at}:${40_001 + at} > 10.66.2.2:${1000 + at}`,
		count: 1,
		segments: { odd: 1 },
	})
	const others = { flow: 'others', count: 900 }
	const rows = [...Array.from({ length: 100 }, (_, at) => probe(at)), others]
	const [first] = findCauses(seen('tcp-flags', rows, { rules: withRules() }))
	expect(first).toMatchObject({ id: 'scan', share: 1 })
	expect(first?.flows).not.toContain('others')
	const busy = { flow: '10.66.1.1:50000 > 10.66.2.9:443', count: 300, segments: { fin: 300, again: 200 } }
	const mixed = findCauses(seen('tcp-flags', [busy, ...rows], { rules: withRules() }))
	expect(mixed.find(({ id }) => id === 'scan')?.share).toBeCloseTo(1000 / 1300, 5)
})

test('lines of a helper that no rule here attaches are of another namespace', () => {
	const [template] = base.reasons
	if (template === undefined) throw new Error('no situation')
	const reasons = [
		{ ...template, reason: { ...template.reason, id: 'helper-sip', verdict: 'dropped' as const } },
	]
	const of = (rules: Evidence['rules']) => named({ ...base, accounting: undefined, reasons, rules })
	expect(of(withRules())['helper-drop']).toBeUndefined()
	expect(of(withRules(['helper', 'udp dport 5060 ct helper set "sip"']))['helper-drop']).toBe('high')
})

describe('packets from the middle of connections that were looked at', () => {
	const row = (at: number, segments: Partial<Segments>) => ({
		flow: `10.66.1.1:${40_001 + at} > 10.66.2.2:8080`,
		count: 4,
		segments,
	})
	const of = (rows: readonly Row[], change: Partial<Evidence> = {}) => {
		const one = seen('unlined-tcp', rows, { rules: withRules(), ...change })
		const { accounting } = base
		if (accounting === undefined) throw new Error('no account')
		return findCauses({
			...one,
			reasons: change.reasons ?? [],
			sampled: [],
			unlined: one.reasons.map((reason) => ({ ...reason, reason: { ...reason.reason, verdict: 'invalid' } })),
			accounting: {
				...accounting,
				explained: change.reasons === undefined ? 0 : rows.length,
				silent: 8 * rows.length,
				counted: 8 * rows.length,
			},
			values: { ...base.values, tcp_loose: '0', ...change.values },
		}).map(({ id, confidence, share, flows }) => ({ id, confidence, share, flows: flows.length }))
	}
	const rows = Array.from({ length: 5 }, (_, at) => row(at, { data: 3, ack: 1, again: 2 }))

	test('are not picked up, and carry data', () =>
		expect(of(rows)).toEqual([{ id: 'not-picked-up', confidence: 'high', share: 1, flows: 5 }]))

	test.each([
		['nobody has read the rules', undefined, 'low'],
		['a rule takes out what begins them', withRules(['notrack', 'tcp dport 8080 notrack']), 'medium'],
		['a rule takes out another service', withRules(['notrack', 'tcp dport 53 notrack']), 'high'],
	] as const)('whose requests may not be tracked: %s', (_, rules, confidence) =>
		expect(of(rows, { rules })).toMatchObject([{ id: 'not-picked-up', confidence }]),
	)

	test('answers alone may be one direction', () => {
		const answers = rows.map(({ flow, ...rest }) => ({
			...rest,
			flow: flow.split(' > ').toReversed().join(' > '),
		}))
		expect(of(answers)).toMatchObject([{ id: 'not-picked-up', confidence: 'medium' }])
	})

	test('bare acknowledgements to many ports are a scan', () => {
		const scan = Array.from({ length: 40 }, (_, at) => ({
			flow: `10.66.1.1:${40_001 + at} > 10.66.2.2:${1 + at}`,
			segments: { ack: 1 },
		}))
		expect(of(scan).map(({ id }) => id)).toEqual(['scan'])
	})

	test('whose entry a program has deleted', () => {
		const ended = rows.map((_, at) =>
			endedEntry({
				at: at * 1000,
				original: { src: '10.66.1.1', dst: '10.66.2.2', sport: 40_001 + at, dport: 8080 },
				portId: 7,
				program: 'conntrack',
			}),
		)
		expect(of(rows, { ended })).toEqual([{ id: 'entry-deleted', confidence: 'high', share: 1, flows: 5 }])
	})

	test('whose answers came without their SYN: they begin now, and are none of before', () => {
		const rules = withRules(['notrack', 'tcp dport 8080 tcp flags syn notrack'])
		const [first] = of(rows, { rules })
		expect(first).toMatchObject({ id: 'not-picked-up' })
		const answers = rows.map(({ flow }) => ({
			flow: flow.split(' > ').toReversed().join(' > '),
			segments: { synAck: 2 },
			where: '>left',
		}))
		const { reasons } = seen('tcp-new', answers)
		const both = { there: 300, back: 300, backWithoutSyn: 100, seconds: 10, of: WEB }
		expect(of(rows, { rules, reasons, bothWays: both }).map(({ id }) => id)).toEqual(['notrack-one-way'])
	})

	test('a synproxy takes them on purpose', () =>
		expect(
			of(rows, {
				rules: withRules(['synproxy', 'tcp dport 8080 ct state invalid,untracked synproxy mss 1460']),
			}).map(({ id }) => id),
		).toEqual(['by-design']))
})

describe('lines that may be of another network namespace', () => {
	const shared = { isShared: true, rules: withRules() }
	const broken = (at: number, change: Partial<Row> = {}) => ({
		flow: `10.66.1.1:${40_001 + at} > 10.66.2.2:8080`,
		count: 20,
		...change,
	})
	const known = { entry: { unreplied: false } }

	test.each([
		['whose flows nobody here knows', [broken(1), broken(2)], 'low'],
		['of which one flow in two is known here', [broken(1, known), broken(2)], 'low'],
		['whose flows have entries here', [broken(1, known), broken(2, known), broken(3)], 'medium'],
		[
			'that came to an address of this one',
			[{ flow: '10.66.1.1:4000 > 10.66.1.2:22', count: 19, where: '' }],
			'medium',
		],
	] as const)('%s', (_, rows, confidence) => {
		expect(named(seen('tcp-csum', rows, shared)).checksum).toBe(confidence)
		expect(named(seen('tcp-csum', rows, { rules: withRules() })).checksum).toBe('high')
	})

	test('a scan of somebody else is possible only, and what was copied here is of this one', () => {
		const probes = Array.from({ length: 40 }, (_, at) => ({
			flow: `10.66.1.1:${40_001 + at} > 10.66.2.2:${1 + at}`,
			segments: { odd: 1 },
		}))
		expect(named(seen('tcp-flags', probes, { rules: withRules() })).scan).toBe('high')
		const scan = findCauses(seen('tcp-flags', probes, shared)).find(({ id }) => id === 'scan')
		expect(scan).toMatchObject({ confidence: 'low', headline: expect.stringMatching(/^Possible: /) })
		expect(scan?.open.join()).toMatch(/lines of other network namespaces/)
	})
})
