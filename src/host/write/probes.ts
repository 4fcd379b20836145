import { closeSync, constants, openSync, readFileSync } from 'node:fs'
import { costProblem } from '../../changes/kinds/probe-cost.ts'
import { looksAtEach, PARTLY } from '../../changes/kinds/probes.ts'
import { ABSENT } from '../../changes/kinds/table.ts'
import type { Reading } from '../../changes/verdict.ts'
import {
	type AskedProbes,
	type DefinedProbe,
	isWhole,
	type ProbeSet,
	parseProbes,
	probesText,
	secretIn,
} from '../../kernel/probes/probe-sets.ts'
import { type DefinedEvent, parseDefinedEvents } from '../../kernel/trace/tracefs-files.ts'
import type { Knob } from '../../model/knob.ts'
import * as trace from '../../words/english/host/trace.ts'
import * as english from '../../words/english/host/write.ts'
import { after, type Later } from '../process/later.ts'
import { errorCode, exists } from '../tools/proc-fs.ts'
import { packetRate } from '../trace/packet-rate.ts'
import { FILES, fileOf, type TraceFiles } from '../trace/trace-files.ts'
import { tracefsFolder, whyNoProbeFiles } from '../trace/tracefs.ts'
import { type Calibration, measureCost } from './probe-cost.ts'
import type { KindWriter, Written } from './written.ts'

/** CLOCK_MONOTONIC: the clock of everything that the program knows the time of. */
const CLOCK = 'mono'
/** All CPUs together; what does not fit into it is counted as lost. kB. */
const BUFFERS_KB = 32_768
const LEAST_KB = 256
const MOST_KB = 4_096

/** The ways to ask for such probes, best first. */
type Ways = (asked: AskedProbes, group: string) => readonly (readonly DefinedProbe[])[]

export type ProbesHost = {
	readonly files: TraceFiles
	/** Where tracefs is. */
	readonly folder: () => string | undefined
	readonly whyNoFolder: () => string
	/**
	 * What is needed to set probes is loaded only then, and before anything of them is recorded: the write itself waits for
	 * nothing, so that no undo comes in between. An undo needs nothing of it.
	 */
	readonly load: () => Later<Ways>
	/** Connection tracking, whose functions are probed, is in the kernel. */
	readonly isTracking: () => boolean
	/** 0 in `kprobes/enabled` of debugfs: probes can be defined, and none ever fires. */
	readonly areOff: () => boolean
	/** Packets a second that probes on every packet would run for; undefined where that cannot be told. */
	readonly packetRate: () => Later<number | undefined>
	readonly calibration?: Calibration
}

const HOST: ProbesHost = {
	files: FILES,
	folder: tracefsFolder,
	whyNoFolder: () => whyNoProbeFiles(),
	isTracking: () => exists('/sys/module/nf_conntrack'),
	packetRate,
	load: async () => (await import('../trace/ways-here.ts')).waysHere,
	areOff() {
		try {
			return readFileSync('/sys/kernel/debug/kprobes/enabled', 'latin1').trim() === '0'
		} catch {
			return false
		}
	},
}

