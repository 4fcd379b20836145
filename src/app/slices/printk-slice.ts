import type { Result } from '../../failure.ts'
import { ok } from '../../failure.ts'
import type { ModuleReading, MonotonicMs, PrintkReading } from '../../host/ports.ts'
import { type PrintkSite, siteIds } from '../../kernel/dyndbg-control.ts'
import type { State } from '../state.ts'
import { readingOf } from './readings-slice.ts'

export function printkRead(state: State, result: Result<PrintkReading>): State {
	if (!result.ok) return { ...state, printk: readingOf(state.printk, result) }
	const before = state.printk.value
	const same = before !== undefined && sameSites(before.sites, result.value.sites)
	// What was made of the rows stays good while no row differs.
	const rows = same ? { sites: before.sites, ids: before.ids } : { ids: siteIds(result.value.sites) }
	return { ...state, printk: readingOf(state.printk, ok({ ...result.value, ...rows })) }
}

function sameSites(before: readonly PrintkSite[], now: readonly PrintkSite[]): boolean {
	return (
		before.length === now.length &&
		before.every((site, at) => {
			const other = now[at]
			return (
				other !== undefined &&
				site.flags === other.flags &&
				site.line === other.line &&
				site.file === other.file &&
				site.func === other.func &&
				site.format === other.format &&
				site.module === other.module &&
				site.class === other.class
			)
		})
	)
}

export function modulesRead(state: State, result: Result<readonly ModuleReading[]>, at: MonotonicMs): State {
	return {
		...state,
		modules: readingOf(state.modules, result.ok ? ok({ at, list: result.value }) : result),
	}
}
