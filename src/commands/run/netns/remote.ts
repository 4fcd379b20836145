import { type Entrance, insideCommand, startInside } from '../../../host/netns/netns-enter.ts'
import { endFast } from '../../../host/process/priority.ts'
import * as english from '../../../words/english/commands/run.ts'
import { type Failure, fail, ok, type Result } from '../../../words/failure.ts'
import type { RunOptions } from '../../common/options.ts'
import { INSIDE_COMMAND, type RunReport, type RunSession } from '../types.ts'
import { type FromInside, messagesOn, type ToInside } from './messages.ts'

/** A session in another network namespace: a second process there does the work, this one stays where the command runs. */
export function createRemoteSession(
	entrance: Extract<Entrance, { inside: false }>,
	asked: string,
	{
		stateDir,
		protocol,
		printk,
		consoleLevel,
		ttlMs,
		maxRate,
		source,
		followsNetns,
		capture,
		force,
		by,
	}: RunOptions,
): RunSession {
	const inside = startInside(
		insideCommand(entrance, [
			INSIDE_COMMAND,
			...['--netns', asked, '--state-dir', stateDir],
			...[
				'--protocol',
				protocol === 0 ? 'none' : `${protocol}`,
				'--ttl',
				`${ttlMs / 1000}s`,
				'--source',
				source,
			],
			...['--max-rate', `${maxRate}`],
			...printk.flatMap((word) => ['--printk', word]),
			...(consoleLevel === undefined ? [] : ['--console-level', `${consoleLevel}`]),
			...(capture === undefined ? [] : ['--capture', capture]),
			...(followsNetns ? ['--netns-of-command'] : []),
			...(force ? ['--force'] : []),
			...(by === undefined ? [] : ['--by', by]),
		]),
		asked,
	)
	const messages = messagesOn<FromInside, ToInside>(inside.channel)
	const gone: Failure = {
		kind: 'guard-lost',
		leaseId: '',
		detail: english.thePartOfCtscopeIn(entrance.target.name),
	}
	let isFinished = false
	let asBefore = () => {}

	const leave = async (): Promise<void> => {
		isFinished = true
		messages.end()
		await inside.ended
		asBefore()
	}

	return {
		lost: messages.closed.then(() => (isFinished ? new Promise<string>(() => {}) : gone.detail)),
		async start(): Promise<Result<void>> {
			if (inside.problem !== undefined) return fail(cannotStart(inside.problem))
			// The part inside undoes when this process is gone, so its end must not wait for a turn either.
			asBefore = await endFast()
			const answer = await messages.next()
			if (answer?.type === 'started') return ok(undefined)
			await leave()
			return fail(answer?.type === 'refused' ? answer.failure : gone)
		},
		async finish(): Promise<Result<RunReport>> {
			isFinished = true
			messages.send({ type: 'finish' })
			const answer = await messages.next()
			await leave()
			return answer?.type === 'report' ? ok(answer.report) : fail(gone)
		},
		abandon: leave,
	}
}

const cannotStart = (code: string): Failure => ({
	kind: 'unsupported',
	what: english.aSecondCtscopeInThe,
	why: english.itCannotBeStarted(code),
})
