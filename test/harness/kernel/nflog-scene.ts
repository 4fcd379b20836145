import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '../folders.ts'

export const CHILD = join(import.meta.dirname, 'nflog-child.ts')
export const TOOLS = '/usr/sbin:/usr/bin:/sbin:/bin'

/** A state directory for the readers of one test file; its children find it in their environment. */
export function stateDirForReaders(): string {
	const stateDir = tempFolder('state')
	process.env.STATE_DIR = stateDir
	return stateDir
}

/** Packets as fast as they go: TCP with SYN and FIN and no checksum. */
export const FLOOD = [
	'import socket,struct,sys',
	's=socket.socket(socket.AF_INET,socket.SOCK_RAW,6)',
	's.connect((sys.argv[1],0))',
	'for i in range(int(sys.argv[2])):',
	' s.send(struct.pack("!HHIIBBHHH",1024+i%60000,80,i,0,0x50,3,512,0,0))',
].join('\n')

/** The same with 1 400 bytes of data. */
export const LARGE_FLOOD = FLOOD.replace('512,0,0))', '512,0,0)+bytes(1400))')

/** Processes in a network namespace (`net:[INODE]`) that read group 0. */
export function readersIn(netns: string): number[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map(Number)
		.filter((pid) => {
			try {
				const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
				return command.includes('nflog:0') && readlinkSync(`/proc/${pid}/ns/net`) === netns
			} catch {
				return false
			}
		})
}

/** A folder with all tools that are looked for, but these. */
export function toolsWithout(...missing: string[]): string {
	const folder = tempFolder('tools')
	for (const tool of ['tcpdump', 'setpriv', 'timeout', 'prlimit'])
		if (!missing.includes(tool))
			execFileSync('ln', [
				'-s',
				execFileSync('which', [tool], { encoding: 'utf8', env: { PATH: TOOLS } }).trim(),
				folder,
			])
	return folder
}

/** The program that reads, in a namespace; its pid is the one of the child, since nsenter does not stay between. */
export function startInside(netns: string, searchPath: string, stateDir: string, command = 'follow') {
	const child: ChildProcess = spawn('nsenter', [`--net=/run/netns/${netns}`, process.execPath, CHILD], {
		stdio: ['pipe', 'pipe', 'inherit'],
		env: { ...process.env, SEARCH_PATH: searchPath, STATE_DIR: stateDir },
	})
	let said = ''
	child.stdout?.setEncoding('utf8').on('data', (text: string) => {
		said += text
	})
	child.stdin?.write(`${command}\n`)
	const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
	return { child, ended, said: () => said }
}
