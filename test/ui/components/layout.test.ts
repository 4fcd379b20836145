import { describe, expect, test } from 'vitest'
import { SCREENS } from '../../../src/app/screens/screens.ts'
import { bodyOf, pageRows } from '../../../src/ui/components/body.ts'
import { layoutFor, layoutOf } from '../../../src/ui/components/layout.ts'
import * as s from '../situations.ts'

test.each([
	[80, 24, 'normal'],
	[60, 16, 'normal'],
	[59, 16, 'column'],
	[60, 15, 'column'],
	[120, 40, 'wide'],
	[120, 31, 'normal'],
	[109, 40, 'normal'],
])('%ix%i is %s', (columns, rows, form) => {
	expect(layoutOf({ columns, rows }).form).toBe(form)
})

const STATES = {
	reasons: s.reasons(),
	'call sites': s.printing(),
	'a setting tried': s.tried(),
	'nothing read': s.blank(),
}

describe.each(Object.entries(STATES))('%s', (_name, state) => {
	test.each([1, 20, 40, 59, 60, 80, 120, 200, 300])(
		'%i columns: all lines are given away, none twice',
		(columns) => {
			for (const rows of [1, 2, 3, 5, 7, 9, 10, 12, 15, 16, 19, 20, 24, 31, 32, 40, 80]) {
				const at = s.sized(state, columns, rows)
				for (const { id } of SCREENS) {
					for (const one of [s.on(at, id), s.later(s.on(at, id), { type: 'enter' })]) {
						const { bar, tabs, upperRule, body, lowerRule, footer } = layoutFor(one)
						expect((rows >= 2 ? 1 : 0) + bar + tabs + upperRule + body + lowerRule + footer).toBe(rows)
						const { form, top, rule, list, note, detail, flows, live, ran } = bodyOf(one)
						expect(
							Math.min(list.height, list.width, note, detail.height, detail.width, live),
						).toBeGreaterThanOrEqual(0)
						expect(pageRows(one)).toBeGreaterThanOrEqual(1)
						const above = top.length + rule
						const wide = detail.width * detail.parts + (detail.parts - 1) * 3
						if (form === 'stacked')
							expect(above + list.height + note + detail.height).toBeLessThanOrEqual(body)
						else expect(list.width + 1 + wide).toBeLessThanOrEqual(columns)
						if (form === 'side') expect([above + list.height, list.height]).toEqual([body, detail.height])
						if (form === 'steps') expect([list.height, detail.height]).toEqual([body, body])
						if (form === 'watch') {
							expect(list.height + note + flows.length).toBe(detail.height)
							expect(above + detail.height + 1 + live + 1 + ran.length).toBe(body)
						}
					}
				}
			}
		},
	)
})