/** A group of kernel probes and an instance of tracefs of the same name. */
export function createProbes(host: ProbesHost = HOST) {
	const { files } = host
	/** tracefs, held open from before the first write until the undo: no mount over it is in the way of that. */
	let held: number | undefined
	let waysOf: Ways = () => []
	/** As it was when probes on every packet were asked for. */
	let rate: number | undefined

	const folderOf = (): string | undefined => (held === undefined ? host.folder() : `/proc/self/fd/${held}`)

	function read(knob: Knob, isOnRecord: boolean): Reading {
		const folder = folderOf()
		if (folder === undefined)
			return isOnRecord ? { kind: 'unreadable', code: 'ENOENT' } : { kind: 'gone', why: host.whyNoFolder() }
		try {
			return { kind: 'value', value: textIn(groupIn(files, folder, groupOf(knob))) }
		} catch (error) {
			return { kind: 'unreadable', code: errorCode(error) }
		}
	}

	function make(folder: string, group: string, ways: readonly (readonly DefinedProbe[])[]): Written {
		if (ways.length === 0) return refused('ENOTSUP', english.noTypeInformation)
		const instance = `${folder}/instances/${group}`
		try {
			files.mkdir(instance)
			files.put(`${instance}/trace_clock`, CLOCK)
			files.put(`${instance}/buffer_size_kb`, sizeFor(files, instance))
			const way = defineAny(folder, group, ways)
			if (typeof way === 'string') throw new Refused(way)
			const problem = costOf(folder, group, way)
			if (problem !== undefined) throw new Refused('EDQUOT', problem)
			files.put(`${instance}/events/${group}/enable`, '1')
			return { ok: true }
		} catch (error) {
			const code = error instanceof Refused ? error.code : errorCode(error)
			remove(folder, group)
			return refused(code, error instanceof Refused ? (error.words ?? WORDS[code]) : WORDS[code])
		}
	}

	/** Why they would cost too much; measured before they are switched on. */
	function costOf(folder: string, group: string, way: readonly DefinedProbe[]): string | undefined {
		if (rate === undefined || !way.some(({ isOnEveryPacket }) => isOnEveryPacket)) return undefined
		return costProblem({
			perSecond: rate,
			packetNs: measureCost({ files, folder, group }, way, host.calibration),
		})
	}

	/** The way that the kernel takes, or the errno name of the last that it refuses. */
	function defineAny(
		folder: string,
		group: string,
		ways: readonly (readonly DefinedProbe[])[],
	): readonly DefinedProbe[] | string {
		let code = 'ENOTSUP'
		for (const way of ways) {
			const refusal = define(folder, group, way)
			if (refusal === undefined) return way
			code = refusal
		}
		return code
	}

	/** The errno name of the first that the kernel refuses; then none of them is there. */
	function define(folder: string, group: string, way: readonly DefinedProbe[]): string | undefined {
		const made: DefinedProbe[] = []
		for (const probe of way) {
			try {
				files.append(`${folder}/${probe.file}`, probe.definition)
				made.push(probe)
				if (probe.filter !== null)
					files.put(`${folder}/instances/${group}/events/${group}/${probe.name}/filter`, probe.filter)
			} catch (error) {
				if (probe.isOptional && made.at(-1) !== probe) continue
				for (const one of made) files.append(`${folder}/${one.file}`, `-:${group}/${one.name}`)
				return errorCode(error)
			}
		}
		return undefined
	}

	/** Off first, then the instance, then each definition; what is refused keeps none of the rest from going. */
	function remove(folder: string, group: string): Written {
		const instance = `${folder}/instances/${group}`
		const codes: string[] = []
		const attempt = (does: () => void) => {
			try {
				does()
			} catch (error) {
				const code = errorCode(error)
				if (code !== 'ENOENT') codes.push(code)
			}
		}
		attempt(() => files.put(`${instance}/events/${group}/enable`, '0'))
		attempt(() => files.rmdir(instance))
		for (const event of groupIn(files, folder, group).events)
			attempt(() => files.append(`${folder}/${fileOf(files, folder)}`, `-:${group}/${event.name}`))
		// Its last reader may have closed it meanwhile.
		if (files.exists(instance)) attempt(() => files.rmdir(instance))
		const left = groupIn(files, folder, group)
		if (left.events.length === 0 && !left.hasInstance) return { ok: true }
		return refused(codes[0] ?? 'EBUSY', undefined)
	}

	const keepRate = (measured: number | undefined): Written => {
		rate = measured
		return { ok: true }
	}

	return {
		read,
		write(knob: Knob, value: string): Written {
			const folder = folderOf()
			if (folder === undefined) return { ok: false, code: 'ENOENT', at: 'open', words: host.whyNoFolder() }
			const group = groupOf(knob)
			const asked = parseProbes(value)
			try {
				return asked === undefined ? remove(folder, group) : make(folder, group, waysOf(asked, group))
			} catch (error) {
				return refused(errorCode(error), undefined)
			}
		},
		probe(value = ABSENT): Later<Written> {
			const folder = host.folder()
			if (folder === undefined) return { ok: false, code: 'ENOENT', at: 'open', words: host.whyNoFolder() }
			if (!host.isTracking())
				return { ok: false, code: 'ENOENT', at: 'open', words: trace.conntrackIsNotLoaded }
			if (host.areOff()) return { ok: false, code: 'EPERM', at: 'open', words: trace.areSwitchedOff }
			try {
				files.open(`${folder}/${fileOf(files, folder)}`)
				return looksAtEach(value) ? after(host.packetRate(), keepRate) : { ok: true }
			} catch (error) {
				const code = errorCode(error)
				return { ok: false, code, at: 'open', words: WORDS[code] ?? english.tracefsSays(code) }
			}
		},
		equip(): Written {
			if (held !== undefined) return { ok: true }
			const folder = host.folder()
			if (folder === undefined) return { ok: false, code: 'ENOENT', at: 'open' }
			try {
				held = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY)
				return { ok: true }
			} catch (error) {
				return { ok: false, code: errorCode(error), at: 'open' }
			}
		},
		detail: (): Later<readonly string[]> =>
			after(host.load(), (ways) => {
				waysOf = ways
				return [host.folder() ?? '']
			}),
		release() {
			if (held !== undefined) closeSync(held)
			held = undefined
		},
	}
}

