import { readdirSync, statSync } from 'node:fs'

/**
 * Numbers of the processes that run as this user. Only those can be tools that a guard has started: anybody else can
 * give a process of his the same words, and make an undo wait for it.
 */
export function ownProcesses(root = '/proc'): readonly string[] {
	const self = process.geteuid?.()
	return readdirSync(root).filter((name) => /^\d+$/.test(name) && ownerOf(`${root}/${name}`) === self)
}

function ownerOf(path: string): number | undefined {
	try {
		return statSync(path).uid
	} catch {
		// It has ended since.
		return undefined
	}
}
