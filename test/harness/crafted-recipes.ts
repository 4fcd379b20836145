import { DATAGRAM_INVALID, DATAGRAM_SILENT } from './crafted-datagram.ts'
import { HELPER_DROPS } from './crafted-helpers.ts'
import type { Recipe } from './crafted-recipe.ts'
import { TCP_ACCEPTED, TCP_HIDDEN, TCP_INVALID, TCP_SILENT } from './crafted-tcp.ts'

/** Every packet that can be made in a network namespace, with what a current kernel says about it. */
export const RECIPES: readonly Recipe[] = [
	...TCP_INVALID,
	...TCP_ACCEPTED,
	...TCP_HIDDEN,
	...TCP_SILENT,
	...DATAGRAM_INVALID,
	...DATAGRAM_SILENT,
	...HELPER_DROPS,
]
