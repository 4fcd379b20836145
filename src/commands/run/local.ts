import { createClock } from '../../host/clock.ts'
import { createRecorder } from '../../host/files/capture-file.ts'
import { packetRate } from '../../host/trace/packet-rate.ts'
import { drawProbes } from '../../host/trace/tracefs.ts'
import { changeWith } from '../common/change-with.ts'
import { lookAt } from '../common/look-at.ts'
import type { RunOptions } from '../common/options.ts'
import { sayBeside } from '../common/output.ts'
import { createRunSession } from './session.ts'
import type { RunSession } from './types.ts'

/** A session in the network namespace that this process is in. */
export function localSession(
	options: Omit<RunOptions, 'command' | 'json' | 'packets' | 'expect' | 'names'>,
): RunSession {
	return createRunSession({
		observer: lookAt(options),
		changer: changeWith(options),
		recorder: createRecorder(),
		clock: createClock(),
		protocol: options.protocol,
		printk: options.printk,
		consoleLevel: options.consoleLevel,
		// The half in another network namespace has the standard error of the one that was started.
		warn: sayBeside,
		ttlMs: options.ttlMs,
		maxRate: options.maxRate,
		source: options.source,
		by: options.by,
		followsNetns: options.followsNetns,
		drawProbes,
		packetRate,
		capture: options.capture,
		force: options.force,
	})
}
