import type { Clock } from '../../model/clock.ts'
import { visible } from '../../words/visible.ts'
import { entriesOf, readText } from '../tools/proc-fs.ts'

/** A name may be given to another interface, so what is known is asked for again after this time. */
const TRUSTED_MS = 10_000
/** An index that nobody knows (an interface that is gone) is not looked for more often than this. */
const AGAIN_MS = 1_000

/**
 * Names of the interfaces of this network namespace by their index; `if7` for one that is not there any more. Safe to print.
 * /proc/net is the namespace of who reads it. /sys/class/net is the one that was there when /sys was mounted, so it is
 * asked last, and only when it shows the same interfaces.
 */
export function createInterfaceNames(clock: Clock): (index: number) => string {
	let names = new Map<number, string>()
	let read = Number.NEGATIVE_INFINITY
	return (index) => {
		const age = clock.monotonic() - read
		if (age >= TRUSTED_MS || (age >= AGAIN_MS && !names.has(index))) {
			names = new Map([...names, ...readNames()])
			read = clock.monotonic()
		}
		return names.get(index) ?? `if${index}`
	}
}

function readNames(): Map<number, string> {
	const found = fromFolder('/proc/net/dev_snmp6', '', /^ifIndex\s+(\d{1,9})$/m)
	if (found.size > 0) return found
	// A kernel without IPv6.
	const here = new Set(devices())
	const sys = fromFolder('/sys/class/net', '/ifindex', /^(\d{1,9})\s*$/)
	const same = sys.size === here.size && [...sys.values()].every((name) => here.has(name))
	return same ? sys : fromIgmp()
}

function fromFolder(folder: string, file: string, form: RegExp): Map<number, string> {
	const names = new Map<number, string>()
	for (const name of entriesOf(folder)) {
		const text = readText(`${folder}/${name}${file}`)
		const index = text.ok ? form.exec(text.value)?.[1] : undefined
		if (index !== undefined) names.set(Number(index), visible(name))
	}
	return names
}

/** Interfaces that are up, `Idx Device : Count ...` (net/ipv4/igmp.c, igmp_mc_seq_show). */
function fromIgmp(): Map<number, string> {
	const text = readText('/proc/net/igmp')
	const rows = text.ok ? text.value.matchAll(/^(\d{1,9})\s+(\S+?)\s*:/gm) : []
	return new Map([...rows].map(([, index, name]) => [Number(index), visible(name ?? '')]))
}

function devices(): string[] {
	const text = readText('/proc/net/dev')
	return text.ok ? [...text.value.matchAll(/^\s*(\S+?):/gm)].map(([, name]) => name ?? '') : []
}
