import { hasNoLeases } from '../../host/files/no-leases.ts'
import { createObserver } from '../../host/observer.ts'
import { hasGroups } from '../../host/trace/group-names.ts'
import type { Observer } from '../../ports/observer.ts'
import type { CommonOptions } from './options.ts'

/** The port that looks, of the network namespace that this process is in. */
export function lookAt({ netns, stateDir }: CommonOptions): Observer {
	return createObserver({
		netns,
		stateDir,
		async findLeases(own) {
			if (hasNoLeases(stateDir) && !hasGroups()) return []
			// With it comes the decoder of journals, which takes 50 ms to load.
			const { findLeases } = await import('../../guard/client/find-leases.ts')
			return findLeases(stateDir, own)
		},
	})
}
