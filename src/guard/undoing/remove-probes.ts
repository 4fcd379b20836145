import { ABSENT } from '../../changes/kinds/table.ts'
import type { Reading } from '../../changes/verdict.ts'
import { createKernelFiles } from '../../host/write/write.ts'
import type { Written } from '../../host/write/written.ts'
import type { Knob } from '../../model/knob.ts'

/** Takes away probes that no record tells of, and reads back what is there. They are of no network namespace. */
export async function removeProbes(
	knob: Knob,
	now: string,
	stateDir: string,
): Promise<{ readonly written: Written; readonly reading: Reading }> {
	const kernel = createKernelFiles({ home: 'gone', stateDir })
	try {
		const written = await kernel.write(knob, ABSENT, { now, detail: [] })
		return { written, reading: await kernel.read(knob) }
	} finally {
		kernel.release()
	}
}
