import { expect, test } from 'vitest'
import { createSettings } from '../../src/host/settings.ts'
import { FakeClock } from '../harness/fake/clock.ts'

test('settings are as of the moment before the first of them is read: what is written meanwhile may be missing', async () => {
	class Ticking extends FakeClock {
		ticks = 0
		override monotonic = () => ++this.ticks
	}
	const clock = new Ticking()
	const settings = await createSettings(clock, async () => '0')()
	expect(settings).toMatchObject({ ok: true, value: { at: 1 } })
	expect(clock.ticks).toBeGreaterThan(1)
})
