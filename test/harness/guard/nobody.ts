import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
	chmodSync,
	copyFileSync,
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../until.ts'

const NOBODY = 65534
const PYTHON = '/usr/bin/python3'
/** Number of /dev/fuse (include/linux/miscdevice.h). */
const FUSE = ['c', '10', '229']

/** A user without rights who attacks this machine: see test/lab/guest/attacker.py. */
export type Nobody = {
	/** Starts an attack and waits until it is under way; answers the process to look at. */
	attack(...words: readonly string[]): Promise<number>
	/** For `fuse`: a device of its own, since that of this machine may be for root only. */
	readonly fuse: string
	/** Ends the attack, once is enough; does not read what cannot be read. */
	end(): Promise<void>
}

/** Why a user without rights cannot make this file system here, or undefined. */
export function fuseMissing(): string | undefined {
	if (!existsSync(PYTHON)) return 'there is no python3'
	if (!/^nodev\tfuse$/m.test(readFileSync('/proc/filesystems', 'utf8'))) return 'FUSE is not in this kernel'
	const drop = ['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups']
	const own = spawnSync('setpriv', [...drop, 'unshare', '-Urm', 'true'], { cwd: '/' })
	return own.status === 0 ? undefined : 'users may make no namespaces here'
}

export function createNobody(): Nobody {
	const folder = mkdtempSync(join(tmpdir(), 'ctscope-nobody-'))
	chmodSync(folder, 0o755)
	const script = join(folder, 'attacker.py')
	copyFileSync(join(import.meta.dirname, '../../lab/guest/attacker.py'), script)
	chmodSync(script, 0o755)
	const fuse = join(folder, 'fuse')
	execFileSync('mknod', [fuse, ...FUSE])
	chmodSync(fuse, 0o666)
	return {
		fuse,
		async attack(...words) {
			const drop = ['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups']
			const child = spawn('setpriv', [...drop, PYTHON, script, ...words], {
				cwd: folder,
				stdio: ['ignore', 'pipe', 'pipe'],
			})
			let said = ''
			for (const stream of [child.stdout, child.stderr])
				stream.setEncoding('utf8').on('data', (text) => {
					said += text
				})
			const pid = () => Number(/^ready (\d+)/m.exec(said)?.[1] ?? 0)
			await until(() => pid() > 0 || child.exitCode !== null, 'the attack')
			if (pid() === 0) throw new Error(`no attack: ${said}`)
			return pid()
		},
		async end() {
			// Some have sessions of their own, and of some nothing can be read but where they are.
			await until(() => endAll(folder) === 0, 'the end of the attack')
			rmSync(folder, { recursive: true, force: true })
		},
	}
}

/** Ends who works in this folder; answers how many there were. Those who fork are held first. */
function endAll(folder: string): number {
	let met = 0
	for (const signal of ['SIGSTOP', 'SIGKILL'] as const)
		for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
			try {
				if (readlinkSync(`/proc/${pid}/cwd`) !== folder) continue
				met += 1
				process.kill(Number(pid), signal)
			} catch {}
	return met
}

/** Whether a read of its command line does not come back. */
export const isUnreadable = (pid: number): boolean =>
	spawnSync('timeout', ['2', 'cat', `/proc/${pid}/cmdline`], { stdio: 'ignore' }).status === 124
