import { expect, test } from 'vitest'
import { stopTimersOf } from '../../../src/guard/client/timer.ts'
import type { Ran } from '../../../src/host/process/launch.ts'
import { FakeClock } from '../../harness/fake/clock.ts'

function stopping() {
	const clock = new FakeClock()
	const asked: (readonly string[])[] = []
	const ended = Promise.withResolvers<Ran>()
	let isReleased = false
	let isOver = false
	const start = (argv: readonly string[]) => {
		asked.push(argv)
		return {
			ended: ended.promise,
			release() {
				isReleased = true
			},
		}
	}
	const stopped = stopTimersOf('L7F2', clock, start).then(() => {
		isOver = true
	})
	return { clock, asked, ended, stopped, isOver: () => isOver, isReleased: () => isReleased }
}

test('the guard does not end before its timers were asked to stop, which would end with it', async () => {
	const { clock, asked, ended, stopped, isOver } = stopping()
	expect(asked).toEqual([['systemctl', 'stop', '--no-block', 'ctscope-lease-L7F2*.timer']])
	await new Promise((resolve) => setImmediate(resolve))
	expect(isOver()).toBe(false)
	ended.resolve({ exitCode: 0, stdout: '', stderr: '' })
	await stopped
	expect(clock.pending).toBe(0)
})

test('a systemctl that does not end is not waited for longer than 10 s', async () => {
	const { clock, stopped, isReleased } = stopping()
	clock.advanceAtOnce(10_000)
	await stopped
	expect(isReleased()).toBe(true)
})
