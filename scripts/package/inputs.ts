// What the packages are made from: the version, the time, the lockfile.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(fileURLToPath(import.meta.url), '../../..')

export const read = (path: string): Buffer => readFileSync(join(root, path))

export type Locked = {
	readonly version: string
	readonly integrity?: string
	readonly license?: string
	readonly dependencies?: Readonly<Record<string, string>>
}

type Lockfile = { readonly version: string; readonly packages: Readonly<Record<string, Locked>> }

export const lockfile = JSON.parse(read('package-lock.json').toString()) as Lockfile

/** A package by its place, such as node_modules/ink. */
export function locked(place: string): Locked {
	const found = lockfile.packages[place]
	if (found === undefined) throw new Error(`package-lock.json does not have ${place}`)
	return found
}

/** The time of everything that is made: of the last commit, unless SOURCE_DATE_EPOCH says otherwise. */
export function sourceEpoch(): number {
	const given = process.env.SOURCE_DATE_EPOCH ?? ''
	if (/^\d+$/.test(given)) return Number(given)
	const { stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' })
	if (!/^\d+\n$/.test(stdout ?? ''))
		throw new Error('there is no commit here to take the time from: set SOURCE_DATE_EPOCH')
	return Number(stdout)
}

/** As Debian calls them, with what npm, the kernel and rpm say. */
export const ARCHES = {
	amd64: { npm: 'x64', machine: 'x86_64' },
	arm64: { npm: 'arm64', machine: 'aarch64' },
} as const

export type Arch = keyof typeof ARCHES
