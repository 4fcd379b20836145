import {
	closeSync,
	constants,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	rmdirSync,
	writeSync,
} from 'node:fs'
import { exists } from '../tools/proc-fs.ts'
import { DEFINITIONS } from './tracefs.ts'

/** What is done with files of tracefs, each at once; errors are those of node:fs. */
export type TraceFiles = {
	read(path: string): string
	/** One write(2) of a line, behind what is there. */
	append(path: string, line: string): void
	/** Opens it in that way, and closes it again. */
	open(path: string): void
	put(path: string, value: string): void
	mkdir(path: string): void
	rmdir(path: string): void
	exists(path: string): boolean
	names(path: string): readonly string[]
}

const APPENDING = constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW

function writeOnce(path: string, mode: number, text: string): void {
	const file = openSync(path, mode)
	try {
		writeSync(file, text)
	} finally {
		closeSync(file)
	}
}

export const FILES: TraceFiles = {
	read: (path) => readFileSync(path, 'latin1'),
	// Opened otherwise it forgets the probes of everybody (kernel/trace/trace_kprobe.c, probes_open).
	open: (path) => closeSync(openSync(path, APPENDING)),
	append: (path, line) => writeOnce(path, APPENDING, `${line}\n`),
	put: (path, value) => writeOnce(path, constants.O_WRONLY | constants.O_NOFOLLOW, value),
	mkdir: mkdirSync,
	rmdir: rmdirSync,
	exists,
	names: readdirSync,
}

export const fileOf = (files: TraceFiles, folder: string): (typeof DEFINITIONS)[number] =>
	DEFINITIONS.find((file) => files.exists(`${folder}/${file}`)) ?? 'kprobe_events'
