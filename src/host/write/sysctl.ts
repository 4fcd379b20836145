import { createToolPath } from '../tools/tool-path.ts'
import { createFarFiles } from './far.ts'
import { readHere, writeHere } from './file.ts'
import { createHeldFiles } from './held.ts'
import type { KindWriter } from './written.ts'

const TOOLS = createToolPath()

/** Settings that are files below /proc/sys: of this network namespace, or of the initial one from another. */
export function sysctlWriter(): KindWriter {
	const far = createFarFiles(TOOLS)
	const held = createHeldFiles()
	return {
		isSlow: far.isOutOfReach,
		isFar: far.isOutOfReach,
		read: (knob) => (far.isElsewhere(knob) ? far.read(knob) : held.read(knob)),
		look: readHere,
		write: (knob, value) => (far.isElsewhere(knob) ? far.write(knob, value) : held.write(knob, value)),
		probe: (knob) => (far.isElsewhere(knob) ? far.probe(knob) : writeHere(knob, undefined)),
		equip: (knob) => (far.isElsewhere(knob) ? far.probe(knob) : held.equip(knob)),
		detail: () => [],
		release() {
			far.release()
			held.release()
		},
	}
}
