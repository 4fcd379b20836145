import { existsSync, readFileSync } from 'node:fs'
import { moduleOfKnob } from '../../changes/kinds/module.ts'
import type { ProcessName } from '../../changes/lease.ts'
import type { Reading } from '../../changes/verdict.ts'
import { type LoadedModule, parseProcModules } from '../../kernel/proc/proc-modules.ts'
import type { Knob } from '../../model/knob.ts'
import * as english from '../../words/english/host/write.ts'
import { type Announce, anyAlive, type Hand, type Ran, runHand, startHand } from '../process/hand.ts'
import { carryOut, type Later, settled, type Work } from '../process/later.ts'
import { errorCode, textOf } from '../tools/proc-fs.ts'
import { createToolPath, type ToolPath } from '../tools/tool-path.ts'
import type { ForWrite, KindWriter, Written } from './written.ts'

/** What modprobe would do does not change between a look at a plan and its first write. */
const FRESH_MS = 5_000
const MODULES = '/proc/modules'

export type ModuleHost = {
	readonly tools: ToolPath
	/** /proc/modules; throws where the kernel takes no modules. */
	list(): string
	isBuiltIn(name: string): boolean
	/** kernel.modules_disabled: a switch that cannot be switched back. */
	isDisabled(): boolean
	run(argv: readonly string[], announce?: Announce): Later<Ran>
	/** A tool that waits until it is told to begin; the errno name when there is no process for it. */
	standBy(argv: readonly string[]): Pick<Hand, 'go' | 'drop'> | string
	/** One of these processes lives. */
	anyAlive(hands: readonly ProcessName[]): boolean
	now(): number
}

export type Modules = {
	/**
	 * With `added`: `loaded` as long as one of them is, and EAGAIN while a modprobe of `hands` lives, which may still
	 * load it.
	 */
	read(knob: Knob, added?: readonly string[], hands?: readonly ProcessName[]): Reading
	/** `absent` unloads those of `detail` that are loaded, and nothing else. EBUSY: some of them are used, `words` says which. */
	write(knob: Knob, value: string, more: Pick<ForWrite, 'detail' | 'announce'>): Later<Written>
	probe(knob: Knob): Later<Written>
	/** Starts the rmmod that will unload them. */
	equip(added: readonly string[]): Written
	release(): void
	/** What loading it will add: the module first, then what it needs and what is not loaded yet. */
	detail(knob: Knob): Later<readonly string[]>
}

