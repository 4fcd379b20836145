import { closeSync, fstatSync, openSync } from 'node:fs'
import type { DefinedProbe } from '../../kernel/probes/probe-sets.ts'
import type { TraceFiles } from '../trace/trace-files.ts'

/**
 * Every fstat(2) calls it, from another file than it is in, so that no compiler puts it into its caller (fs/stat.c,
 * security/security.c). Its argument is a struct path, whose second member points to a struct dentry: memory of the kernel
 * that may be read, of which there are some 200 bytes.
 */
const FUNCTION = 'security_inode_getattr'
const MEMORY = '+0(+8($arg1))'
const LONGEST_ARRAY = 24

/** Short, so that some of the rounds are not disturbed by whoever else wants the CPU; the fastest one counts. */
const CALLS = 50
const ROUNDS = 40
/** No probe costs less; a smaller figure is none. ns. */
const LEAST_NS = 100

export type Calibration = {
	/** Calls that function so often, and answers how long that took, ms. */
	readonly call: (count: number) => number
}

type Place = { readonly files: TraceFiles; readonly folder: string; readonly group: string }

/**
 * What those of the probes cost that run for one packet, ns: probes of the same kinds, with as many arguments of the same
 * types and a filter that lets none through, are put on a function that we call ourselves, and the calls are timed with and
 * without them. They are of the same group, so whatever removes that removes them. Undefined where the kernel has no such
 * function, or the figure is none.
 */
export function measureCost(
	{ files, folder, group }: Place,
	way: readonly DefinedProbe[],
	{ call }: Calibration = CALLING,
): number | undefined {
	const made: { readonly file: string; readonly name: string }[] = []
	const events = `${folder}/instances/${group}/events/${group}`
	const fastest = (): number => Math.min(...Array.from({ length: ROUNDS }, () => call(CALLS)))
	try {
		for (const [index, probe] of ofOnePacket(way).entries()) {
			const name = `cost${index}`
			files.append(`${folder}/${probe.file}`, likeIt(probe, group, name))
			made.push({ file: probe.file, name })
			files.put(`${events}/${name}/filter`, 'z == 0')
		}
		if (made.length === 0) return undefined
		const before = fastest()
		for (const { name } of made) files.put(`${events}/${name}/enable`, '1')
		const during = fastest()
		for (const { name } of made) files.put(`${events}/${name}/enable`, '0')
		const without = Math.min(before, fastest())
		const ns = ((during - without) * 1e6) / CALLS
		return ns >= LEAST_NS ? Math.round(ns) : undefined
	} catch {
		return undefined
	} finally {
		for (const { file, name } of made)
			try {
				files.put(`${events}/${name}/enable`, '0')
				files.append(`${folder}/${file}`, `-:${group}/${name}`)
			} catch {
				// The group is removed whole, whatever it holds.
			}
	}
}

/** Those on one function: a packet is of one protocol. */
function ofOnePacket(way: readonly DefinedProbe[]): readonly DefinedProbe[] {
	const each = way.filter(({ isOnEveryPacket }) => isOnEveryPacket)
	const [first] = each
	return first === undefined ? [] : each.filter((probe) => functionOf(probe) === functionOf(first))
}

const functionOf = ({ definition }: DefinedProbe): string =>
	(definition.split(' ')[1] ?? '').replace('%return', '')

/** The same kind of probe with the same arguments, all of them of memory that is there. */
function likeIt({ definition }: DefinedProbe, group: string, name: string): string {
	const [head = '', place = '', ...fields] = definition.split(' ')
	const isReturn = place.endsWith('%return')
	const args = fields.map((field) => {
		const [, argument, fetch = '', type, count] = /^(\w+)=(.+):([a-z]\w*)(?:\[(\d+)\])?$/.exec(field) ?? []
		if (argument === undefined || fetch === '$retval' || fetch.startsWith('\\')) return field
		const elements = count === undefined ? '' : `[${Math.min(LONGEST_ARRAY, Number(count))}]`
		return `${argument}=${MEMORY}:${type}${elements}`
	})
	return [`${head.slice(0, 1)}:${group}/${name}`, `${FUNCTION}${isReturn ? '%return' : ''}`, ...args].join(
		' ',
	)
}

const CALLING: Calibration = {
	call(count) {
		const file = openSync('/dev/null', 'r')
		try {
			const from = performance.now()
			for (let done = 0; done < count; done++) fstatSync(file)
			return performance.now() - from
		} finally {
			closeSync(file)
		}
	},
}
