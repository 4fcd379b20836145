import { closeSync, constants, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import { canonical } from '../../changes/knobs.ts'
import type { Reading } from '../../changes/verdict.ts'
import type { Knob } from '../../model/knob.ts'
import * as english from '../../words/english/host/write.ts'
import { errorCode } from '../tools/proc-fs.ts'
import type { Written } from './written.ts'

/** No value of a sysctl that we write is longer. */
const LONGEST_VALUE = 4096

/** What the file of the knob reads where this process is. */
export function readHere(knob: Knob): Reading {
	try {
		return readingOf(knob, readFileSync(knob.path, 'utf8'))
	} catch (error) {
		const code = errorCode(error)
		return code === 'ENOENT' ? gone : { kind: 'unreadable', code }
	}
}

const gone: Reading = { kind: 'gone', why: english.itsFileIsGoneModule }

function readingOf(knob: Knob, text: string): Reading {
	const value = canonical(knob, text)
	return value === undefined ? { kind: 'unreadable', code: 'EBADMSG' } : { kind: 'value', value }
}

/** Without a value: only opens. */
export function writeHere(knob: Knob, value: string | undefined): Written {
	let file: number
	try {
		file = openSync(knob.path, constants.O_WRONLY | constants.O_NOFOLLOW)
	} catch (error) {
		return { ok: false, code: errorCode(error), at: 'open' }
	}
	try {
		return value === undefined ? { ok: true } : writeOpen(file, value)
	} finally {
		closeSync(file)
	}
}

/** Through a descriptor, always from the beginning: elsewhere the kernel takes nothing (kernel/sysctl.c, sysctl_writes_strict). */
export function writeOpen(file: number, value: string): Written {
	try {
		writeSync(file, `${value}\n`, 0)
		return { ok: true }
	} catch (error) {
		return { ok: false, code: errorCode(error), at: 'write' }
	}
}

/** What a sysctl reads now, through a descriptor that was opened before. */
export function readOpen(knob: Knob, file: number): Reading {
	const buffer = Buffer.alloc(LONGEST_VALUE)
	try {
		return readingOf(knob, buffer.toString('utf8', 0, readSync(file, buffer, 0, LONGEST_VALUE, 0)))
	} catch (error) {
		return { kind: 'unreadable', code: errorCode(error) }
	}
}