/** Modules are loaded by modprobe, which knows what they need, and unloaded one by one: modprobe -r takes more than we brought. */
export function createModules(host: ModuleHost = createModuleHost()): Modules {
	const plans = new Map<string, { readonly plan: LoadPlan; readonly at: number }>()
	/** By the names that they will unload. */
	const standing = new Map<string, Pick<Hand, 'go' | 'drop'>>()

	function* planFor(name: string): Work<LoadPlan> {
		const known = plans.get(name)
		if (known !== undefined && host.now() - known.at < FRESH_MS) return known.plan
		const plan = yield* loadPlan(host, name)
		plans.set(name, { plan, at: host.now() })
		return plan
	}

	function* load(name: string, announce: Announce | undefined): Work<Written> {
		const plan = yield* planFor(name)
		if ('code' in plan) return { ok: false, code: plan.code, at: 'open', words: plan.words }
		const modprobe = host.tools.find('modprobe')
		if (modprobe === undefined) return noTool('modprobe')
		const ran = yield* settled(host.run([modprobe, ...modprobeArgs(name)], announce))
		plans.clear()
		return ran.status === 0 ? { ok: true } : toolFailure(ran)
	}

	function* probe(knob: Knob): Work<Written> {
		const list = loaded()
		const name = nameOf(knob)
		if (host.tools.find('rmmod') === undefined) return noTool('rmmod')
		if (typeof list !== 'string' && list.some((one) => one.name === name)) return { ok: true }
		const plan = yield* planFor(name)
		return 'code' in plan ? { ok: false, code: plan.code, at: 'open', words: plan.words } : { ok: true }
	}

	function* detail(knob: Knob): Work<readonly string[]> {
		const plan = yield* planFor(nameOf(knob))
		const list = loaded()
		if ('code' in plan || typeof list === 'string') return []
		return plan.names.filter((name) => !list.some((one) => one.name === name))
	}

	/** What waits at its gate for exactly these. */
	const takeStanding = (added: readonly string[]) => {
		const key = added.join()
		const hand = standing.get(key)
		standing.delete(key)
		return hand
	}

	const loaded = (): readonly LoadedModule[] | string => {
		try {
			return parseProcModules(host.list())
		} catch (error) {
			return errorCode(error)
		}
	}

	return {
		read(knob, added = [], hands = []) {
			const list = loaded()
			const name = nameOf(knob)
			if (typeof list === 'string') {
				if (host.isBuiltIn(name)) return { kind: 'value', value: 'loaded' }
				return list === 'ENOENT'
					? { kind: 'gone', why: english.thisKernelTakesNoModules }
					: { kind: 'unreadable', code: list }
			}
			const isThere = list.some((one) => one.name === name || added.includes(one.name))
			// All that it needs is loaded before the module itself, so some may be there while the rest is to come.
			const isWhole = added.every((one) => list.some((other) => other.name === one))
			if (!isWhole && host.anyAlive(hands)) return { kind: 'unreadable', code: 'EAGAIN' }
			return { kind: 'value', value: isThere || host.isBuiltIn(name) ? 'loaded' : 'absent' }
		},
		write: (knob, value, { detail: added, announce }) =>
			carryOut(
				value === 'absent'
					? unload(host, added, loaded, () => takeStanding(added))
					: load(nameOf(knob), announce),
			),
		probe: (knob) => carryOut(probe(knob)),
		equip(added) {
			const rmmod = host.tools.find('rmmod')
			if (rmmod === undefined) return noTool('rmmod')
			if (added.length === 0 || !added.every((name) => MODULE_NAME.test(name))) return { ok: true }
			const hand = host.standBy([rmmod, ...added])
			if (typeof hand === 'string') return { ok: false, code: hand, at: 'open' }
			takeStanding(added)?.drop()
			standing.set(added.join(), hand)
			return { ok: true }
		},
		release() {
			for (const hand of standing.values()) hand.drop()
			standing.clear()
		},
		detail: (knob) => carryOut(detail(knob)),
	}
}

export function moduleWriter(): KindWriter {
	const modules = createModules()
	return {
		...modules,
		isSlow: () => true,
		isFar: () => false,
		equip: (_, detail) => modules.equip(detail),
	}
}

const modprobeArgs = (name: string) => ['--quiet', name] as const

const nameOf = ({ id }: Knob): string => moduleOfKnob(id) ?? ''

/** The module first, then what it needs; or why it cannot be loaded. */
type LoadPlan = { readonly names: readonly string[] } | { readonly code: string; readonly words: string }

/** Names as /proc/modules has them. */
const MODULE_NAME = /^[A-Za-z0-9_]{1,60}$/
const FILE_NAME = /^insmod (?:\S*\/)?([A-Za-z0-9_-]{1,60})\.ko(?:\.(?:gz|xz|zst))?(?:\s|$)/

/**
 * `modprobe --show-depends` prints what it would do, in the order in which it would: `insmod FILE`, `builtin NAME`, or
 * `install COMMAND` where modprobe.d replaces the loading, mostly to forbid it. Nothing is loaded by it.
 */
function* loadPlan(host: ModuleHost, name: string): Work<LoadPlan> {
	const modprobe = host.tools.find('modprobe')
	if (modprobe === undefined) return { code: 'ENOENT', words: english.modprobeIsNotInstalledApt }
	if (host.isDisabled()) return { code: 'EPERM', words: english.kernelModulesDisabledIs1 }
	const { status, stdout, stderr, code } = yield* settled(host.run([modprobe, '--show-depends', name]))
	if (code !== undefined) return { code, words: english.noProcessCanBeStarted }
	if (status === null) return { code: 'ETIMEDOUT', words: english.modprobeDoesNotSayWhat }
	if (status !== 0) return { code: 'ENOENT', words: english.thereIsNoSuchModule(firstLine(stderr)) }
	const lines = stdout.split('\n').filter((line) => line.trim() !== '')
	if (lines.some((line) => line.startsWith('install ')))
		return { code: 'EPERM', words: english.modprobeDHasACommand }
	const names = lines.flatMap((line) => FILE_NAME.exec(line)?.[1]?.replaceAll('-', '_') ?? [])
	if (!names.includes(name))
		return { code: 'ENOENT', words: english.thisKernelHasNoModule(lines.at(-1) ?? '') }
	// `softdep NAME post: OTHER` loads another one after it.
	return { names: [name, ...names.filter((one) => one !== name).toReversed()] }
}

