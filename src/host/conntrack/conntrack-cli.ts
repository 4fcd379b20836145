import { parseConntrackStatCli, parseCount, type StatTable } from '../../kernel/conntrack/conntrack-stat.ts'
import * as english from '../../words/english/host/conntrack.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { visible } from '../../words/visible.ts'
import { conntrackRefusal, NETLINK_MODULE, type WouldLoad } from '../modules/would-load.ts'
import { readText } from '../tools/proc-fs.ts'
import { toolAnswer } from '../tools/tool-answer.ts'
import type { ToolPath } from '../tools/tool-path.ts'

/**
 * conntrack(8), asked only for what it can tell, and only where that loads no module. Its XML output is never used: it
 * lacks what the text has.
 */
export type ConntrackCli = {
	/** What `conntrack -C` prints: entries of this network namespace, both families. */
	count(): Promise<Result<number>>
	/** `conntrack -S` */
	cpuStat(): Promise<Result<StatTable>>
	/** `conntrack -L ARGS`, handed over as it comes; nothing is kept. Resolves when the listing is complete. */
	list(
		args: readonly string[],
		onChunk: (chunk: Uint8Array) => void,
		signal?: AbortSignal,
	): Promise<Result<void>>
	/** `v1.4.7`; undefined when it is not installed, does not say, or would load a module for that. */
	version(): Promise<string | undefined>
}

const COUNT = '/proc/sys/net/netfilter/nf_conntrack_count'
const SHORT_MS = 5_000
/** A table of two million entries takes about ten seconds. */
const LISTING_MS = 60_000
const LISTING_BUFFER = '65536'
const STDERR_LIMIT = 16_384

export function createConntrackCli(tools: ToolPath, wouldLoad: WouldLoad): ConntrackCli {
	let version: Promise<string | undefined> | undefined

	const capture = async (args: readonly string[]): Promise<Result<string>> => {
		const program = tools.find('conntrack')
		if (program === undefined) return fail(MISSING)
		const done = await toolAnswer(tools, program, args, { timeoutMs: SHORT_MS, maxBuffer: 1 << 20 })
		return done.failed ? fail(conntrackFailure(args, done.exitCode, done.stderr)) : ok(done.stdout)
	}

	const parsed = async <T>(args: readonly string[], parse: (text: string) => T | undefined) => {
		const refusal = await conntrackRefusal(wouldLoad)
		if (refusal !== undefined) return fail(refusal)
		const text = await capture(args)
		if (!text.ok) return text
		const value = parse(text.value)
		if (value !== undefined) return ok(value)
		return fail(conntrackFailure(args, 0, english.itsOutputWasNotUnderstood(text.value.slice(0, 100))))
	}

	return {
		// The same counter as a file (nf_conntrack_standalone.c), for a hundredth of the price of a child.
		count: async () => {
			const file = readText(COUNT)
			const value = file.ok ? parseCount(file.value) : undefined
			return value === undefined ? parsed(['-C'], parseCount) : ok(value)
		},
		cpuStat: () => parsed(['-S'], parseConntrackStatCli),
		async list(args, onChunk, signal) {
			const program = tools.find('conntrack')
			if (program === undefined) return fail(MISSING)
			const refusal = await conntrackRefusal(wouldLoad)
			if (refusal !== undefined) return fail(refusal)
			const whole = ['-L', ...args]
			// conntrack writes 4 kB at a time into a pipe, and waking up for each costs more than reading it: 250 000
			// entries took 1.3 times as long as into /dev/null, 1.0 times with the larger buffer.
			const stdbuf = tools.find('stdbuf')
			const [file, before] = stdbuf === undefined ? [program, []] : [stdbuf, ['-o', LISTING_BUFFER, program]]
			const done = await toolAnswer(tools, file, [...before, ...whole], {
				timeoutMs: LISTING_MS,
				maxBuffer: STDERR_LIMIT,
				onStdout: (stdout) => stdout.on('data', onChunk),
				signal,
			})
			return done.failed ? fail(conntrackFailure(whole, done.exitCode, done.stderr)) : ok(undefined)
		},
		async version() {
			if (await wouldLoad(NETLINK_MODULE)) return undefined
			version ??= capture(['--version']).then((result) => {
				const said = result.ok ? /\bv\d[\w.-]*/.exec(result.value)?.[0] : undefined
				// Installed later, it is asked then.
				if (said === undefined) version = undefined
				return said
			})
			return version
		},
	}
}

const MISSING: Failure = { kind: 'missing-tool', tool: 'conntrack', debianPackage: 'conntrack' }

function conntrackFailure(args: readonly string[], exitCode: number | undefined, stderr: string): Failure {
	// "sorry, you must be root or get CAP_NET_ADMIN capability to do this" (conntrack.c), or strerror(EPERM).
	if (/CAP_NET_ADMIN|Operation not permitted|Permission denied/.test(stderr)) {
		return { kind: 'not-permitted', what: english.conntrack(args.join(' ')), need: english.rootCapNetAdmin }
	}
	return {
		kind: 'tool-failed',
		command: ['conntrack', ...args],
		exitCode,
		stderr: visible(stderr.trim().split('\n')[0] ?? '').slice(0, 300),
	}
}
