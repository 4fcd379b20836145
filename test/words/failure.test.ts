import { expect, describe as group, test } from 'vitest'
import { describe } from '../../src/words/failure.ts'

const tool = (stderr: string, exitCode: number | undefined = 1) =>
	describe({ kind: 'tool-failed', command: ['nft', '-a', 'monitor', 'trace'], exitCode, stderr })

group('what a tool said is never shown raw', () => {
	test('without root it is said so, and what to do', () => {
		expect(
			tool(
				'Operation not permitted (you must be root)\nnetlink: Error: cache initialization failed: Operation not permitted\n',
			),
		).toEqual({
			title: 'not permitted',
			detail: 'nft -a monitor trace needs root (CAP_NET_ADMIN)',
			next: 'run it with sudo, or as root',
		})
	})

	test('several lines become one, in which no character commands a terminal', () => {
		expect(tool('\n first\x1b[2J \n\n\u202esecond\n', 3).detail).toBe(
			String.raw`nft -a monitor trace exited 3: first\x1b[2J; \u202esecond`,
		)
	})

	test('a flood of words is cut', () => {
		const { detail } = tool('x'.repeat(100_000))
		expect(detail.length).toBeLessThan(400)
		expect(detail).toMatch(/x \.\.\.$/)
	})

	test('one that said nothing', () => {
		expect(tool('', 5).detail).toBe('nft -a monitor trace exited 5')
		expect(describe({ kind: 'tool-failed', command: ['nft'], exitCode: undefined, stderr: '' }).detail).toBe(
			'nft was ended',
		)
	})
})
