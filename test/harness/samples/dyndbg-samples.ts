import { readFileSync } from 'node:fs'
import { knobOfSite } from '../../../src/changes/kinds/call-site.ts'
import { createControlReader, type PrintkSite, siteIds } from '../../../src/kernel/dyndbg/dyndbg-control.ts'
import type { HeldChange } from '../../../src/model/change.ts'
import type { PrintkReading } from '../../../src/model/printk-reading.ts'
import { heldChange } from './samples.ts'

/** Rows of the control file of a Debian kernel. */
export function controlOf(kernel: '6.1' | '6.12'): readonly PrintkSite[] {
	const reader = createControlReader()
	reader.push(readFileSync(new URL(`../../fixtures/dyndbg-control-${kernel}.txt`, import.meta.url), 'utf8'))
	return reader.end()
}

export const printkReading = (
	sites: readonly PrintkSite[],
	rest: Partial<PrintkReading> = {},
): PrintkReading => ({
	at: 0,
	path: '/proc/dynamic_debug/control',
	why: '',
	next: '',
	canMount: false,
	sites,
	unread: 0,
	...rest,
})

/** As this project's own kernel has it: no dynamic debug at all. */
export const noControl = (rest: Partial<PrintkReading> = {}): PrintkReading =>
	printkReading([], {
		path: null,
		why: 'this kernel was built without dynamic debug (CONFIG_DYNAMIC_DEBUG), as /proc/config.gz shows',
		next: 'the reasons that nf_conntrack_log_invalid prints need no dynamic debug: switch those on',
		...rest,
	})

/** The same rows with the flags of some functions set. */
export const withFlags = (
	sites: readonly PrintkSite[],
	flags: Readonly<Record<string, string>>,
): readonly PrintkSite[] => sites.map((site) => ({ ...site, flags: flags[site.func] ?? site.flags }))

/** What the guard would tell of a call site that we switched: the first one of a function. */
export function heldSite(
	sites: readonly PrintkSite[],
	func: string,
	rest: Partial<HeldChange> = {},
): HeldChange {
	const found = [...siteIds(sites)].find(([, site]) => site.func === func)
	if (found === undefined) throw new Error(`no site in ${func}`)
	const [id, site] = found
	return heldChange({
		knob: knobOfSite(id),
		sysctl: `${site.file}:${func}`,
		path: '/proc/dynamic_debug/control',
		purpose: `print ${func}`,
		was: '_',
		set: 'p',
		now: 'p',
		byHand: `echo 'file ${site.file} line ${site.line} func ${func} -p' > /proc/dynamic_debug/control`,
		...rest,
	})
}
