import { expect, test } from 'vitest'
import { restWithoutDescriptors } from '../../../src/host/process/descriptors.ts'
import { FakeClock } from '../../harness/fake/clock.ts'

function resting() {
	const clock = new FakeClock()
	const host = { hasDescriptor: true, looks: 0, stillMs: 0 }
	restWithoutDescriptors({
		clock,
		hasDescriptor() {
			host.looks += 1
			return host.hasDescriptor
		},
		standStill(ms) {
			host.stillMs += ms
		},
	})
	return { clock, host }
}

test('a guard that can open files never stands still, and looks once a second', () => {
	const { clock, host } = resting()
	clock.advanceAtOnce(10_000)
	expect(host).toMatchObject({ looks: 10, stillMs: 0 })
})

test('at its limit of descriptors it stands still for 45 of 50 ms, and no longer once it has one again', () => {
	const { clock, host } = resting()
	host.hasDescriptor = false
	clock.advanceAtOnce(1_000)
	clock.advanceAtOnce(995)
	expect(host).toMatchObject({ looks: 200, stillMs: 200 * 45 })
	host.hasDescriptor = true
	clock.advanceAtOnce(5)
	const { stillMs, looks } = host
	clock.advanceAtOnce(3_000)
	expect(host).toMatchObject({ stillMs, looks: looks + 3 })
})
