import { canonicalFlags, NO_FLAGS } from '../../../changes/kinds/call-site-flags.ts'
import { knobOfSite } from '../../../changes/kinds/site-name.ts'
import { knobById } from '../../../changes/knobs.ts'
import type { PrintkSite, SiteId } from '../../../kernel/dyndbg/dyndbg-control.ts'
import { INSTEAD } from '../../../reasons/printk/printk-instead.ts'
import { controlHere, siteChange } from '../../changing/by-hand.ts'
import { prints } from '../../changing/printk-sites.ts'
import { paneRows } from '../../commands/screens.ts'
import type { State } from '../../state/state.ts'
import { sitesOfItem } from './switching.ts'

/** The shell line that switches a site on, or off when it prints; undefined where it cannot be switched from here. */
export function siteByHand(id: SiteId, site: PrintkSite, state: State): string | undefined {
	const knob = knobById(knobOfSite(id))
	if (knob === undefined) return undefined
	const from = canonicalFlags(site.flags) ?? NO_FLAGS
	const to = prints(site) ? from.replace('p', '') || NO_FLAGS : (canonicalFlags(`${site.flags}p`) ?? 'p')
	return `echo '${siteChange(knob, { knob: knob.id, from, to }, state)}' > ${controlHere(state)}`
}

/** What `c` copies: the shell lines of the selected row; where nothing can be switched, what to use instead. */
export function printkText(state: State): string | undefined {
	const { value } = state.printk
	if (value === undefined) return undefined
	if (value.path === null) return INSTEAD.map(({ command }) => command).join('\n')
	const { rows, selected } = paneRows(state, 'printk')
	const lines = sitesOfItem(rows[selected]?.item).flatMap((id) => {
		const site = value.ids.get(id)
		return (site === undefined ? undefined : siteByHand(id, site, state)) ?? []
	})
	return lines.length === 0 ? undefined : lines.join('\n')
}
