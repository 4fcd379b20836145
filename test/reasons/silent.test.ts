import { describe, expect, test } from 'vitest'
import { SILENT_PATHS, type SilentInput, type Standing, silentPaths } from '../../src/reasons/silent-paths.ts'
import { NO_TRAITS } from '../../src/reasons/traits.ts'

const VALUES = {
	log_invalid: '255',
	'nf_log.2': 'nf_log_ipv4',
	'nf_log.10': 'nf_log_ipv6',
	tcp_loose: '1',
	sctp_timeout_established: '210',
	gre_timeout: '30',
}
const MOVED = { invalid: 5, error: 5, drop: 0 }

function standings(input: Partial<SilentInput>): Record<string, Standing> {
	const paths = silentPaths({ values: VALUES, moved: MOVED, traits: NO_TRAITS, ...input })
	return Object.fromEntries(paths.map(({ id, standing }) => [id.replace('silent-', ''), standing]))
}

const likely = (input: Partial<SilentInput>) =>
	Object.entries(standings(input))
		.filter(([, standing]) => standing === 'likely')
		.map(([id]) => id)
		.sort()

describe('how a packet can be INVALID without a log line', () => {
	test.each<[string, Partial<SilentInput>, string[]]>([
		['everything asked for', {}, ['icmp-error']],
		['error did not move', { moved: { ...MOVED, error: 0 } }, []],
		['tcp_loose is off', { values: { ...VALUES, tcp_loose: '0' } }, ['icmp-error', 'tcp-loose']],
		['an old kernel', { traits: { windowVerdict: 'invalid' } }, ['icmp-error', 'tcp-new']],
		['only TCP asked for', { values: { ...VALUES, log_invalid: '6' } }, ['icmp-not-asked', 'not-asked']],
		['only ICMP asked for', { values: { ...VALUES, log_invalid: '1' } }, ['not-asked']],
		[
			'the number that logs nothing',
			{ values: { ...VALUES, log_invalid: '41' } },
			['icmp-not-asked', 'not-asked'],
		],
		['off', { values: { ...VALUES, log_invalid: '0' } }, ['icmp-not-asked', 'not-asked']],
		['no logger for IPv6', { values: { ...VALUES, 'nf_log.10': 'NONE' } }, ['no-logger-6']],
		['nothing is known', { values: {} }, []],
	])('%s', (_, input, expected) => expect(likely(input)).toEqual(expected))

	test.each<[string, Partial<SilentInput>, string, Standing]>([
		[
			'the kernel has shown its line',
			{ traits: { windowVerdict: 'accepted', tellsNew: true } },
			'tcp-new',
			'ruled-out',
		],
		['6.1 or later, nothing shown yet', { traits: { windowVerdict: 'accepted' } }, 'tcp-new', 'possible'],
		['connections are picked up', {}, 'tcp-loose', 'ruled-out'],
		['the setting was not read', { values: {} }, 'tcp-loose', 'possible'],
		['no tracker for GRE', { values: { log_invalid: '255' } }, 'gre', 'ruled-out'],
		['a tracker for GRE', {}, 'gre', 'possible'],
		['nothing was read', { values: {} }, 'sctp', 'possible'],
		['drop did not move', {}, 'reopen', 'ruled-out'],
		['drop moved', { moved: { invalid: 1, error: 0, drop: 1 } }, 'reopen', 'possible'],
		['every protocol is logged', {}, 'not-asked', 'ruled-out'],
	])('%s', (_, input, id, standing) => expect(standings(input)[id]).toBe(standing))

	test('a counter that did not move rules out all of its paths', () => {
		const paths = silentPaths({ values: VALUES, moved: { invalid: 0, error: 0, drop: 9 }, traits: NO_TRAITS })
		expect(paths.every(({ standing }) => standing === 'ruled-out')).toBe(true)
		expect(paths[0]?.because).toMatch(/did not move$/)
	})

	test('likely ones come first, and each says why and what tells it apart, shortly', () => {
		const paths = silentPaths({ values: { ...VALUES, tcp_loose: '0' }, moved: MOVED, traits: NO_TRAITS })
		expect(paths.map(({ id }) => id).toSorted()).toEqual(SILENT_PATHS.map(({ id }) => id).toSorted())
		const order = ['likely', 'possible', 'ruled-out']
		const standing = paths.map((path) => order.indexOf(path.standing))
		expect(standing).toEqual(standing.toSorted())
		for (const { id, title, because, tellApart } of paths) {
			for (const text of [title, because, tellApart]) {
				expect(text.length, id).toBeGreaterThan(8)
				expect(text.length, `${id}: ${text}`).toBeLessThan(110)
				expect(text, id).not.toMatch(/\.$/)
			}
		}
	})
})
