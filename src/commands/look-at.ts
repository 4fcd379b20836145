import { findLeases } from '../guard/find-leases.ts'
import { createObserver } from '../host/observer.ts'
import type { Observer } from '../host/ports.ts'
import type { CommonOptions } from './options.ts'

/** The port that looks, of the network namespace that this process is in. */
export function lookAt({ netns, stateDir }: CommonOptions): Observer {
	return createObserver({ netns, findLeases: (own) => findLeases(stateDir, own) })
}
