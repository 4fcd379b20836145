import type { Case } from './case.ts'
import { bridges } from './families/bridge.ts'
import { broken, brokenOnce } from './families/broken.ts'
import { closing } from './families/closing.ts'
import { design } from './families/design.ts'
import { entryGone, entryGoneOnce } from './families/gone.ts'
import { icmpCases, icmpOnce } from './families/icmp.ts'
import { natCases, natOnce } from './families/nat.ts'
import { several } from './families/several.ts'
import { strangers, strangersOnce } from './families/strangers.ts'
import { table } from './families/table.ts'
import { timeouts, timeoutsOnce } from './families/timeouts.ts'
import { unseen, unseenOnce } from './families/unseen.ts'
import { windows } from './families/window.ts'

export const CASES: readonly Case[] = [
	...entryGone(4),
	...entryGone(6),
	...entryGoneOnce(),
	...timeouts(4),
	...timeouts(6),
	...timeoutsOnce(),
	...unseen(4),
	...unseen(6),
	...unseenOnce(),
	...table(),
	...windows(),
	...natCases(4),
	...natCases(6),
	...natOnce(),
	...closing(),
	...broken(4),
	...broken(6),
	...brokenOnce(),
	...icmpCases(4),
	...icmpCases(6),
	...icmpOnce(),
	...strangers(4),
	...strangers(6),
	...strangersOnce(),
	...design(),
	...bridges(),
	...several(),
]

/** Cases whose name is one of these, or holds one; all without any. */
export const casesNamed = (names: readonly string[]): readonly Case[] =>
	CASES.filter(
		(one) =>
			names.length === 0 ||
			names.some((name) => one.name === name || (!isName(name) && one.name.includes(name))),
	)

const isName = (text: string) => CASES.some(({ name }) => name === text)
