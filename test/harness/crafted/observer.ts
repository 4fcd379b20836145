// The real observer in the namespace of the crafted packets. One command a line on stdin: `counters`, `kmsg`, `nflog`,
// `stop`. Each gives one line {answer}; what a followed source says comes as lines {texts} and {lost} in between.
import { createInterface } from 'node:readline'
import { createObserver } from '../../../src/host/observer.ts'
import { totals } from '../../../src/kernel/conntrack/conntrack-stat.ts'
import type { LogEvent } from '../../../src/model/log-event.ts'
import type { LogFollower } from '../../../src/ports/observer.ts'

const observer = createObserver()
let follower: LogFollower | undefined

const say = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`)

/** Lines of conntrack only: the machine says other things too. */
const OURS = /^(?:nf_ct_|helper )/

function hear(events: readonly LogEvent[]): void {
	const texts = events.flatMap((event) =>
		event.kind === 'record' ? [event.record.text] : event.kind === 'nflog' ? [event.message.text] : [],
	)
	const lost = events.reduce(
		(sum, event) => sum + (event.kind === 'gap' || event.kind === 'nflog-lost' ? event.lost : 0),
		0,
	)
	const ours = texts.filter((text) => OURS.test(text))
	if (ours.length > 0) say({ texts: ours })
	if (lost > 0) say({ lost })
	for (const event of events) if (event.kind === 'ended') say({ ended: event.failure })
}

for await (const command of createInterface({ input: process.stdin })) {
	if (command === 'counters') {
		const result = await observer.counters()
		say({ answer: result.ok && result.value.proc !== null ? totals(result.value.proc) : result })
	} else if (command === 'kmsg' || command === 'nflog') {
		const result = await (command === 'kmsg' ? observer.followLog(hear) : observer.followNflog(hear))
		if (result.ok) follower = result.value
		say({ answer: result.ok ? 'following' : result.failure })
	} else if (command === 'stop') {
		await follower?.stop()
		follower = undefined
		say({ answer: 'stopped' })
	}
}
await follower?.stop()
process.exit()
