import { createContext, useContext, useRef, useSyncExternalStore } from 'react'
import type { State } from '../../app/state/state.ts'
import type { Frames } from './pace.ts'
import { share } from './share.ts'

export const FramesContext = createContext<Pick<Frames, 'getState' | 'subscribe'> | undefined>(undefined)

/**
 * What `select` makes of the present state. The answer keeps its identity while it is equal, and the component is
 * drawn again only when it is not. `select` may differ from call to call (it closes over sizes).
 */
export function useModel<T>(select: (state: State) => T): T {
	const frames = useContext(FramesContext)
	if (frames === undefined) throw new Error('useModel needs a FramesContext')
	const model = useRef<T | undefined>(undefined)
	return useSyncExternalStore(frames.subscribe, () => {
		model.current = share(model.current, select(frames.getState()))
		return model.current
	})
}