/** Newest first, as /proc/modules has them: who needs another was loaded after it. */
function* unload(
	host: ModuleHost,
	added: readonly string[],
	loaded: () => readonly LoadedModule[] | string,
	takeStanding: () => Pick<Hand, 'go' | 'drop'> | undefined,
): Work<Written> {
	const rmmod = host.tools.find('rmmod')
	if (rmmod === undefined) return noTool('rmmod')
	// To try again is of no use: that switch stays as it is until the next boot.
	if (host.isDisabled() && added.length > 0 && isAnyLoaded(loaded(), added))
		return {
			ok: false,
			code: 'EBUSY',
			at: 'write',
			words: english.kernelModulesDisabledIs1Until,
		}
	let failure: Written | undefined
	const ours = (): readonly LoadedModule[] => {
		const list = loaded()
		return typeof list === 'string' ? [] : list.filter(({ name }) => added.includes(name))
	}
	// It has one go: while all is used it waits on.
	if (ours().some((one) => !isUsed(one))) {
		const standing = takeStanding()
		if (standing !== undefined) yield* settled(standing.go())
	} else if (ours().length === 0) takeStanding()?.drop()
	for (const { name } of ours()) {
		// Who uses it is asked again each time: the one before may have been it.
		if (!MODULE_NAME.test(name) || isUsed(ours().find((one) => one.name === name))) continue
		const ran = yield* settled(host.run([rmmod, name]))
		if (ran.status !== 0) failure ??= toolFailure(ran)
	}
	const list = loaded()
	if (typeof list === 'string') return { ok: false, code: list, at: 'open' }
	const left = ours()
	if (left.length === 0) return { ok: true }
	if (!left.some(isUsed) && failure !== undefined) return failure
	return { ok: false, code: 'EBUSY', at: 'write', words: english.inUse(left.map(inWords).join(', ')) }
}

const isAnyLoaded = (list: readonly LoadedModule[] | string, names: readonly string[]): boolean =>
	typeof list !== 'string' && list.some(({ name }) => names.includes(name))

/** Also one that cannot be unloaded at all: it is permanent, or this kernel unloads none. */
const isUsed = (one: LoadedModule | undefined): boolean =>
	one === undefined || one.refcount !== 0 || one.permanent

const inWords = ({ name, usedBy }: LoadedModule): string =>
	usedBy.length === 0 ? name : `${name} (by ${usedBy.join(', ')})`

const firstLine = (text: string): string => (text.split('\n')[0] ?? '').slice(0, 200)

const noTool = (tool: string): Written => ({
	ok: false,
	code: 'ENOENT',
	at: 'open',
	words: english.isNotInstalledAptInstall(tool),
})

/** kmod's messages end with strerror(3). */
function toolFailure({ status, stderr, code: noProcess }: Ran): Written {
	const code =
		status === null
			? (noProcess ?? 'ETIMEDOUT')
			: /not permitted|Required key/.test(stderr)
				? 'EPERM'
				: /in use|busy|temporarily unavailable/i.test(stderr)
					? 'EBUSY'
					: 'EIO'
	return { ok: false, code, at: 'write', words: firstLine(stderr) }
}

function createModuleHost(tools: ToolPath = createToolPath()): ModuleHost {
	return {
		tools,
		list: () => readFileSync(MODULES, 'utf8'),
		isBuiltIn: (name) => existsSync(`/sys/module/${name}`) && !existsSync(`/sys/module/${name}/initstate`),
		isDisabled: () => textOf('/proc/sys/kernel/modules_disabled').trim() === '1',
		run: (argv, announce) => runHand(argv, tools, { announce }),
		standBy: (argv) => startHand(argv, tools),
		anyAlive,
		now: performance.now.bind(performance),
	}
}
