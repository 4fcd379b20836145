import { mountPoints } from '../../kernel/proc/proc-mounts.ts'
import { entriesOf, textOf } from '../tools/proc-fs.ts'

/** How names of groups of ours begin (changes/kinds/probes.ts). */
const GROUP = 'ctscope_'

/** Somebody has probes, or an instance of tracefs, whose name begins as those of ours: quick to know at each start. */
export const hasGroups = (root = ''): boolean =>
	mountPoints(textOf(`${root}/proc/mounts`), 'tracefs').some(
		(point) =>
			textOf(`${root}${point}/dynamic_events`).includes(GROUP) ||
			textOf(`${root}${point}/kprobe_events`).includes(GROUP) ||
			entriesOf(`${root}${point}/instances`).some((name) => name.startsWith(GROUP)),
	)
