import { isPrintkModule } from '../../changes/kinds/call-site.ts'
import { MODULES } from '../../changes/kinds/module.ts'
import type { PrintkSite } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { ModuleReading, ModuleState } from '../../model/modules.ts'
import * as english from '../../words/english/commands/status.ts'
import { describe } from '../../words/failure.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { beside } from '../../words/paragraph.ts'
import { visible } from '../../words/visible.ts'
import type { Snapshot } from './data.ts'

/** Sites that are switched on are listed up to this many in text. */
const SHOWN = 10

const prints = ({ flags }: PrintkSite) => flags.includes('p')

/** Dynamic debug as one look tells it. `on` has the sites of netfilter that print, whoever switched them on. */
export function printkJson({ printk }: Snapshot) {
	if (!printk.ok) {
		const { detail, next } = describe(printk.failure)
		const none = { sites: 0, enabled: 0, netfilter: 0, unread: 0, on: [] }
		return { path: null, why: detail, next, canMount: false, ...none }
	}
	const { path, why, next, canMount, sites, unread } = printk.value
	// As the screen counts them: those in headers, which cannot be switched, belong to it.
	const netfilter = sites.filter(({ module }) => isPrintkModule(module))
	return {
		path,
		why,
		next,
		canMount,
		/** Call sites of the whole kernel, and how many of them print. */
		sites: sites.length,
		enabled: sites.filter(prints).length,
		netfilter: netfilter.length,
		unread,
		on: netfilter.filter(prints).map(shown),
	}
}

const shown = ({ file, line, module, func, flags, format }: PrintkSite) => ({
	file: visible(file),
	line,
	module: visible(module),
	func: visible(func),
	flags,
	format: visible(format.replace(/\n$/, '')),
})

/** What is switched on in dynamic debug; nothing where there is none, which stands among what is not available. */
export function printkLines(snapshot: Snapshot, columns: number): string[] {
	const { printk } = snapshot
	if (!printk.ok) return beside(row(english.callSites), describe(printk.failure).detail, columns)
	const { path, on, sites, netfilter } = printkJson(snapshot)
	if (path === null) return []
	const all = `${grouped(sites)} in ${path}, ${ofThem(netfilter, on.length)}`
	const lines = beside(row(english.callSites), all, columns)
	for (const { file, line, func, flags } of on.slice(0, SHOWN))
		lines.push(...beside('    ', `${file}:${line} ${func} =${flags}`, columns))
	if (on.length > SHOWN) lines.push(english.andMore(on.length - SHOWN))
	return lines
}

function ofThem(netfilter: number, on: number): string {
	if (netfilter === 0) return english.noneOfThemOfNetfilter
	const state =
		on === 0 ? english.noneOfThosePrints : counted(on, english.ofThosePrints, english.ofThosePrint)
	return english.ofNetfilter(grouped(netfilter), state)
}

const STATES: readonly (readonly [ModuleState, string])[] = [
	['loaded', english.modulesLoaded],
	['built-in', english.modulesBuiltIn],
	['available', english.modulesNotLoaded],
]

/** Modules by their state; why there are none where none can be found. */
export function moduleLines({ modules }: Snapshot, columns: number): string[] {
	if (!modules.ok) return beside(row('modules'), describe(modules.failure).detail, columns)
	const lines = STATES.flatMap(([state, title]) => {
		const names = modules.value.filter((one) => one.state === state).map(({ name }) => name)
		return names.length === 0 ? [] : beside(row(title), names.join(', '), columns)
	})
	const whys = new Set(modules.value.filter(isLack).map(({ why }) => why))
	return [
		...lines,
		...[...whys].flatMap((why) => beside(row(lines.length === 0 ? 'modules' : ''), why, columns)),
	]
}

/** Nothing lacks where another module has the code. */
const isLack = ({ name, state, why }: ModuleReading) =>
	state === 'missing' && name === 'nf_log_syslog' && why !== ''

/** One line for each module that can be loaded: its state, and what it is for. */
export function moduleTable({ modules }: Snapshot, columns: number): string[] {
	if (!modules.ok) return beside('  ', describe(modules.failure).detail, columns)
	return modules.value
		.filter(({ name, state }) => (MODULES as readonly string[]).includes(name) || state === 'loaded')
		.flatMap((one) =>
			beside(`  ${stateWord(one, modules.value).padEnd(9)}  ${one.name.padEnd(21)} `, about(one), columns),
		)
}

/** A logger whose code another module has is not missing. */
export function stateWord({ name, state }: ModuleReading, all: readonly ModuleReading[]): string {
	const isThere = (other: string) => all.some((one) => one.name === other && one.state !== 'missing')
	const other = name === 'nf_log_syslog' ? 'nf_log_ipv4' : 'nf_log_syslog'
	return state === 'missing' && name.startsWith('nf_log_') && isThere(other) ? 'elsewhere' : state
}

/** What it is for, who uses it, why it is not there. */
export function about({ description, why, refcount, usedBy, state }: ModuleReading): string {
	const users =
		usedBy.length > 0 ? english.usedBy(usedBy.join(', ')) : refcount ? english.inUse(refcount) : 'unused'
	return [state === 'loaded' ? users : '', why, description ?? ''].filter((one) => one !== '').join('; ')
}

const row = (name: string) => `  ${visible(name).padEnd(26)} `
