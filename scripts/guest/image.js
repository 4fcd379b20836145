// Read-only disks of the guests. A disk is read where it is needed: a guest that never starts Node never loads it.
import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { answerOf } from './command.js'

const MIB = 1 << 20

/** Makes `image` of what is in `folder`. */
export function ext4Image(folder, image) {
	// Blocks of 4 KiB: half of one is lost per file on the average, and room for what describes them.
	let bytes = 16 * MIB
	for (const entry of readdirSync(folder, { recursive: true })) {
		const { size } = lstatSync(join(folder, entry))
		bytes += size * 1.02 + 8192
	}
	const blocks = `${Math.ceil(bytes / MIB)}M`
	answerOf('mkfs.ext4', [
		'-q',
		'-d',
		folder,
		'-O',
		'^has_journal',
		'-m',
		'0',
		'-b',
		'4096',
		'-F',
		image,
		blocks,
	])
}
