import { closeSync, constants, existsSync, openSync } from 'node:fs'
import type { Reading } from '../../changes/verdict.ts'
import type { Knob } from '../../model/knob.ts'
import { INITIAL_NETNS } from '../netns/find-netns.ts'
import { runHand } from '../process/hand.ts'
import { after, type Later } from '../process/later.ts'
import { errorCode } from '../tools/proc-fs.ts'
import type { ToolPath } from '../tools/tool-path.ts'
import { readOpen, writeOpen } from './file.ts'
import type { Written } from './written.ts'

/** Files of /proc/sys that only the initial network namespace has, from another one. */
export type FarFiles = {
	/** The file is not here, but there. */
	isElsewhere(knob: Knob): boolean
	/** It is not here, and was not opened yet: that takes a process. */
	isOutOfReach(knob: Knob): boolean
	read(knob: Knob): Later<Reading>
	write(knob: Knob, value: string): Later<Written>
	/** Opens it, for good. */
	probe(knob: Knob): Later<Written>
	release(): void
}

/**
 * /proc/sys/net shows the namespace of the process that opens a file (net/sysctl_net.c, net_ctl_header_lookup); a descriptor stays with the
 * one it was opened in. So a child goes there and opens it, we take the descriptor over from the child by its link in /proc, and
 * from then on it is a file like any other: an undo needs no process.
 */
export function createFarFiles(tools: ToolPath): FarFiles {
	const files = new Map<string, number>()
	const isElsewhere = (knob: Knob): boolean => knob.scope === 'initial-netns' && !existsSync(knob.path)

	const open = (knob: Knob): Later<number | string> => {
		const known = files.get(knob.id)
		if (known !== undefined) return known
		return openThere(knob.path, tools).then((opened) => {
			if (typeof opened === 'number') files.set(knob.id, opened)
			return opened
		})
	}

	return {
		isElsewhere,
		isOutOfReach: (knob) => isElsewhere(knob) && !files.has(knob.id),
		// Never `gone`: the value of the whole host does not vanish because we lost the way to it.
		read: (knob) =>
			after(open(knob), (file) =>
				typeof file === 'number' ? readOpen(knob, file) : { kind: 'unreadable', code: file },
			),
		write: (knob, value) =>
			after(open(knob), (file) =>
				typeof file === 'number' ? writeOpen(file, value) : { ok: false, code: file, at: 'open' },
			),
		probe: (knob) =>
			after(open(knob), (file) =>
				typeof file === 'number' ? { ok: true } : { ok: false, code: file, at: 'open' },
			),
		release() {
			for (const file of files.values()) closeSync(file)
			files.clear()
		},
	}
}

/** Says that it has the file open, and waits until we have it. */
const HOLD = 'exec 3<>"$0" && echo open && read -r taken'

/** The descriptor, or the errno name. A way is accepted only when the file is there at its end: pid 1 of a container is not in the initial namespace. */
async function openThere(path: string, tools: ToolPath): Promise<number | string> {
	const nsenter = tools.find('nsenter')
	if (nsenter === undefined) return 'ENOENT'
	let last = 'ENOENT'
	for (const place of INITIAL_NETNS) {
		const taken: { file?: number | string } = {}
		const ran = await runHand([nsenter, `--net=${place}`, '--', '/bin/sh', '-c', HOLD, path], tools, {
			onOutput({ pid }) {
				taken.file = takeOver(`/proc/${pid}/fd/3`)
			},
		})
		if (taken.file !== undefined) return taken.file
		last = ran.code ?? errnoOf(ran.stderr)
	}
	return last
}

function takeOver(link: string): number | string {
	try {
		return openSync(link, constants.O_RDWR)
	} catch (error) {
		return errorCode(error)
	}
}

/** The C library's words, as nsenter and sh print them with LC_ALL=C. */
const WORDS: readonly (readonly [RegExp, string])[] = [
	[/No such file or directory|nonexistent/, 'ENOENT'],
	[/Permission denied/, 'EACCES'],
	[/Operation not permitted/, 'EPERM'],
	[/Read-only file system/, 'EROFS'],
	[/Resource temporarily unavailable|Cannot fork/i, 'EAGAIN'],
]

function errnoOf(stderr: string): string {
	return WORDS.find(([words]) => words.test(stderr))?.[1] ?? 'EIO'
}