export function probesWriter(): KindWriter {
	const probes = createProbes()
	return {
		...probes,
		isSlow: () => true,
		isFar: () => true,
		read: (knob, detail = []) => probes.read(knob, detail.length > 0),
		probe: (_, value) => probes.probe(value),
	}
}

class Refused extends Error {
	readonly code: string
	readonly words: string | undefined
	constructor(code: string, words?: string) {
		super(code)
		this.code = code
		this.words = words
	}
}

const WORDS: Readonly<Record<string, string>> = {
	EPERM: english.tracingIsLockedDown,
	EACCES: english.tracingIsLockedDown,
}

const refused = (code: string, words: string | undefined): Written => ({
	ok: false,
	code,
	at: 'write',
	...(words === undefined ? {} : { words }),
})

const groupOf = ({ kind }: Knob): string => (kind.type === 'probes' ? kind.group : '')

function sizeFor(files: TraceFiles, instance: string): string {
	const cpus = Math.max(1, files.names(`${instance}/per_cpu`).length)
	return String(Math.min(MOST_KB, Math.max(LEAST_KB, Math.floor(BUFFERS_KB / cpus))))
}

type Group = {
	readonly events: readonly DefinedEvent[]
	readonly hasInstance: boolean
	/** All of them are switched on in the instance, and it records. */
	readonly isOn: boolean
}

function groupIn(files: TraceFiles, folder: string, group: string): Group {
	const instance = `${folder}/instances/${group}`
	const events = parseDefinedEvents(files.read(`${folder}/${fileOf(files, folder)}`)).filter(
		(event) => event.group === group,
	)
	const hasInstance = files.exists(instance)
	const says = (file: string): string => {
		try {
			return files.read(`${instance}/${file}`).trim()
		} catch {
			return ''
		}
	}
	const isOn = hasInstance && says(`events/${group}/enable`) === '1' && says('tracing_on') === '1'
	return { events, hasInstance, isOn }
}

/** Reasons stand beside the packets that are INVALID too, so these are looked for first. */
const SETS: readonly ProbeSet[] = ['ends', 'lists', 'invalid', 'reasons']

function textIn({ events, hasInstance, isOn }: Group): string {
	if (events.length === 0 && !hasInstance) return ABSENT
	const secrets = new Set(events.map(({ text }) => secretIn(text)))
	const [secret] = secrets
	const names = new Set(events.map(({ name }) => name))
	const set = SETS.find((one) => isWhole(one, names))
	if (!isOn || set === undefined || secret === undefined || secrets.size !== 1) return PARTLY
	return probesText({ set, secret: Number.parseInt(secret, 16) })
}
