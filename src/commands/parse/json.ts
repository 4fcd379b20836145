import type { Stamp } from '../../kernel/log/log-line.ts'
import type { Packet } from '../../kernel/packet/packet.ts'
import type { Reason } from '../../reasons/classify.ts'
import { visible } from '../../words/visible.ts'
import { JSON_VERSION } from '../common/version.ts'
import type { ReadLine } from './reader.ts'

/**
 * One line of a log as one line of JSON. `raw` is the line as it was, byte for byte; `cut` counts bytes that a line of
 * more than 1 MB has lost. `times`: how many messages a logger has put into the line, or how often the one before came
 * again (`of` is its kind).
 */
export function parseJson({ log, reason, printk, of }: ReadLine, cut: number): string {
	// A line that says how often the one before came again has what that one said.
	const told = of?.log ?? log
	const line = 'line' in told ? told.line : undefined
	return asciiWhereNeeded(
		JSON.stringify({
			v: JSON_VERSION,
			kind: log.kind,
			...(log.times === undefined ? {} : { times: log.times }),
			...(of === undefined ? {} : { of: of.log.kind }),
			time: timeOf(log.stamp),
			host: log.stamp.host,
			level: log.stamp.level,
			prefix: line?.prefix ?? null,
			...(line?.helper === undefined ? {} : { helper: line.helper }),
			reason: reason === undefined || line === undefined ? null : reasonOf(reason, line.body),
			packet: line === undefined ? null : packetJson(line.packet),
			...(log.kind === 'neighbour' ? { neighbour: log.neighbour } : {}),
			...(printk === undefined ? {} : { printk }),
			...(cut === 0 ? {} : { cut }),
			raw: log.raw,
		}),
	)
}

function timeOf({ text, wall, boot }: Stamp) {
	return text === '' && wall === null && boot === null ? null : { text, wall, boot }
}

/** `text` is what the kernel printed, numbers and all; `title` is the same for all lines with one id. */
function reasonOf({ id, title, verdict, detail, params, answer, cut }: Reason, text: string) {
	const marks = { ...(answer === true ? { answer } : {}), ...(cut === true ? { cut } : {}) }
	return { id, text, title, verdict, detail, params, ...marks }
}

function packetJson({ inner, ...packet }: Packet): object {
	return { ...packet, quoted: inner === null ? null : packetJson(inner) }
}

/** JSON escapes only what it must: what a terminal could obey or hide is escaped too. */
function asciiWhereNeeded(json: string): string {
	if (visible(json) === json) return json
	return json.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
