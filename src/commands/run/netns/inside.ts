import { Socket } from 'node:net'
import { createClock } from '../../../host/clock.ts'
import { CHANNEL_FD } from '../../../host/netns/netns-enter.ts'
import { watchForDoom } from '../../../host/process/doomed.ts'
import { processStart } from '../../../host/process/identity.ts'
import * as english from '../../../words/english/commands/run.ts'
import { EXIT } from '../../common/options.ts'
import { catchSignals } from '../../common/signals.ts'
import { localSession } from '../local.ts'
import { type FromInside, messagesOn, type ToInside } from './messages.ts'

/** Undefined when nobody has given us the channel: somebody has typed the name of this subcommand. */
function openChannelHere(): Socket | undefined {
	try {
		return new Socket({ fd: CHANNEL_FD })
	} catch {
		return undefined
	}
}

/** The half of `run --netns` that is in the namespace. It ends, and undoes, when the other half ends. */
export async function runInside(options: Parameters<typeof localSession>[0]): Promise<number> {
	const socket = openChannelHere()
	if (socket === undefined) {
		process.stderr.write(english.thisIsForCtscopeItself)
		return EXIT.usage
	}
	const messages = messagesOn<ToInside, FromInside>(socket)
	const other = { pid: process.ppid, pidStart: processStart(process.ppid) ?? '' }
	const killed = new Promise<undefined>((resolve) =>
		watchForDoom(createClock(), other, () => resolve(undefined)),
	)
	// ctrl-c and a closed terminal are for the other half; it ends us by closing the channel.
	const signals = catchSignals()
	const session = localSession(options)
	const terminated = signals.first.then((signal) =>
		signal === 'SIGTERM' ? undefined : new Promise<never>(() => {}),
	)
	// What switching on waits for (the reader, a tool) takes its time, and meanwhile there may be nobody left to wait for
	// it. Then this half ends as it is: its guard sees that and undoes at once, and the kernel ends the reader.
	const started = await Promise.race([session.start(), killed, messages.closed, terminated])
	if (started === undefined) return EXIT.ok
	if (!started.ok) {
		messages.send({ type: 'refused', failure: started.failure })
		await messages.end()
		return EXIT.refused
	}
	messages.send({ type: 'started' })
	const asked = await Promise.race([killed, messages.next(), terminated])
	if (asked === undefined) {
		await session.abandon()
		return EXIT.ok
	}
	const report = await session.finish()
	if (report.ok) messages.send({ type: 'report', report: report.value })
	// It may be longer than the channel takes at once, and everything has been put back by now.
	await Promise.race([messages.end(), killed])
	return EXIT.ok
}
