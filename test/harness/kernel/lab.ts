import { execFile, spawnSync } from 'node:child_process'
import { accessSync, readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { cleanUpLater } from '../folders.ts'

const run = promisify(execFile)

/** What hping3 or a raw socket is asked to send, and what a current kernel says about it. */
export type BadPacket =
	/** TCP with SYN and FIN: "invalid tcp flag combination". */
	| 'syn-fin'
	/** TCP with RST and no entry: "invalid new". */
	| 'rst'
	/** TCP with FIN and ACK and no entry: "invalid new". */
	| 'fin'
	/** UDP whose checksum is wrong: "bad checksum". */
	| 'udp-checksum'
	/** ICMP unsolicited echo reply: counted, and not a word in the log. */
	| 'icmp-reply'
	/** ICMP of a type that does not exist: "invalid icmp type". */
	| 'icmp-type'
	/** As `syn-fin`, over IPv6. */
	| 'syn-fin-6'
	/** ICMPv6 redirect from an address that may not send one: "invalid saddr or hoplimit for redirect". */
	| 'redirect-6'

type SendBad = { readonly count: number; readonly kind: BadPacket; readonly port?: number }

/** Every setting of netfilter in both places, and the two of printk: name to text, as the file reads. */
export type KnobSnapshot = Readonly<Record<string, string>>

export type Lab = {
	/** Network namespace with conntrack switched on and a rule that drops INVALID. */
	readonly netns: string
	/** Network namespace at the other end of the wire; bad packets start here. */
	readonly peerNetns: string
	/** Address in `netns`, 10.77.X.2; the peer has .1. X differs between labs of one run. */
	readonly address: string
	readonly peerAddress: string
	readonly address6: string
	readonly peerAddress6: string
	/** Runs a program inside `netns`; answers its output, throws when it fails. */
	inside(command: string, ...args: string[]): Promise<string>
	/** The same in the namespace of the peer. */
	beside(command: string, ...args: string[]): Promise<string>
	sendBad(what: SendBad): Promise<void>
	/** A setting inside `netns`: path below /proc/sys. */
	read(path: string): Promise<string>
	write(path: string, value: string): Promise<void>
	snapshot(): Promise<KnobSnapshot>
	dispose(): Promise<void>
}

/** Why no lab can be made here, or undefined when it can: for `describe.skipIf`, after printing it. */
export function labMissing(): string | undefined {
	if (process.getuid?.() !== 0) return 'network namespaces need root'
	for (const tool of ['/usr/sbin/ip', '/usr/sbin/iptables', '/usr/sbin/ip6tables', '/usr/sbin/hping3']) {
		if (!exists(tool)) return `${tool} is not installed`
	}
	return undefined
}

/** True when the lab is missing; prints why, once a file. */
export function skipWithoutLab(): boolean {
	const why = labMissing()
	if (why !== undefined) console.warn(`skipped: ${why}`)
	return why !== undefined
}

let made = 0

export async function createLab(label = 'lab'): Promise<Lab> {
	made += 1
	const netns = `cts-${label}-${process.pid}-${made}`
	const peerNetns = `cts-${label}p-${process.pid}-${made}`
	// Not 0: an address with a group of zeros is written in another way.
	const x = 1 + ((process.pid * 7 + made) % 255)
	const hex = x.toString(16)
	const address = `10.77.${x}.2`
	const peerAddress = `10.77.${x}.1`
	const address6 = `fd77:${hex}::2`
	const peerAddress6 = `fd77:${hex}::1`
	const inside = async (command: string, ...args: string[]) =>
		(await run('ip', ['netns', 'exec', netns, command, ...args], { maxBuffer: 1 << 28 })).stdout
	const beside = async (command: string, ...args: string[]) =>
		(await run('ip', ['netns', 'exec', peerNetns, command, ...args], { maxBuffer: 1 << 28 })).stdout

	const cleared = cleanUpLater(() => {
		for (const name of [netns, peerNetns]) spawnSync('ip', ['netns', 'del', name])
	})
	const dispose = async () => {
		for (const name of [netns, peerNetns]) await run('ip', ['netns', 'del', name]).catch(() => {})
		cleared()
	}
	try {
		await run('ip', ['netns', 'add', netns])
		await run('ip', ['netns', 'add', peerNetns])
		await run('ip', [
			...['link', 'add', 'veth0', 'netns', netns, 'type', 'veth'],
			...['peer', 'name', 'veth0', 'netns', peerNetns],
		])
		for (const [name, v4, v6] of [
			[netns, address, address6],
			[peerNetns, peerAddress, peerAddress6],
		] as const) {
			await run('ip', ['-n', name, 'addr', 'add', `${v4}/24`, 'dev', 'veth0'])
			await run('ip', ['-n', name, 'addr', 'add', `${v6}/64`, 'dev', 'veth0', 'nodad'])
			await run('ip', ['-n', name, 'link', 'set', 'lo', 'up'])
			await run('ip', ['-n', name, 'link', 'set', 'veth0', 'up'])
		}
		// Any rule that asks for the ct state switches conntrack on in a namespace.
		const dropInvalid = ['-w', '-A', 'INPUT', '-m', 'conntrack', '--ctstate', 'INVALID', '-j', 'DROP']
		await inside('iptables', ...dropInvalid)
		await inside('ip6tables', ...dropInvalid)
	} catch (error) {
		await dispose()
		throw error
	}

	return {
		netns,
		peerNetns,
		address,
		peerAddress,
		address6,
		peerAddress6,
		inside,
		beside,
		async sendBad({ count, kind, port = 80 }) {
			const command =
				kind === 'syn-fin-6' || kind === 'redirect-6'
					? sender6(kind, count, peerAddress6, address6, port)
					: ['hping3', '-q', '-c', `${count}`, '-i', 'u500', ...hpingOptions(kind, port), address]
			const [program, ...args] = command as [string, ...string[]]
			// hping3 exits 1 when nothing answers, and nothing answers a packet that is dropped.
			await beside(program, ...args).catch((error: { code?: unknown }) => {
				if (error.code !== 1 || program !== 'hping3') throw error
			})
		},
		read: (path) => inside('cat', `/proc/sys/${path}`).then((text) => text.replace(/\n$/, '')),
		async write(path, value) {
			await inside('sh', '-c', `printf '%s\\n' "$1" > "$2"`, 'sh', value, `/proc/sys/${path}`)
		},
		async snapshot() {
			const files = (await inside('sh', '-c', `grep -rs '' ${NETFILTER}`)).split('\n')
			const here: Record<string, string> = hostSnapshot()
			for (const line of files) {
				const cut = line.indexOf(':')
				const name = line.slice(0, cut)
				if (cut > 0 && !name.endsWith('nf_conntrack_count')) here[`netns ${name}`] = line.slice(cut + 1)
			}
			return here
		},
		dispose,
	}
}

const NETFILTER = '/proc/sys/net/netfilter'

/** The same settings of the namespace that the test runs in, without a lab. */
export function hostSnapshot(): Record<string, string> {
	const values: Record<string, string> = {}
	for (const name of readdirSync(NETFILTER, { recursive: true }) as string[]) {
		if (name === 'nf_conntrack_count') continue
		try {
			values[`host ${NETFILTER}/${name}`] = readFileSync(`${NETFILTER}/${name}`, 'utf8').trimEnd()
		} catch {}
	}
	for (const name of ['printk', 'printk_devkmsg']) {
		values[`host /proc/sys/kernel/${name}`] = readFileSync(`/proc/sys/kernel/${name}`, 'utf8').trimEnd()
	}
	return values
}

function hpingOptions(kind: Exclude<BadPacket, 'syn-fin-6' | 'redirect-6'>, port: number): string[] {
	switch (kind) {
		case 'syn-fin':
			return ['-S', '-F', '-p', `${port}`]
		case 'rst':
			return ['-R', '-p', `${port}`]
		case 'fin':
			return ['-F', '-A', '-p', `${port}`]
		case 'udp-checksum':
			return ['-2', '-b', '-p', `${port}`, '-d', '32']
		case 'icmp-reply':
			return ['-1', '-C', '0', '-K', '0']
		case 'icmp-type':
			return ['-1', '-C', '40', '-K', '0', '--force-icmp']
	}
}

/** hping3 speaks no IPv6; a raw socket does, and the kernel fills in the checksum at the given offset. */
function sender6(kind: 'syn-fin-6' | 'redirect-6', count: number, from: string, to: string, port: number) {
	const program = [
		'import socket,struct,sys,time',
		'kind,count,src,dst,port=sys.argv[1],int(sys.argv[2]),sys.argv[3],sys.argv[4],int(sys.argv[5])',
		"tcp=kind=='syn-fin-6'",
		's=socket.socket(socket.AF_INET6,socket.SOCK_RAW,6 if tcp else 58)',
		'tcp and s.setsockopt(socket.IPPROTO_IPV6,socket.IPV6_CHECKSUM,16)',
		's.bind((src,0))',
		'for i in range(count):',
		' p=struct.pack("!HHIIBBHHH",2000+i%60000,port,1,0,0x50,0x03,512,0,0) if tcp else struct.pack("!BBHI",137,0,0,0)+bytes(32)',
		' s.sendto(p,(dst,0))',
		' time.sleep(0.0005)',
	].join('\n')
	return ['/usr/bin/python3', '-c', program, kind, `${count}`, from, to, `${port}`]
}

function exists(path: string): boolean {
	try {
		accessSync(path)
		return true
	} catch {
		return false
	}
}
