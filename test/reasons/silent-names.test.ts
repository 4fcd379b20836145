import { describe, expect, test } from 'vitest'
import { beyondText } from '../../src/kernel/log/beyond-text.ts'
import { parsePacketLine } from '../../src/kernel/packet/packet-line.ts'
import { packetText } from '../../src/kernel/packet/packet-text.ts'
import { type KnownHere, nameOf, pathOfName, shapeOf } from '../../src/reasons/silent-names.ts'
import { SILENT_PATHS } from '../../src/reasons/silent-paths.ts'
import { NO_TRAITS } from '../../src/reasons/traits.ts'
import type { Place } from '../harness/crafted/lab.ts'
import { icmp, tcp } from '../harness/crafted/packets.ts'
import { RECIPES } from '../harness/crafted/recipes/recipes.ts'

const PLACE: Place = {
	client: '10.9.0.1',
	server: '10.9.0.2',
	elsewhere: '10.9.0.77',
	client6: 'fd78::1',
	server6: 'fd78::2',
	elsewhere6: 'fd78::77',
	router6: 'fe80::77:1',
	local: '10.9.0.3',
	local6: 'fd78::3',
	translated: '10.9.0.222',
}
const { client, server } = PLACE
const OLD: KnownHere = { values: { tcp_loose: '1' }, traits: NO_TRAITS }
const NEW: KnownHere = { values: { tcp_loose: '1' }, traits: { windowVerdict: 'accepted', tellsNew: true } }

const lineOf = (packet: Uint8Array, sent = false) => {
	const family = (packet[0] ?? 0) >> 4 === 6 ? 10 : 2
	const [indev, outdev] = sent ? [null, 'eth0'] : ['eth0', null]
	const line = parsePacketLine(packetText({ family, indev, outdev, link: null, packet }))
	if (line === undefined) throw new Error('no packet')
	return line.packet
}
const named = (packet: Uint8Array, known: KnownHere, { sent = false, bytes = true } = {}) => {
	const shape = shapeOf(lineOf(packet, sent), bytes ? beyondText(packet) : undefined)
	const name = shape && nameOf(shape, known)
	return name && `${name.id} ${name.confidence}`
}
const last = (packets: readonly Uint8Array[]): Uint8Array => packets.at(-1) ?? new Uint8Array(0)

describe('crafted packets', () => {
	test.each(RECIPES.filter(({ named }) => named !== undefined))('$name', (recipe) => {
		const loose = recipe.settings?.nf_conntrack_tcp_loose ?? '1'
		const known = { ...NEW, values: { tcp_loose: loose } }
		expect(named(last(recipe.packets(PLACE)), known)).toMatch(new RegExp(`^${recipe.named} (high|medium)$`))
	})

	test.each(RECIPES.filter(({ kind, named }) => kind === 'silent' && named !== undefined))(
		'$name: the path of its name is its path, or the name says that it may be another',
		({ named, path }) => {
			const paths =
				named === 'silent-sctp-either' ? ['silent-sctp', 'silent-sctp-tag'] : [pathOfName(named ?? '')]
			// One title of a path speaks of both.
			expect(paths).toContain(path)
		},
	)
})

const flagged = (flags: string) => tcp(client, server, 40_000, 80, { flags, seq: 1, ack: 1 })

describe('TCP without an entry', () => {
	test.each([
		['FA', 'silent-fin high'],
		['R', 'silent-rst high'],
		['RA', 'silent-rst high'],
		['SA', 'silent-syn-ack high'],
	])('%s is silent on kernels that do not tell of new packets, and on no other', (flags, name) => {
		expect(named(flagged(flags), OLD)).toBe(name)
		expect(named(flagged(flags), NEW)).toBeUndefined()
	})

	test('an RST that this host sends is its own', () => {
		expect(named(flagged('RA'), OLD, { sent: true })).toBe('silent-own-rst high')
	})

	test.each<[string, Record<string, string>, string | undefined]>([
		['tcp_loose is 0', { tcp_loose: '0' }, 'silent-mid-stream high'],
		['tcp_loose was not read', {}, 'silent-mid-stream medium'],
		['tcp_loose is on: nothing is known of it', { tcp_loose: '1' }, undefined],
	])('data: %s', (_, values, name) => {
		expect(named(flagged('PA'), { ...NEW, values })).toBe(name)
	})

	test.each(['S', '', 'U'])('flags "%s" are never silent by what is known', (flags) => {
		expect(named(flagged(flags), { ...OLD, values: { tcp_loose: '0' } })).toBeUndefined()
	})
})

describe('as much as is known', () => {
	test('an ICMP error that this host sends is its own; one that quotes what a line does not show is no more than likely', () => {
		const error = (type: number, code: number) =>
			icmp(server, client, type, { code, body: flagged('A').subarray(0, 28) })
		expect(named(error(3, 1), NEW, { sent: true })).toBe('silent-own-icmp-error high')
		expect(named(error(3, 1), NEW)).toBe('silent-icmp-error high')
		expect(named(error(3, 4), NEW)).toBe('silent-icmp-too-big high')
	})

	test('requests are no replies', () => {
		for (const type of [8, 13, 15, 17]) expect(named(icmp(client, server, type), NEW)).toBeUndefined()
	})

	test('without the bytes of a packet, names that rest on them are no more than likely', () => {
		const byText = RECIPES.filter(({ named }) => named?.startsWith('silent-sctp') || named === 'silent-gre')
		expect(byText.length).toBeGreaterThan(5)
		for (const { packets } of byText)
			expect(named(last(packets(PLACE)), NEW, { bytes: false })).toMatch(
				/^silent-(?:sctp-either|gre) medium$/,
			)
	})

	test('SCTP with another tag has no line on older kernels', () => {
		const data = RECIPES.find(({ name }) => name === 'sctp DATA without an entry')
		expect(named(last(data?.packets(PLACE) ?? []), OLD)).toBe('silent-sctp medium')
	})

	test('a name is that of a path', () => {
		const ids = SILENT_PATHS.map(({ id }) => id)
		for (const { named } of RECIPES) if (named !== undefined) expect(ids).toContain(pathOfName(named))
		expect(pathOfName('silent-nothing')).toBeUndefined()
		expect(pathOfName('toString')).toBeUndefined()
	})
})
