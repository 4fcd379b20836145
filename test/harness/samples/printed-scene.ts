import { readFileSync } from 'node:fs'
import type { State } from '../../../src/app/state/state.ts'
import { createControlReader, type PrintkSite } from '../../../src/kernel/dyndbg/dyndbg-control.ts'
import { type KmsgRecord, parseKmsgRecord } from '../../../src/kernel/log/kmsg-record.ts'
import type { LogEvent } from '../../../src/model/log-event.ts'
import type { PrintkReading } from '../../../src/model/printk-reading.ts'
import { ok } from '../../../src/words/failure.ts'
import { stepped } from './states.ts'

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')

/** The control file of a running kernel, all of its sites with these flags. */
export function controlOf(kernel: string, flags = 'p'): readonly PrintkSite[] {
	const reader = createControlReader()
	reader.push(fixture(`dyndbg-control-${kernel}.txt`))
	return reader.end().map((site) => ({ ...site, flags }))
}

export const reading = (sites: readonly PrintkSite[], at = 0): PrintkReading => ({
	at,
	path: '/proc/dynamic_debug/control',
	why: '',
	next: '',
	canMount: false,
	sites,
	unread: 0,
})

export const withSites = (state: State, sites: readonly PrintkSite[], at = 0): State =>
	stepped(state, at, { type: 'printk', result: ok(reading(sites, at)) })

/** What a running kernel printed between two marks, each with its number. */
export function recordsOf(kernel: string, from: string, to?: string): readonly KmsgRecord[] {
	const lines = fixture(`dyndbg-kmsg-${kernel}.txt`).split('\n')
	const first = lines.findIndex((line) => line.endsWith(`MARK ${from}`))
	const last = to === undefined ? lines.length : lines.findIndex((line) => line.endsWith(`MARK ${to}`))
	return lines.slice(first + 1, last).flatMap((line) => parseKmsgRecord(line) ?? [])
}

export const events = (records: readonly KmsgRecord[]): readonly LogEvent[] =>
	records.map((one, at) => ({ kind: 'record', record: { ...one, seq: at + 1 } }))
