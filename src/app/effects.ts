import type { Changer, Clock, Observer } from '../host/ports.ts'
import type { Effects } from './store.ts'
import type { Describe, TerminalPort } from './terminal-port.ts'

export type Outside = {
	readonly observer: Observer
	readonly changer: Changer
	readonly clock: Clock
	readonly terminal: TerminalPort
	readonly describe: Describe
}

export function createEffects({ clock }: Outside): Effects {
	return { now: () => clock.monotonic(), start: () => {}, perform: () => {}, stop: async () => {} }
}
