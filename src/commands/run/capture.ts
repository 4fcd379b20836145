import type { LogEvent, OpenCapture, Recorder } from '../../host/ports.ts'
import { fail, ok, type Result } from '../../words/failure.ts'
import { createCaptured } from './captured.ts'
import { inShort } from './sources.ts'
import type { Chosen } from './switch.ts'

/** What became of the file: its figures, or what went wrong with it. */
export type Captured = {
	readonly path: string
	readonly packets: number
	readonly bytes: number
	readonly trouble: string
}

export type RunCapture = {
	/** Refuses, before anything is changed, what cannot become a file of packets. */
	open(chosen: Chosen): Promise<Result<void>>
	/** Writes the packets that conntrack has told of, each with its reason. */
	take(events: readonly LogEvent[]): void
	/** Null when none was asked for, or none was opened. */
	close(): Promise<Captured | null>
	/** Nobody waits for a report any more: packets stay, an empty file does not. */
	abandon(): Promise<void>
}

/** The pcapng file of `run --capture`; does nothing when `path` is undefined. */
export function createRunCapture(recorder: Recorder, path: string | undefined, force: boolean): RunCapture {
	let file: OpenCapture | undefined
	let written = 0
	const captured = createCaptured()
	return {
		async open({ source, why }) {
			if (path === undefined) return ok(undefined)
			if (source !== 'nflog') {
				return fail({
					kind: 'usage',
					message: `the kernel log has no packets to capture, and the reasons would come from there: ${why}`,
					next: '--source nflog and tcpdump give them',
				})
			}
			const opened = await recorder.open(path, { force, option: '--capture' })
			if (!opened.ok) return opened
			file = opened.value
			return ok(undefined)
		},
		take(events) {
			if (file === undefined) return
			const packets = events.flatMap((event) =>
				event.kind === 'nflog' ? (captured(event.message) ?? []) : [],
			)
			if (packets.length === 0) return
			written += packets.length
			file.write(packets)
		},
		async close() {
			const open = file
			if (open === undefined) return null
			file = undefined
			const closed = await open.close()
			if (closed.ok) return { path: open.path, ...closed.value, trouble: '' }
			const trouble = `${open.path} could not be written to the end: ${inShort(closed.failure)}`
			return { path: open.path, ...open.written(), trouble }
		},
		async abandon() {
			await (written > 0 ? file?.close() : file?.discard())
			file = undefined
		},
	}
}
