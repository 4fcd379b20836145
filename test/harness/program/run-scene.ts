import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '../folders.ts'
import { createLab, type KnobSnapshot, type Lab } from '../kernel/lab.ts'
import { until } from '../until.ts'

export const LOG_INVALID = 'net/netfilter/nf_conntrack_log_invalid'
export const LOGGER = 'net/netfilter/nf_log/2'

type Lasting = {
	readonly command: readonly string[]
	/** When it was started, the account has begun. */
	begun(): Promise<unknown>
	end(): void
}

const LASTING = ': >"$0-begun"; until [ -e "$0-end" ]; do sleep 0.05; done'

/** A lab with a folder for what `ctscope run` writes, and waiting for what it does in the kernel. */
export type RunScene = {
	readonly lab: Lab
	readonly folder: string
	readonly stateDir: string
	/** Arguments of `ctscope run` for the lab. */
	run(...args: string[]): string[]
	/** A command for it that goes on until it is told to end. */
	lasting(): Lasting
	hping(...args: string[]): string[]
	/** Waits until a setting of the lab reads `value`; log_invalid unless told. */
	untilOn(value: string, path?: string): Promise<number>
	/** Waits until every setting is as it was at `before`; throws after `ms`. */
	untilBack(before: KnobSnapshot, ms: number): Promise<number>
	/** Readers of NFLOG in the lab's network namespace. */
	readers(): number[]
	dispose(): Promise<void>
}

export async function createRunScene(label: string): Promise<RunScene> {
	const lab = await createLab(label)
	const folder = tempFolder(label)
	const stateDir = join(folder, 'state')
	let made = 0
	const inode = (await lab.inside('readlink', '/proc/self/ns/net')).trim()
	return {
		lab,
		folder,
		stateDir,
		run: (...args) => ['run', '--netns', lab.netns, '--state-dir', stateDir, ...args],
		lasting() {
			made += 1
			const path = join(folder, `lasting-${made}`)
			return {
				command: ['sh', '-c', LASTING, path],
				begun: () => until(() => existsSync(`${path}-begun`), 'the command'),
				end: () => writeFileSync(`${path}-end`, ''),
			}
		},
		hping: (...args) => ['ip', 'netns', 'exec', lab.peerNetns, 'hping3', '-q', ...args],
		untilOn: (value, path = LOG_INVALID) =>
			until(async () => (await lab.read(path)) === value, `${path}=${value}`),
		untilBack: (before, ms) => {
			const all = JSON.stringify(before)
			return until(async () => JSON.stringify(await lab.snapshot()) === all, 'everything to be back', ms)
		},
		readers: () => processes().filter((pid) => commandOf(pid).includes('nflog:0') && netnsOf(pid) === inode),
		async dispose() {
			rmSync(folder, { recursive: true, force: true })
			await lab.dispose()
		},
	}
}

/** Processes with this in their command line, whose words are joined by NUL. */
export function processesLike(text: string): number[] {
	return processes().filter((pid) => pid !== process.pid && commandOf(pid).includes(text))
}

const processes = () =>
	readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map(Number)

function commandOf(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
	} catch {
		return ''
	}
}

function netnsOf(pid: number): string {
	try {
		return readlinkSync(`/proc/${pid}/ns/net`)
	} catch {
		return ''
	}
}
