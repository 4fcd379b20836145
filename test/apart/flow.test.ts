import { type ChildProcess, spawn } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { createLab, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { ctscope } from '../harness/program/program.ts'
import { until } from '../harness/until.ts'

/**
 * Holds sockets until it is killed: `listen ADDRESS PORT`, `connect ADDRESS PORT FROM`, `udp ADDRESS PORT`, `udpto ADDRESS PORT
 * FROM`. Says how many it has; those that were accepted are held too. It closes none by itself.
 */
const HOLDER = `import socket,sys,threading,time
held=[]
def family(a): return socket.AF_INET6 if ':' in a else socket.AF_INET
def accepting(s):
    while True: held.append(s.accept()[0])
for line in sys.argv[1:]:
    what,a,port,*more=line.split()
    s=socket.socket(family(a), socket.SOCK_DGRAM if what.startswith('udp') else socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if a=='::': s.setsockopt(41,26,0)
    if what in ('listen','udp'): s.bind((a,int(port)))
    else:
        if more: s.bind(('::' if ':' in a else '',int(more[0])))
        s.settimeout(5); s.connect((a,int(port))); s.settimeout(None)
    if what=='listen':
        s.listen(64); threading.Thread(target=accepting,args=(s,),daemon=True).start()
    if what.startswith('udpto'): s.send(b'x')
    held.append(s)
print(len(held),flush=True)
time.sleep(600)`

type Held = { readonly child: ChildProcess; end(): void }

async function hold(netns: string, ...lines: readonly string[]): Promise<Held> {
	const child = spawn('ip', ['netns', 'exec', netns, '/usr/bin/python3', '-c', HOLDER, ...lines])
	let said = ''
	child.stdout.on('data', (data) => {
		said += data
	})
	child.stderr.on('data', (data) => {
		said += data
	})
	await until(
		() => /^\d+\n/.test(said),
		() => `sockets of ${lines.join(', ')}: ${said}`,
	)
	return { child, end: () => void child.kill('SIGKILL') }
}

type FlowJson = {
	readonly sentences: readonly string[]
	readonly evidence: readonly string[]
	readonly notChecked: readonly string[]
	readonly confidence: string
	readonly netns: string
	readonly entries: readonly unknown[]
	readonly sockets: readonly { readonly state: string }[] | null
}

async function flow(lab: Lab, ...words: readonly string[]): Promise<FlowJson & { readonly text: string }> {
	const { stdout } = await ctscope(['flow', '--json', '--netns', lab.netns, ...words])
	const json = JSON.parse(stdout) as FlowJson
	return { ...json, text: json.sentences.join(' ') }
}

/** A lab whose sockets end with it. */
async function inLab(
	label: string,
	does: (lab: Lab, hold: (side: 'here' | 'there', ...lines: string[]) => Promise<Held>) => Promise<void>,
) {
	const lab = await createLab(label)
	const held: Held[] = []
	try {
		await does(lab, async (side, ...lines) => {
			const one = await hold(side === 'here' ? lab.netns : lab.peerNetns, ...lines)
			held.push(one)
			return one
		})
	} finally {
		for (const one of held) one.end()
		await lab.dispose()
	}
}

/** Sockets that hear of the ends of entries (NF_NETLINK_CONNTRACK_DESTROY; linux/netfilter/nfnetlink_compat.h). */
const watchers = async (lab: Lab): Promise<number> =>
	(await lab.inside('cat', '/proc/net/netlink')).split('\n').filter((line) => {
		const [, family, , groups = ''] = line.trim().split(/\s+/)
		return family === '12' && (Number.parseInt(groups, 16) & 4) !== 0
	}).length

const hasSocket = (lab: Lab, state: string, port: number) => async () =>
	(await lab.inside('ss', '-Htan', 'state', state, `( sport = :${port} or dport = :${port} )`)).trim() !== ''

describe.skipIf(skipWithoutLab())('entry, socket and rule joined', () => {
	test('a FIN that never leaves: the entry deleted, the process killed, the FIN dropped in OUTPUT', () =>
		inLab('fin', async (lab, holds) => {
			await holds('there', `listen ${lab.peerAddress} 1234`)
			const client = await holds('here', `connect ${lab.peerAddress} 1234 40001`)
			const from = `${lab.address}:40001`
			const to = `${lab.peerAddress}:1234`
			const before = await flow(lab, 'tcp', from, to)
			expect(before.text).toContain('The connection is known, in ESTABLISHED')
			expect(before.text).not.toContain('INVALID')
			expect(before.confidence).toBe('sure')
			await lab.inside('iptables', '-w', '-A', 'OUTPUT', '-m', 'state', '--state', 'INVALID', '-j', 'DROP')
			await lab.inside('conntrack', '-D', '-p', 'tcp', '--dport', '1234')
			client.end()
			await until(hasSocket(lab, 'fin-wait-1', 1234), 'FIN_WAIT1')
			const { sentences, evidence, confidence, netns } = await flow(lab, 'tcp', from, to)
			expect(sentences).toEqual([
				'Local socket still in FIN_WAIT1, no entry, ip filter OUTPUT rule 1 drops INVALID: its FINs never leave.',
			])
			expect(confidence).toBe('sure')
			expect(netns).toBe(lab.netns)
			expect(evidence.join('\n')).toMatch(/no process has it any more/)
			const rules = await ctscope(['rules', '--json', '--interval', '0.2', '--netns', lab.netns])
			const output = JSON.parse(rules.stdout).rules.find((rule: { chain: string }) => rule.chain === 'OUTPUT')
			expect(output).toMatchObject({ action: 'drop', invalid: true })
			expect(output.counter.packets).toBeGreaterThan(0)
			// The other end has heard nothing: it is as connected as before.
			expect(await lab.beside('ss', '-Htn', 'state', 'established')).toContain(':1234')
		}))

	test('flow --for waits for the end of the entry, and says who has deleted it', () =>
		inLab('ending', async (lab, holds) => {
			await holds('there', `listen ${lab.peerAddress} 1235`)
			const words = ['flow', '--json', '--for', '20s', '--netns', lab.netns, 'tcp', `${lab.address}:40002`]
			const watching = ctscope([...words, `${lab.peerAddress}:1235`])
			// Entries that are older than whoever watches end without a word (nf_conntrack_events = 2).
			await until(async () => (await watchers(lab)) > 0, 'conntrack -E')
			await holds('here', `connect ${lab.peerAddress} 1235 40002`)
			await lab.inside('conntrack', '-D', '-p', 'tcp', '--dport', '1235')
			const { stdout, exitCode } = await watching
			expect(exitCode).toBe(0)
			expect(JSON.parse(stdout).end).toMatchObject({
				kind: 'deleted',
				by: { pid: null, portId: expect.any(Number) },
				state: 'ESTABLISHED',
			})
		}))

	test('a packet of a client that has many healthy connections is none of theirs', () =>
		inLab('many', async (lab, holds) => {
			await holds('here', `listen ${lab.address} 5000`)
			const ports = Array.from({ length: 20 }, (_, at) => 41_000 + at)
			await holds('there', ...ports.map((port) => `connect ${lab.address} 5000 ${port}`))
			const stray = await flow(lab, 'tcp', `${lab.peerAddress}:1`, `${lab.address}:5000`)
			expect(stray.text).toContain('none has exactly these addresses and ports, and there is no entry')
			expect(stray.confidence).not.toBe('sure')
			expect(stray.sockets).toMatchObject([{ state: 'LISTEN' }])
			expect(stray.evidence.join('\n')).not.toContain('bytes to send')
			const known = await flow(lab, 'tcp', `${lab.peerAddress}:41007`, `${lab.address}:5000`)
			expect(known.sockets?.map(({ state }) => state)).toEqual(expect.arrayContaining(['ESTAB']))
			expect(known.evidence.join('\n')).toContain('socket: ESTABLISHED (python3')
			expect(known.confidence).toBe('sure')
		}))

	test('sockets of both families: IPv6, IPv4 in IPv6, one that waits for both', () =>
		inLab('family', async (lab, holds) => {
			await holds('here', 'listen :: 5001')
			await holds('there', `connect ${lab.address} 5001 42001`, `connect ${lab.address6} 5001 42002`)
			for (const [from, to] of [
				[`${lab.peerAddress}:42001`, `${lab.address}:5001`],
				[`[${lab.peerAddress6}]:42002`, `[${lab.address6}]:5001`],
			] as const) {
				for (const words of [
					['tcp', from, to],
					['tcp', to, from],
				]) {
					const { text, evidence, confidence } = await flow(lab, ...words)
					expect(text).toMatch(/^The connection is known, in ESTABLISHED/)
					expect(evidence.join('\n')).toContain('socket: ESTABLISHED')
					expect(confidence).toBe('sure')
				}
			}
			const stray = await flow(lab, 'tcp', `${lab.peerAddress}:3`, `${lab.address}:5001`)
			expect(stray.evidence.join('\n')).toContain('LISTEN on *:5001 (python3')
			// IPv6 with a rule of IPv4 that drops: none of its own.
			await lab.inside('conntrack', '-D', '-f', 'ipv6', '-p', 'tcp', '--dport', '5001')
			const six = await flow(lab, 'tcp', `[${lab.peerAddress6}]:42002`, `[${lab.address6}]:5001`)
			expect(six.text).toContain('The local socket is in ESTABLISHED (python3')
			expect(six.text).toContain('ip6 filter INPUT rule 1 drops it')
		}))

	test('a socket of another network namespace is not one of here', () =>
		inLab('other', async (lab, holds) => {
			await holds(
				'there',
				`listen ${lab.peerAddress} 5002`,
				'listen 127.0.0.1 5003',
				'connect 127.0.0.1 5003 43000',
			)
			const { text, sockets } = await flow(lab, 'tcp', '127.0.0.1:43000', '127.0.0.1:5003')
			expect(text).toContain('neither an entry nor a local socket')
			expect(sockets).toEqual([])
		}))

	test('SYN_RECV, TIME_WAIT, and UDP connected and not', () =>
		inLab('states', async (lab, holds) => {
			await holds('here', `listen ${lab.address} 5004`, 'udp 0.0.0.0 6000')
			await lab.beside('iptables', '-w', '-A', 'INPUT', '-p', 'tcp', '--dport', '44000', '-j', 'DROP')
			await lab
				.beside('hping3', '-q', '-c', '1', '-S', '-s', '44000', '-k', '-p', '5004', lab.address)
				.catch(() => '')
			await until(hasSocket(lab, 'syn-recv', 5004), 'SYN_RECV')
			await lab.inside('conntrack', '-D', '-p', 'tcp', '--dport', '5004')
			const half = await flow(lab, 'tcp', `${lab.address}:5004`, `${lab.peerAddress}:44000`)
			expect(half.text).toContain('Local socket still in SYN_RECV, no entry')
			expect(half.text).toContain('its SYN/ACKs')
			// Whoever closes first waits its time.
			await lab.beside(
				'/usr/bin/python3',
				'-c',
				`import socket
s=socket.socket(); s.bind(('',5005)); s.listen(1)
import threading
t=threading.Thread(target=lambda: s.accept()[0].recv(1)); t.start()
import subprocess
subprocess.run(['ip','netns','exec','${lab.netns}','/usr/bin/python3','-c','import socket; s=socket.create_connection(("${lab.peerAddress}",5005),5,("",44001)); s.close()'],check=True)
t.join(5)`,
			)
			await until(hasSocket(lab, 'time-wait', 5005), 'TIME_WAIT')
			await lab.inside('conntrack', '-D', '-p', 'tcp', '--dport', '5005').catch(() => '')
			const over = await flow(lab, 'tcp', `${lab.address}:44001`, `${lab.peerAddress}:5005`)
			expect(over.text).toContain('The connection is over: the local socket is in TIME_WAIT')
			const waits = await flow(lab, 'udp', `${lab.peerAddress}:7`, `${lab.address}:6000`)
			expect(waits.text).toContain('No packet of UDP is INVALID because it has no entry')
			expect(waits.evidence.join('\n')).toContain('socket: UNCONN on 0.0.0.0:6000')
			await holds('here', `udpto ${lab.peerAddress} 6001 6002`)
			const sent = await flow(lab, 'udp', `${lab.address}:6002`, `${lab.peerAddress}:6001`)
			expect(sent.evidence.join('\n')).toContain('socket: ESTABLISHED (python3')
			expect(sent.text).toContain(`only one direction of it, ${lab.address}:6002 > ${lab.peerAddress}:6001`)
		}))

	test('NAT: a healthy connection has nothing INVALID, and its socket has what the entry says', () =>
		inLab('nat', async (lab, holds) => {
			await lab.inside(
				'iptables',
				'-w',
				'-t',
				'nat',
				'-A',
				'PREROUTING',
				'-p',
				'tcp',
				'--dport',
				'80',
				'-j',
				'REDIRECT',
				'--to-ports',
				'8080',
			)
			await holds('here', `listen ${lab.address} 8080`)
			await holds('there', `connect ${lab.address} 80 45000`)
			const healthy = await flow(lab, 'tcp', `${lab.peerAddress}:45000`, `${lab.address}:80`)
			expect(healthy.text).toMatch(
				/^The connection is known, in ESTABLISHED: conntrack has seen both directions/,
			)
			expect(healthy.text).toContain(
				`${lab.peerAddress}:45000 > ${lab.address}:80 is ${lab.peerAddress}:45000 > ${lab.address}:8080 behind it`,
			)
			expect(healthy.text).not.toContain('INVALID')
			expect(healthy.evidence.join('\n')).toContain('socket: ESTABLISHED (python3')
			expect(healthy.confidence).toBe('sure')
			const back = await flow(lab, 'tcp', `${lab.address}:8080`, `${lab.peerAddress}:45000`)
			expect(back.text).toContain('is its reply direction')
			// Where no rule would translate, nothing is said of NAT, though the source is a private one.
			const other = await flow(lab, 'tcp', '10.99.1.1:5', '198.51.100.7:443')
			expect(other.text).toContain('Neither end is here')
			expect(other.text).not.toMatch(/translate|NAT/)
			await lab.inside(
				'iptables',
				'-w',
				'-t',
				'nat',
				'-A',
				'POSTROUTING',
				'-s',
				'10.99.0.0/16',
				'-j',
				'MASQUERADE',
			)
			const leaks = await flow(lab, 'tcp', '10.99.1.1:5', '198.51.100.7:443')
			expect(leaks.text).toContain('ip nat POSTROUTING rule 1 (MASQUERADE) translates its source')
			expect((await flow(lab, 'tcp', '198.51.100.7:443', '10.99.1.1:5')).text).not.toContain(
				'translates its source',
			)
		}))

	test('what is said of INVALID packets that a rule would translate is what they do', () =>
		inLab('leak', async (lab) => {
			await lab.inside('iptables', '-w', '-F')
			const counted = async (...rule: readonly string[]) => {
				const text = await lab.beside('iptables', '-w', '-t', 'raw', '-nvxL', 'PREROUTING')
				const line = text.split('\n').find((one) => rule.every((word) => one.includes(word)))
				return Number(line?.trim().split(/\s+/)[0] ?? 0)
			}
			// A source that is translated: it leaves as it came.
			await lab.inside(
				'iptables',
				'-w',
				'-t',
				'nat',
				'-A',
				'POSTROUTING',
				'-s',
				'10.99.0.0/16',
				'-j',
				'MASQUERADE',
			)
			await lab.inside('ip', 'route', 'add', 'default', 'via', lab.peerAddress)
			await lab.write('net/ipv4/ip_forward', '1')
			for (const name of ['all', 'veth0']) await lab.write(`net/ipv4/conf/${name}/rp_filter`, '0')
			await lab.beside('ip', 'route', 'add', '198.51.100.0/24', 'via', lab.address)
			await lab.beside('iptables', '-w', '-t', 'raw', '-A', 'PREROUTING', '-s', '10.99.1.1', '-j', 'ACCEPT')
			await lab
				.beside(
					'hping3',
					'-q',
					'-c',
					'1',
					'-F',
					'-A',
					'-a',
					'10.99.1.1',
					'-s',
					'5',
					'-k',
					'-p',
					'443',
					'198.51.100.7',
				)
				.catch(() => '')
			await until(async () => (await counted('10.99.1.1')) === 1, 'the packet with its own source')
			const leaks = await flow(lab, 'tcp', '10.99.1.1:5', '198.51.100.7:443')
			expect(leaks.text).toContain('such a one leaves with 10.99.1.1, unless a rule drops it')
			// A destination that is translated: this host answers itself.
			await lab.inside(
				'iptables',
				'-w',
				'-t',
				'nat',
				'-A',
				'PREROUTING',
				'-p',
				'tcp',
				'--dport',
				'81',
				'-j',
				'DNAT',
				'--to-destination',
				'10.99.1.9',
			)
			const heard = await lab.beside(
				'hping3',
				'-c',
				'1',
				'-F',
				'-A',
				'-s',
				'6',
				'-k',
				'-p',
				'81',
				lab.address,
			)
			expect(heard).toContain(`ip=${lab.address}`)
			expect(heard).toContain('flags=R')
			const reset = await flow(lab, 'tcp', `${lab.peerAddress}:6`, `${lab.address}:81`)
			expect(reset.text).toContain(`such a one stays with ${lab.address}`)
			expect(reset.text).toContain('the other side sees "connection reset"')
			const answer = await flow(lab, 'tcp', '10.99.1.9:81', `${lab.peerAddress}:6`)
			expect(answer.text).toContain('an answer without an entry keeps that address')
		}))

	test('one direction only: which, and a packet of the other one is none that did not come', () =>
		inLab('oneway', async (lab) => {
			// Its answer is dropped before conntrack sees it, so the entry has no reply.
			await lab.inside('iptables', '-w', '-t', 'raw', '-A', 'OUTPUT', '-p', 'tcp', '-j', 'DROP')
			await lab
				.beside('hping3', '-q', '-c', '1', '-S', '-s', '4001', '-k', '-p', '1235', lab.address)
				.catch(() => '')
			const there = `${lab.peerAddress}:4001`
			const here = `${lab.address}:1235`
			const { text } = await flow(lab, 'tcp', there, here)
			expect(text).toContain(`only one direction of it, ${there} > ${here}`)
			const back = await flow(lab, 'tcp', here, there)
			expect(back.text).toContain(`only one direction of it, ${there} > ${here}`)
			const line = `nf_ct_proto_6: invalid packet ignored in state SYN_SENT IN= OUT=veth0 SRC=${lab.address} DST=${lab.peerAddress} LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=0 DF PROTO=TCP SPT=1235 DPT=4001 SEQ=1 ACK=1 WINDOW=0 RES=0x00 ACK URGP=0 `
			const state = line.replace(
				'invalid packet ignored in state SYN_SENT',
				'packet (index 5) in dir 1 invalid, state SYN_SENT',
			)
			expect((await flow(lab, state)).text).toContain(
				'it does pass here, and conntrack did not take it for an answer',
			)
			await lab.inside('iptables', '-w', '-t', 'raw', '-F')
			await lab.inside('iptables', '-w', '-t', 'raw', '-A', 'OUTPUT', '-p', 'tcp', '-j', 'CT', '--notrack')
			expect((await flow(lab, 'tcp', there, here)).text).toContain(
				'ip raw OUTPUT rule 1 exempts the other direction from tracking',
			)
		}))

	test('six entries of six zones are told apart', () =>
		inLab('zones', async (lab) => {
			await lab.inside('iptables', '-w', '-I', 'INPUT', '-p', 'tcp', '--dport', '7000', '-j', 'ACCEPT')
			for (let zone = 1; zone <= 6; zone += 1) {
				await lab.inside('iptables', '-w', '-t', 'raw', '-F')
				await lab.inside(
					'iptables',
					'-w',
					'-t',
					'raw',
					'-A',
					'PREROUTING',
					'-p',
					'tcp',
					'--dport',
					'7000',
					'-j',
					'CT',
					'--zone',
					`${zone}`,
				)
				await lab.inside(
					'iptables',
					'-w',
					'-t',
					'raw',
					'-A',
					'OUTPUT',
					'-p',
					'tcp',
					'--sport',
					'7000',
					'-j',
					'DROP',
				)
				await lab
					.beside('hping3', '-q', '-c', '1', '-S', '-s', '4600', '-k', '-p', '7000', lab.address)
					.catch(() => '')
			}
			const { text, evidence, entries, notChecked } = await flow(
				lab,
				'tcp',
				`${lab.peerAddress}:4600`,
				`${lab.address}:7000`,
			)
			expect(entries).toHaveLength(6)
			expect(text).toContain('6 entries have this flow, in the zones 1, 2, 3, 4, 5, 6')
			for (let zone = 1; zone <= 6; zone += 1)
				expect(evidence.filter((one) => one.includes(` zone ${zone} `))).toHaveLength(1)
			expect(notChecked.join(' ')).not.toContain('zone')
		}))

	test('ICMP by its id, an error by what it quotes', () =>
		inLab('icmp', async (lab) => {
			for (const id of ['77', '78'])
				await lab.beside('hping3', '-q', '-1', '-c', '1', '--icmp-ipid', id, lab.address).catch(() => '')
			const listed = await lab.inside('conntrack', '-L', '-p', 'icmp')
			const [, id] = /\bid=(\d+)/.exec(listed) ?? []
			const all = await flow(lab, 'icmp', lab.peerAddress, lab.address)
			expect(all.confidence).toBe('unknown')
			const answer = `IN= OUT=veth0 SRC=${lab.address} DST=${lab.peerAddress} LEN=28 TTL=64 ID=1 PROTO=ICMP TYPE=0 CODE=0 ID=${id} SEQ=0 `
			const one = await flow(lab, answer)
			expect(one.entries).toHaveLength(1)
			expect(one.text).toContain('is its reply direction')
			const unasked = await flow(lab, answer.replace(`ID=${id} SEQ`, 'ID=9 SEQ'))
			expect(unasked.text).toContain('no request is known that this would answer')
			const error = await flow(
				lab,
				`IN=veth0 OUT= SRC=${lab.peerAddress} DST=${lab.address} LEN=68 TTL=64 ID=1 PROTO=ICMP TYPE=3 CODE=1 [SRC=${lab.address} DST=198.51.100.9 LEN=40 TTL=63 ID=2 PROTO=TCP SPT=5000 DPT=443 SEQ=1 ACK=1 WINDOW=1 RES=0x00 ACK URGP=0 ] `,
			)
			expect(error.text).toContain(`The ICMP error quotes a packet ${lab.address}:5000 > 198.51.100.9:443`)
		}))

	test('an address of an interface without carrier is one of here', () =>
		inLab('carrier', async (lab) => {
			await lab.inside('ip', 'link', 'add', 'v1', 'type', 'veth', 'peer', 'name', 'v2')
			await lab.inside('ip', 'addr', 'add', '10.96.0.1/24', 'dev', 'v1')
			await lab.inside('ip', 'link', 'set', 'v1', 'up')
			const { text } = await flow(lab, 'tcp', `${lab.peerAddress}:5`, '10.96.0.1:80')
			expect(text).toContain('neither an entry nor a local socket')
		}))

	test('a namespace where nothing is tracked: no entry proves nothing', () =>
		inLab('blind', async (lab, holds) => {
			await lab.inside('iptables', '-w', '-F')
			await lab.inside('ip6tables', '-w', '-F')
			await holds('here', `listen ${lab.address} 5006`)
			await holds('there', `connect ${lab.address} 5006 46000`)
			const { text, confidence } = await flow(lab, 'tcp', `${lab.address}:5006`, `${lab.peerAddress}:46000`)
			expect(text).toContain('conntrack may not look at these packets at all')
			expect(confidence).toBe('likely')
		}))

	test('a zone and an ICMP id narrow it down, and what is in other zones is said', () =>
		inLab('zone', async (lab) => {
			const tcp = ['-p', 'tcp', '-s', '192.0.2.1', '-d', '192.0.2.2', '--sport', '4000', '--dport', '80']
			const made = ['--state', 'ESTABLISHED', '-t', '100', '-u', 'SEEN_REPLY']
			for (const zone of ['5', '7']) await lab.inside('conntrack', '-I', ...tcp, ...made, '-w', zone)
			const words = ['tcp', '192.0.2.1:4000', '192.0.2.2:80']
			expect((await flow(lab, ...words)).entries).toHaveLength(2)
			const seven = await flow(lab, '--zone', '7', ...words)
			expect(seven.entries).toHaveLength(1)
			expect(seven.evidence.join('\n')).toContain('zone 7')
			const none = await flow(lab, '--zone', '6', ...words)
			expect(none.entries).toHaveLength(0)
			expect(none.text).toBe(
				'Zone 6 has no entry of this flow; there is one in zone 5, 7, which a packet of zone 6 does not meet.',
			)
			expect(none.evidence).toContain('entry: none in zone 6, in either direction')
			for (const id of ['4711', '4712'])
				await lab.inside(
					...['conntrack', '-I', '-p', 'icmp', '-s', '192.0.2.1', '-d', '192.0.2.2', '-t', '100'],
					...['--icmp-type', '8', '--icmp-code', '0', '--icmp-id', id],
				)
			const ends = ['icmp', '192.0.2.1', '192.0.2.2']
			expect((await flow(lab, ...ends)).entries).toHaveLength(2)
			expect((await flow(lab, '--icmp-id', '4712', ...ends)).entries).toHaveLength(1)
			// Whoever asks with the addresses of the answer means the same entry.
			expect((await flow(lab, '--icmp-id', '4712', 'icmp', '192.0.2.2', '192.0.2.1')).entries).toHaveLength(1)
			expect((await flow(lab, '--icmp-id', '1', ...ends)).entries).toHaveLength(0)
		}))
})
