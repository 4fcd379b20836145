/** A probe or synthetic event that somebody has defined (kernel/trace/trace_dynevent.c). Untrusted. */
export type DefinedEvent = {
	/** `p`, `r` with or without a number behind it, `f`, `t`, `e`, `s`: as it is listed. */
	readonly kind: string
	readonly group: string
	readonly name: string
	/** The whole line. */
	readonly text: string
}

const DEFINED = /^([a-z]\d{0,6}):(?:(\w{1,128})\/)?(\w{1,128})(?:[ \t].*)?$/

/**
 * `dynamic_events`, which lists those of `kprobe_events` and `uprobe_events` too. Lines of another form are left out: they
 * are nobody's probe.
 */
export function parseDefinedEvents(text: string): DefinedEvent[] {
	return text.split('\n').flatMap((line) => {
		const [, kind, group = '', name] = DEFINED.exec(line) ?? []
		return kind === undefined || name === undefined ? [] : [{ kind, group, name, text: line }]
	})
}

/** Losses of one CPU (`per_cpu/cpuN/stats`, kernel/trace/trace.c, tracing_stats_read). */
export type BufferStats = {
	/** Not read yet. */
	readonly entries: number
	/** Overwritten before they were read. */
	readonly overrun: number
	/** Not written, since the buffer was full or in use. */
	readonly dropped: number
	readonly read: number
}

const STATS = {
	entries: 'entries',
	overrun: 'overrun',
	dropped: 'dropped events',
	read: 'read events',
} as const

/** Undefined where one of the numbers is missing. */
export function parseBufferStats(text: string): BufferStats | undefined {
	const numbers = new Map(
		text.split('\n').flatMap((line) => {
			const [, name, number] = /^([a-z ]{1,40}): {0,4}(\d{1,20})$/.exec(line) ?? []
			return name === undefined ? [] : [[name, Number(number)] as const]
		}),
	)
	const [entries, overrun, dropped, read] = Object.values(STATS).map((name) => numbers.get(name))
	if (entries === undefined || overrun === undefined || dropped === undefined || read === undefined)
		return undefined
	return { entries, overrun, dropped, read }
}

/** How often a probe was reached, and how often the kernel let it pass unseen (kernel/trace/trace_kprobe.c, probes_profile). */
export type ProbeProfile = { readonly name: string; readonly hits: number; readonly missed: number }

/** `kprobe_profile`: names without their groups. Other lines are left out. */
export function parseProbeProfile(text: string): ProbeProfile[] {
	return text.split('\n').flatMap((line) => {
		const [, name, hits, missed] = /^ {0,4}(\w{1,128}) {1,64}(\d{1,20}) {1,64}(\d{1,20})$/.exec(line) ?? []
		return name === undefined ? [] : [{ name, hits: Number(hits), missed: Number(missed) }]
	})
}
