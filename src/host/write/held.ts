import { closeSync, constants, openSync } from 'node:fs'
import type { Reading } from '../../changes/verdict.ts'
import type { Knob } from '../../model/knob.ts'
import { errorCode } from '../tools/proc-fs.ts'
import { readHere, readOpen, writeHere, writeOpen } from './file.ts'
import type { Written } from './written.ts'

/** Settings that are files of this network namespace, each open from before its first write until its undo. */
export type HeldFiles = {
	read(knob: Knob): Reading
	write(knob: Knob, value: string): Written
	/** Opens what the undo of the knob falls back to. */
	equip(knob: Knob): Written
	release(): void
}

type Held = { readonly read: number; readonly write: number }

/**
 * The file is opened by its path each time. Where that is refused, as by a limit of descriptors that was taken down or by a
 * mount over it that is read-only, what was opened before the first write still reaches it. A descriptor holds neither
 * the module nor the network namespace: when they go, it says ENOENT (fs/proc/proc_sysctl.c, grab_header).
 */
export function createHeldFiles(): HeldFiles {
	const files = new Map<string, Held>()
	/** Their files come with a module that is loaded first. */
	const awaited = new Set<string>()

	function equip(knob: Knob): Written {
		if (files.has(knob.id)) return { ok: true }
		const read = opened(knob, constants.O_RDONLY)
		if (read === 'ENOENT') {
			awaited.add(knob.id)
			return { ok: true }
		}
		if (typeof read === 'string') return { ok: false, code: read, at: 'open' }
		const write = opened(knob, constants.O_WRONLY)
		if (typeof write === 'string') {
			closeSync(read)
			return { ok: false, code: write, at: 'open' }
		}
		files.set(knob.id, { read, write })
		return { ok: true }
	}

	return {
		equip,
		read(knob) {
			const reading = readHere(knob)
			const held = files.get(knob.id)
			return reading.kind === 'unreadable' && held !== undefined ? readOpen(knob, held.read) : reading
		},
		write(knob, value) {
			if (awaited.delete(knob.id)) equip(knob)
			const written = writeHere(knob, value)
			const held = files.get(knob.id)
			const isShut = !written.ok && written.at === 'open' && written.code !== 'ENOENT'
			return isShut && held !== undefined ? writeOpen(held.write, value) : written
		},
		release() {
			for (const { read, write } of files.values()) for (const file of [read, write]) closeSync(file)
			files.clear()
		},
	}
}

function opened(knob: Knob, mode: number): number | string {
	try {
		return openSync(knob.path, mode | constants.O_NOFOLLOW)
	} catch (error) {
		return errorCode(error)
	}
}
