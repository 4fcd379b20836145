import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { createChanger } from '../../../src/guard/client/client.ts'
import { ownerOfThisProcess, ownNetns } from '../../../src/host/process/identity.ts'
import type { LeaseView, Plan } from '../../../src/model/change.ts'
import type { Result } from '../../../src/words/failure.ts'

export type ClientConfig = {
	readonly stateDir: string
	readonly netnsPath: string | null
	readonly initial: boolean
	readonly ttlMs: number
	readonly confirmMs?: number
	readonly behaveMs?: number
	readonly maxRate?: number
	/** CTSCOPE_TEST_CRASH for the guard. */
	readonly crash?: string
	/** Folder with a systemd-run and a systemctl that do what a test wants. */
	readonly systemd?: string
	/** A mount namespace of its own, and in it one file that is mounted read-only. */
	readonly ownMounts?: boolean
	readonly readOnly?: string
	/** In a mount namespace of its own, this file stands in the place of that one. */
	readonly over?: readonly [file: string, place: string]
	/** Its own process group, for a test that kills all of it. */
	readonly ownGroup?: boolean
	/** Bundle for the processes that are started; another one than this to see that the way back is proven. */
	readonly bundle?: string
	/** Command line of another program altogether. */
	readonly program?: readonly string[]
}

/** What a test asks of the client, one JSON line each. */
export type ClientCommand =
	| { readonly do: 'apply'; readonly plan: Plan }
	/** The answer does not wait for it. */
	| { readonly do: 'begin'; readonly plan: Plan }
	| { readonly do: 'undo'; readonly which: number | 'all' }
	| { readonly do: 'confirm'; readonly seq: number }
	| { readonly do: 'extend' | 'persist' | 'close' | 'throw' | 'view' | 'child' | 'grow' }
	| { readonly do: 'revert'; readonly lease: string }

/** What it prints: answers to commands, and each view that it is told. */
export type ClientLine =
	| { readonly is: 'ready'; readonly pid: number }
	| { readonly is: 'answer'; readonly result: Result<unknown> }
	| { readonly is: 'view'; readonly view: LeaseView; readonly at: number }

/** A program with a Changer and nothing else: stands for the screen. */
export async function runClient(args: readonly string[]): Promise<number> {
	const config = JSON.parse(args[0] ?? '{}') as ClientConfig
	const own = ownNetns()
	if (own === undefined) return 1
	const say = (line: ClientLine) => process.stdout.write(`${JSON.stringify(line)}\n`)
	const changer = createChanger({
		stateDir: config.stateDir,
		netns: { ...own, path: config.netnsPath, initial: config.initial },
		nodeArgv: config.program ?? [process.execPath, config.bundle ?? process.argv[1] ?? ''],
		ttlMs: config.ttlMs,
		owner: ownerOfThisProcess(),
		systemd: config.systemd !== undefined,
		searchPath: `${config.systemd ?? ''}:/usr/sbin:/usr/bin:/sbin:/bin`,
		...(config.confirmMs === undefined ? {} : { confirmMs: config.confirmMs }),
		...(config.behaveMs === undefined ? {} : { behaveMs: config.behaveMs }),
		...(config.maxRate === undefined ? {} : { maxRate: config.maxRate }),
		...(config.crash === undefined ? {} : { env: { CTSCOPE_TEST_CRASH: config.crash } }),
	})
	changer.subscribe((view) => say({ is: 'view', view, at: Date.now() }))
	const run = async (command: ClientCommand): Promise<Result<unknown>> => {
		switch (command.do) {
			case 'apply':
				return changer.apply(command.plan)
			case 'begin':
				void changer.apply(command.plan)
				return { ok: true, value: null }
			case 'undo':
				return changer.undo(command.which)
			case 'confirm':
				return changer.confirm(command.seq)
			case 'extend':
				return changer.extend()
			case 'persist':
				return changer.persist()
			case 'revert':
				return changer.revertFound(command.lease)
			case 'view':
				return { ok: true, value: changer.view() ?? null }
			case 'close':
				return { ok: true, value: (await changer.close()) ?? null }
			case 'child': {
				const child = spawn('sleep', ['20'], { stdio: 'inherit', detached: true })
				return { ok: true, value: child.pid }
			}
			case 'grow':
				// Until the kernel has had enough of it.
				for (const held: Buffer[] = []; ; ) held.push(Buffer.alloc(1 << 20, 1))
			case 'throw':
				setTimeout(() => {
					throw new Error('an error that nobody caught')
				})
				return { ok: true, value: null }
		}
	}
	say({ is: 'ready', pid: process.pid })
	for await (const line of createInterface({ input: process.stdin })) {
		const result = await run(JSON.parse(line))
		say({ is: 'answer', result })
	}
	return 0
}
