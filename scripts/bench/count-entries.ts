import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLab, type Lab, labMissing } from '../../test/harness/kernel/lab.ts'
import { figure, median, note } from './figures.ts'

const ENTRIES = 1_000_000
/** More resident after the last walk than after the first. */
const FLAT_MB = 10
const MAX = '/proc/sys/net/netfilter/nf_conntrack_max'

/** Fills the table of the namespace through ctnetlink; needs no traffic. */
async function fill(lab: Lab) {
	const folder = mkdtempSync(join(tmpdir(), 'ctscope-bench-'))
	const file = join(folder, 'entries')
	const lines = Array.from({ length: ENTRIES }, (_, i) => {
		const [from, to] = [`10.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`, '10.200.0.1']
		return `-A -t 3000 -u UNREPLIED -s ${from} -d ${to} -r ${to} -q ${from} -p udp --sport 1000 --dport 53 --reply-port-src 53 --reply-port-dst 1000`
	})
	writeFileSync(file, `${lines.join('\n')}\n`)
	await lab.inside('conntrack', '-R', file)
	rmSync(folder, { recursive: true })
}

/** `conntrack -L` into our counter, against the same into /dev/null. */
export async function countEntries() {
	const missing = labMissing()
	if (missing !== undefined) return note(`skipped: ${missing}`)
	const max = Number(readFileSync(MAX, 'utf8'))
	const lab = await createLab('count')
	try {
		// Of the whole machine: it counts for each namespace.
		if (max < ENTRIES + 1000) writeFileSync(MAX, `${ENTRIES + 1000}`)
		await fill(lab)
		const measured = JSON.parse(
			await lab.inside(process.execPath, join(import.meta.dirname, 'count-entries-inside.ts')),
		) as Record<'nothing' | 'counted' | 'resident', number[]> & { entries: number }
		const { nothing, counted, resident, entries } = measured
		figure(
			`counting ${entries} entries against conntrack -L >/dev/null`,
			median(counted) / median(nothing),
			'times',
			1.25,
		)
		note(
			`medians of ${counted.length} in turn: ${median(nothing).toFixed(0)} ms into /dev/null, ${median(counted).toFixed(0)} ms counted`,
		)
		note(
			`resident of the counting process after each round, MB: ${resident.map((value) => value.toFixed(0)).join(' ')}`,
		)
		figure(
			'more memory after the last than after the first',
			(resident.at(-1) ?? 0) - (resident[0] ?? 0),
			'MB',
			FLAT_MB,
		)
	} finally {
		writeFileSync(MAX, `${max}`)
		await lab.dispose()
	}
}
