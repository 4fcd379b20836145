import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../until.ts'
import type { Lab } from './lab.ts'

const ENTRIES = join(import.meta.dirname, 'entries.py')
const MAX = '/proc/sys/net/netfilter/nf_conntrack_max'
/** An entry takes some 400 bytes that nobody can swap out. */
const LARGEST = 600_000

/**
 * nf_conntrack_max is one value of the whole host, which no test may change; but the entries of each namespace are counted
 * by themselves. So the table of a lab is filled as it is.
 */
export const mostEntries = (): number => Number(readFileSync(MAX, 'utf8'))

/** True where that takes too long or too much memory; says so, once a file. */
export function skipWithoutSmallTable(): boolean {
	const most = mostEntries()
	const skips = most === 0 || most > LARGEST
	if (skips) console.warn(`skipped: nf_conntrack_max is ${most}`)
	return skips
}

/** Whom nine tenths of the entries are of. */
export const FILLER = '10.66.0.9'

/** As many entries as there may be; those that are ASSURED cannot be evicted for new ones. */
export async function fillTable(lab: Lab, kind: 'assured' | 'unreplied'): Promise<void> {
	const most = mostEntries()
	await lab.inside('/usr/bin/python3', ENTRIES, `${most}`, '3600', kind, FILLER)
	const count = async () => Number(await lab.read('net/netfilter/nf_conntrack_count'))
	await until(async () => (await count()) >= most * 0.999, `${most} entries`)
}

export const emptyTable = (lab: Lab): Promise<string> =>
	lab.inside('sh', '-c', 'conntrack -F 2>/dev/null; true')

const SERVER = [
	'import socket,sys',
	's=socket.create_server((sys.argv[1],80))',
	'while True:',
	' s.accept()[0].close()',
].join('\n')
const CLIENT = [
	'import socket,sys,time',
	'while True:',
	' s=socket.socket(); s.setblocking(False); s.connect_ex((sys.argv[1],80)); time.sleep(float(sys.argv[2])); s.close()',
].join('\n')

/** A server in the lab, and a client that opens so many connections a second to it, until it is ended. */
export function connecting(lab: Lab, perSecond: number): { end(): Promise<void> } {
	const python = (netns: string, program: string, ...args: readonly string[]): ChildProcess =>
		spawn('ip', ['netns', 'exec', netns, '/usr/bin/python3', '-c', program, ...args], { stdio: 'ignore' })
	const children = [
		python(lab.netns, SERVER, lab.address),
		python(lab.peerNetns, CLIENT, lab.address, `${1 / perSecond}`),
	]
	const ended = children.map((child) => new Promise((resolve) => child.once('close', resolve)))
	return {
		async end() {
			for (const child of children) child.kill('SIGKILL')
			await Promise.all(ended)
		},
	}
}

/** A counter of the namespace, summed. */
export async function counterOf(lab: Lab, name: string): Promise<number> {
	const text = await lab.inside('conntrack', '-S')
	return [...text.matchAll(new RegExp(`\\b${name}=(\\d+)`, 'g'))].reduce(
		(sum, [, value]) => sum + Number(value),
		0,
	)
}
