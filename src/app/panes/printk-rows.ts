import type { PrintkSite, SiteId } from '../../kernel/dyndbg-control.ts'
import type { State } from '../state.ts'
import { listOf, type PaneList } from './pane-list.ts'

export type PrintkItem = { readonly kind: 'site'; readonly id: SiteId; readonly site: PrintkSite }

export function printkRows(state: State): PaneList<PrintkItem> {
	const ids = state.printk.value?.ids ?? new Map<SiteId, PrintkSite>()
	const rows = [...ids].map(([id, site]) => ({
		key: id,
		text: `${site.file} ${site.func} ${site.format}`,
		item: { kind: 'site' as const, id, site },
	}))
	return listOf(rows, state.panes.printk)
}
