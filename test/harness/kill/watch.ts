// Stays in a network namespace and reads there: one line asks, one line of JSON answers. `values`: what an undo has to put
// back. `whole`: what must be as before in the end besides.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const SYSCTL = '/proc/sys/net/netfilter'

export type Watched = Readonly<Record<string, string>>

function text(path: string): string {
	try {
		return readFileSync(path, 'utf8').trimEnd()
	} catch (error) {
		return (error as NodeJS.ErrnoException).code ?? 'unreadable'
	}
}

const settings = (readdirSync(SYSCTL, { recursive: true }) as string[]).filter(
	(name) => name !== 'nf_conntrack_count',
)

function nft(...args: readonly string[]): string {
	const { status, stdout, stderr } = spawnSync('nft', args, { encoding: 'utf8' })
	return status === 0 ? stdout : `nft: ${stderr}`
}

function values(): Watched {
	return {
		...Object.fromEntries(settings.map((name) => [`netfilter/${name}`, text(`${SYSCTL}/${name}`)])),
		tables: nft('list', 'tables'),
	}
}

function whole(): Watched {
	return {
		...values(),
		ruleset: nft('list', 'ruleset').replaceAll(/packets \d+ bytes \d+/g, 'packets bytes'),
		readers: text('/proc/net/netfilter/nfnetlink_log'),
		queues: text('/proc/net/netfilter/nfnetlink_queue'),
		// Which protocols have a socket; the addresses of those in the kernel mean nothing.
		netlink: text('/proc/net/netlink')
			.split('\n')
			.slice(1)
			.map((line) => line.trim().split(/\s+/))
			.filter(([, protocol, portid]) => protocol === '12' && portid !== '0')
			.map(([, protocol]) => protocol)
			.join(' '),
	}
}

if (import.meta.main)
	for await (const line of createInterface({ input: process.stdin }))
		process.stdout.write(`${JSON.stringify(line === 'whole' ? whole() : values())}\n`)
