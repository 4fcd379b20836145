import { describe, expect, test } from 'vitest'
import { SCREENS } from '../../../src/app/screens/screens.ts'
import { layoutOf, pageOf, panesOf, splitOf } from '../../../src/ui/components/layout.ts'

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

describe('every size', () => {
	for (const columns of [1, 20, 40, 59, 60, 80, 120, 200]) {
		test(`${columns} columns: all lines are given away, none twice`, () => {
			for (let rows = 1; rows <= 80; rows++) {
				const layout = layoutOf({ columns, rows })
				const header = rows >= 2 ? 1 : 0
				const { bar, tabs, upperRule, body, lowerRule, footer } = layout
				expect(header + bar + tabs + upperRule + body + lowerRule + footer).toBe(rows)
				for (const { id } of SCREENS) {
					for (const wanted of [0, 1, 2, 9, 30]) {
						for (const opened of [false, true]) {
							const split = splitOf(id, layout, wanted, opened)
							expect(Math.min(...Object.values(split).map(Number))).toBeGreaterThanOrEqual(0)
							expect(split.top + split.rule + split.list + split.lowerRule + split.detail).toBe(body)
							expect(pageOf(id, layout, wanted, opened)).toBeGreaterThanOrEqual(1)
						}
					}
				}
				if (layout.form !== 'wide') continue
				const panes = panesOf(layout, 2)
				expect(panes.left + 1 + panes.right).toBe(columns)
				expect(3 + panes.reasons + 1 + panes.flows + 1 + panes.live + 1 + panes.ran).toBe(body)
			}
		})
	}
})
