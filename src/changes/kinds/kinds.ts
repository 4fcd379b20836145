import type { Knob } from '../../model/knob.ts'
import { CALL_SITE } from './call-site.ts'
import type { Kind, KnobType } from './kind.ts'
import { LOGGER } from './logger.ts'
import { MODULE } from './module.ts'
import { MOUNT } from './mount.ts'
import { PRINTK_LEVEL } from './printk-level.ts'
import { PROBES } from './probes.ts'
import { INTEGER, SWITCH } from './sysctl.ts'
import { TABLE } from './table.ts'

/** One row for each kind of setting; who writes it is in the table of host/write/write.ts. */
export const KINDS: { readonly [Type in KnobType]: Kind<Type> } = {
	integer: INTEGER,
	boolean: SWITCH,
	logger: LOGGER,
	printk: PRINTK_LEVEL,
	flags: CALL_SITE,
	module: MODULE,
	mount: MOUNT,
	table: TABLE,
	probes: PROBES,
}

export const kindOf = ({ kind }: Knob): Kind => KINDS[kind.type]
