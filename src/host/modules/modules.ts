import { release } from 'node:os'
import { MODULES, TAP_MODULES } from '../../changes/kinds/module.ts'
import { type LoadedModule, parseProcModules } from '../../kernel/proc/proc-modules.ts'
import type { ModuleReading, ModuleState } from '../../model/modules.ts'
import * as english from '../../words/english/host/modules.ts'
import { ok, type Result } from '../../words/failure.ts'
import { exists, readText } from '../tools/proc-fs.ts'
import type { BuiltIn } from './built-in.ts'
import type { ModuleText, ReadModinfo } from './modinfo.ts'
import { type ModuleFiles, readModuleFiles } from './module-files.ts'

/** Targets of rules that print packets through the same loggers. */
const LOGGING_RULES = ['nft_log', 'xt_LOG', 'xt_NFLOG']
/** Helpers: they drop packets too, and say so. */
const HELPER = /^nf_conntrack_(?!netlink$)\w+$/
/** What became nf_log_syslog (net/netfilter/nf_log_syslog.c, from Linux 5.13 on). */
const SYSLOG = 'nf_log_syslog'
const BEFORE_SYSLOG: ReadonlySet<string> = new Set([
	'nf_log_ipv4',
	'nf_log_ipv6',
	'nf_log_arp',
	'nf_log_bridge',
	'nf_log_common',
])

type Seen = {
	readonly loaded: ReadonlyMap<string, LoadedModule>
	readonly builtIn: ReadonlySet<string>
	readonly files: ModuleFiles
	/** The kernel can load modules at all. */
	readonly hasModules: boolean
	/** kernel.modules_disabled is 1. */
	readonly isClosed: boolean
	readonly info: ReadonlyMap<string, ModuleText>
}

/**
 * Modules that can be loaded, whatever their state, then those of logging rules and helpers that this kernel has.
 * `root` stands in front of the paths of files.
 */
export function createModules(builtIn: BuiltIn, readModinfo: ReadModinfo, root = '') {
	return async (): Promise<Result<readonly ModuleReading[]>> => {
		const text = readText(`${root}/proc/modules`)
		const loaded = new Map((text.ok ? parseProcModules(text.value) : []).map((row) => [row.name, row]))
		const files = readModuleFiles(root)
		const inKernel = await builtIn()
		const state = (name: string) => stateOf(name, { loaded, builtIn: inKernel, files })
		const known = new Set([...loaded.keys(), ...inKernel, ...files.available])
		const others = [
			...new Set<string>([...TAP_MODULES, ...LOGGING_RULES]),
			...[...known].filter((name) => HELPER.test(name)).sort(),
		]
		const names = [...MODULES, ...others.filter((name) => state(name) !== 'missing')]
		const onDisk = files.folder === undefined ? [] : names.filter((name) => state(name) !== 'missing')
		const seen: Seen = {
			loaded,
			builtIn: inKernel,
			files,
			hasModules: text.ok || exists(`${root}/proc/sys/kernel/modprobe`),
			isClosed: isSet(`${root}/proc/sys/kernel/modules_disabled`),
			info: await readModinfo(onDisk),
		}
		return ok(names.map((name) => reading(name, seen)))
	}
}

function stateOf(
	name: string,
	{ loaded, builtIn, files }: Pick<Seen, 'loaded' | 'builtIn' | 'files'>,
): ModuleState {
	if (loaded.has(name)) return 'loaded'
	if (builtIn.has(name)) return 'built-in'
	return files.available.has(name) ? 'available' : 'missing'
}

function reading(name: string, seen: Seen): ModuleReading {
	const state = stateOf(name, seen)
	const row = seen.loaded.get(name)
	const info = seen.info.get(name)
	return {
		name,
		state,
		usedBy: row?.usedBy ?? [],
		refcount: row?.refcount ?? null,
		description: info?.description ?? null,
		aliases: info?.aliases ?? [],
		why: why(name, state, seen),
	}
}

function why(name: string, state: ModuleState, seen: Seen): string {
	if (state === 'built-in') return english.itIsAPartOf
	if (state === 'available' && seen.isClosed) return english.kernelModulesDisabledIs1
	if (state !== 'missing') return ''
	if (BEFORE_SYSLOG.has(name) && stateOf(SYSLOG, seen) !== 'missing') return english.itIsAPartOfOn(SYSLOG)
	if (name === SYSLOG && stateOf('nf_log_ipv4', seen) !== 'missing') return english.thisKernelHasAModule
	if (!seen.hasModules) return english.thisKernelLoadsNoModules
	if (seen.files.folder === undefined) return english.theModulesOfTheRunning(release())
	return english.itIsNotAmongThe(seen.files.folder)
}

function isSet(path: string): boolean {
	const text = readText(path)
	return text.ok && text.value.trim() === '1'
}
