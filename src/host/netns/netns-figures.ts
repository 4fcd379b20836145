import { availableParallelism } from 'node:os'
import { parseConntrackStat, totals } from '../../kernel/conntrack/conntrack-stat.ts'
import { parseNfLog } from '../../kernel/nflog/nf-log.ts'
import type { NetnsRow } from '../../model/namespaces.ts'
import * as english from '../../words/english/host/netns.ts'
import { visible } from '../../words/visible.ts'
import { readText } from '../tools/proc-fs.ts'
import { type ToolAnswer, toolAnswer } from '../tools/tool-answer.ts'
import type { ToolPath } from '../tools/tool-path.ts'

/** What conntrack has in a network namespace. */
export type NetnsFigures = Pick<NetnsRow, 'invalid' | 'entries' | 'max' | 'logInvalid' | 'logger'>

export const NO_FIGURES: NetnsFigures = {
	invalid: null,
	entries: null,
	max: null,
	logInvalid: null,
	logger: null,
}

const STAT = '/proc/net/stat/nf_conntrack'
const LOGGERS = '/proc/net/netfilter/nf_log'
const SYSCTL = '/proc/sys/net/netfilter/nf_conntrack_'
/** Of linux/sched.h. */
const CLONE_NEWNET = 0x40000000
const FILES = [STAT, LOGGERS, `${SYSCTL}count`, `${SYSCTL}max`, `${SYSCTL}log_invalid`]

/**
 * /proc/sys/net and /proc/net are those of the process that reads, so each namespace is entered. Both scripts are constant,
 * their arguments are paths, and both print files as `head -v` does. perl enters one after the other by itself: 300 of them
 * take 40 ms. Where there is none, two small programs run for each, some 3 ms of CPU.
 */
const ENTER_ALL = `
my ($setns, @paths) = @ARGV;
for my $i (0 .. $#paths) {
	print "== $i\\n";
	my $into;
	if (!open($into, '<', $paths[$i]) || syscall($setns, fileno($into), ${CLONE_NEWNET}) != 0) {
		print "$paths[$i]: $!\\n";
		next;
	}
	for my $name (qw(${FILES.join(' ')})) {
		open(my $file, '<', $name) or next;
		print "==> $name <==\\n", <$file>;
	}
}
`
/** Number of the system call setns(2): asm/unistd_64.h, asm-generic/unistd.h. */
const SETNS: Partial<Record<NodeJS.Architecture, string>> = { x64: '308', arm64: '268' }
const ENTER_EACH = english.i0ForPathDo(FILES.join(' '))
/** Arguments and answers stay small, and one namespace that cannot be entered costs few others their answer. */
const MOST_IN_ONE = 64
/** More children than cores make nothing faster. */
const AT_ONCE = Math.min(4, availableParallelism())
const BASE_MS = 3_000
const EACH_MS = 50
/** With lines of 256 CPUs for each. */
const MOST_BYTES = 16 * 1024 * 1024

export type Entered = { readonly figures: NetnsFigures; readonly why: string }

/** Enters each and reads there: many namespaces by few children. As many answers as paths, in their order. */
export async function figuresInside(
	tools: ToolPath,
	paths: readonly string[],
	{ atOnce = AT_ONCE, onDone }: { atOnce?: number; onDone?: (done: number) => void } = {},
): Promise<readonly Entered[]> {
	const size = Math.max(1, Math.min(MOST_IN_ONE, Math.ceil(paths.length / atOnce)))
	const parts = Array.from({ length: Math.ceil(paths.length / size) }, (_, index) =>
		paths.slice(index * size, (index + 1) * size),
	)
	const answers: (readonly Entered[])[] = []
	let next = 0
	let done = 0
	const worker = async (): Promise<void> => {
		for (let at = next++; at < parts.length; at = next++) {
			const part = parts[at] ?? []
			answers[at] = await enterPart(tools, part)
			done += part.length
			onDone?.(done)
		}
	}
	await Promise.all(Array.from({ length: Math.min(atOnce, parts.length) }, worker))
	return answers.flat()
}

async function enterPart(tools: ToolPath, paths: readonly string[]): Promise<readonly Entered[]> {
	const limits = { timeoutMs: BASE_MS + EACH_MS * paths.length, maxBuffer: MOST_BYTES }
	const setns = SETNS[process.arch]
	if (setns !== undefined && tools.find('perl') !== undefined) {
		const answer = await toolAnswer(tools, 'perl', ['-e', ENTER_ALL, setns, ...paths], limits)
		// One that is no whole perl has printed nothing.
		if (answer.stdout !== '') return enteredOf(answer, paths)
	}
	return enteredOf(await toolAnswer(tools, 'sh', ['-c', ENTER_EACH, 'sh', ...paths], limits), paths)
}

function enteredOf({ stdout, stderr }: ToolAnswer, paths: readonly string[]): readonly Entered[] {
	const parts = new Map(
		stdout.split(/^== /m).map((part): [string, string] => {
			const end = part.indexOf('\n')
			return [part.slice(0, end), part.slice(end + 1)]
		}),
	)
	return paths.map((_, index): Entered => {
		const text = parts.get(String(index))
		if (text === undefined)
			return { figures: NO_FIGURES, why: visible(stderr).slice(0, 200) || english.itWasNotReachedIn }
		const { byFile, said } = linesOf(text)
		return { figures: figuresOf(byFile), why: byFile.size === 0 ? visible(said).slice(0, 200) : '' }
	})
}

/** As `head -v` prints files, by file. What tools say of those that are not there stands anywhere between. */
function linesOf(text: string): { readonly byFile: ReadonlyMap<string, string>; readonly said: string } {
	const byFile = new Map<string, string>()
	let said = ''
	let file: string | undefined
	for (const row of text.split('\n')) {
		const [, name] = /^==> (\S+) <==$/.exec(row) ?? []
		if (name !== undefined) file = name
		else if (file === undefined || /^(?:head|nsenter|sh): /.test(row)) said ||= row
		else byFile.set(file, `${byFile.get(file) ?? ''}${row}\n`)
	}
	return { byFile, said }
}

/** What a process of the namespace lets everybody read: counters and loggers, no settings. */
export function figuresOutside(pid: number): NetnsFigures {
	return figuresOf(
		new Map(
			[STAT, LOGGERS].map((file) => {
				const text = readText(file.replace('/proc/', `/proc/${pid}/`))
				return [file, text.ok ? text.value : '']
			}),
		),
	)
}

function figuresOf(byFile: ReadonlyMap<string, string>): NetnsFigures {
	const stat = parseConntrackStat(byFile.get(STAT) ?? '')
	const number = (file: string): number | null => {
		const value = byFile.get(file)?.trim() ?? ''
		return /^\d+$/.test(value) ? Number(value) : null
	}
	const sums = stat === undefined ? undefined : totals(stat)
	const row = parseNfLog(byFile.get(LOGGERS) ?? '').find(({ family }) => family === 2)
	return {
		invalid: sums?.invalid ?? null,
		entries: number(`${SYSCTL}count`) ?? stat?.cpus[0]?.entries ?? null,
		max: number(`${SYSCTL}max`),
		logInvalid: byFile.get(`${SYSCTL}log_invalid`)?.trim() || null,
		logger: row === undefined ? null : (row.bound ?? 'NONE'),
	}
}
