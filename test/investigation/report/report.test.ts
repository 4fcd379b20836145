import { describe, expect, test } from 'vitest'
import type { State } from '../../../src/app/state/state.ts'
import { reportFiles } from '../../../src/app/store/report.ts'
import { createAnonymiser } from '../../../src/investigation/report/anonymous.ts'
import * as s from '../../ui/situations.ts'

describe('addresses', () => {
	test('get a name each, the same wherever they stand', () => {
		const hide = createAnonymiser({ 'web-07': 'host' })
		expect(hide('10.0.3.7:443 > 10.0.9.21:5 on web-07, again 10.0.3.7')).toBe(
			'v4-1:443 > v4-2:5 on host, again v4-1',
		)
		expect(hide('2001:db8::1 and 2001:DB8::1, from 10.0.9.21')).toBe('v6-1 and v6-1, from v4-2')
		expect(hide('MAC=52:54:00:12:34:56:52:54:00:65:43:21:08:00 SRC=10.0.3.7')).toBe(
			'MAC=mac-1:mac-2:08:00 SRC=v4-1',
		)
	})

	test.each([
		'at 14:06:12 for 3 s',
		'127.0.0.1 and ::1 and 0.0.0.0',
		'kernel 6.1.0-56',
		'nf_conntrack_proto_tcp.c:1172',
	])('nothing else is hidden: %s', (text) => {
		expect(createAnonymiser()(text)).toBe(text)
	})
})

describe('the report', () => {
	const files = (state = s.reasons(), anonymous = false) => reportFiles(state, anonymous, '1.2.3')

	test('is Markdown and JSON beside each other, and says the same', () => {
		const [markdown, json] = files()
		expect(markdown?.name).toMatch(/^ctscope-[\w.-]+-\d{8}-\d{6}\.md$/)
		expect(json?.name).toBe(markdown?.name.replace(/md$/, 'json'))
		const report = JSON.parse(json?.text ?? '')
		expect(report.v).toBe(1)
		expect(report.questions).toHaveLength(9)
		for (const { question } of report.questions) expect(markdown?.text).toContain(`### ${question}`)
		expect(report.reasons.length).toBeGreaterThan(0)
		for (const { sample } of report.reasons.slice(0, 5))
			expect(markdown?.text).toContain(sample.trim().slice(0, 60))
	})

	test('without addresses, in both files', () => {
		const report = files(s.reasons(), true)
			.map(({ text, name }) => `${name}\n${text}`)
			.join('\n')
		expect(report).not.toMatch(/10\.0\.\d+\.\d+/)
		expect(report).not.toContain('web-07')
		expect(report).toContain('v4-1')
	})

	test('nothing from outside can end its place, or be obeyed', () => {
		const [markdown, json] = files(s.hostile())
		expect(markdown?.text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
		expect(() => JSON.parse(json?.text ?? '')).not.toThrow()
		expect(markdown?.text).not.toMatch(/^#+ .*rm -rf/m)
	})

	test('has what a maintainer asks for: versions, counters by CPU, the rules as they stand, modules', () => {
		const [markdown, json] = files(s.rules())
		const { outputs } = JSON.parse(json?.text ?? '')
		const commands = outputs.map(({ command }: { command: string }) => command)
		expect(commands).toContain('versions')
		expect(commands).toContain('cat /proc/net/stat/nf_conntrack')
		expect(commands.some((command: string) => /^(?:nft|iptables)/.test(command))).toBe(true)
		for (const command of commands) expect(markdown?.text).toContain(`\`${command}\`:`)
		expect(markdown?.text).toMatch(/^cpu=0 .*invalid=\d+/m)
		expect(markdown?.text).toMatch(/^\d+: .*invalid.* drop.*\(\d+ packets, \d+ bytes\)$/m)
	})

	test('has every write and every undo by the clock, as the line that does the same', () => {
		const on = s.held()
		const off = { ...on, state: 'undone', now: '0', endedAt: on.appliedAt + 30_000 } as const
		const state = s.later(
			s.reasons(),
			{ type: 'lease', view: s.holding([on]) },
			{ type: 'lease', view: s.holding([off], { phase: 'closed', outcome: 'clean' }) },
		)
		const { commands } = JSON.parse(files(state)[1]?.text ?? '')
		expect(commands.map(({ command }: { command: string }) => command)).toEqual([
			expect.stringMatching(/nf_conntrack_log_invalid=6$/),
			expect.stringMatching(/nf_conntrack_log_invalid=0$/),
		])
		expect(commands[1].at - commands[0].at).toBe(30_000)
		expect(files(state)[0]?.text).toContain('1 of 1 put back, read back')
	})

	test('a line with backticks cannot end its block', () => {
		const state = s.reasons()
		const tools = { ...state.facts?.tools, nft: 'nft ```` # heading' }
		const [markdown] = files({ ...state, facts: { ...state.facts, tools } as NonNullable<State['facts']> })
		expect(markdown?.text).toMatch(/^`````text\n[^`]*nft: nft ```` # heading/m)
	})
})
