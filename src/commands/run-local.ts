import { createClock } from '../host/clock.ts'
import { changeWith } from './change-with.ts'
import { lookAt } from './look-at.ts'
import type { RunOptions } from './options.ts'
import { createRunSession, type RunSession } from './run-session.ts'

/** A session in the network namespace that this process is in. */
export function localSession(options: Omit<RunOptions, 'command' | 'json'>): RunSession {
	return createRunSession({
		observer: lookAt(options),
		changer: changeWith(options, options.ttlMs),
		clock: createClock(),
		protocol: options.protocol,
		ttlMs: options.ttlMs,
	})
}
