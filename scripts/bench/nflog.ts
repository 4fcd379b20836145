import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClock } from '../../src/host/clock.ts'
import { followKmsg } from '../../src/host/log/kmsg-follower.ts'
import { openKmsg } from '../../src/host/log/kmsg-source.ts'
import { createRepeater, createSlab } from '../../src/kernel/bytes/byte-slab.ts'
import { nflogMessage } from '../../src/kernel/nflog/nflog-message.ts'
import { parseNflogPacket } from '../../src/kernel/nflog/nflog-packet.ts'
import { createLab, type Lab, labMissing } from '../../test/harness/kernel/lab.ts'
import { startLineChild } from '../../test/harness/kernel/line-child.ts'
import { nflogRecord, SYN_FIN_ATTRIBUTES } from '../../test/kernel/nflog/nflog-stream.ts'
import { figure, median, note, pause } from './figures.ts'

const PACKETS = 50_000
const ALL_NETNS = '/proc/sys/net/netfilter/nf_log_all_netns'
const CHILD = join(import.meta.dirname, '../../test/harness/kernel/nflog-child.ts')
const TOOLS = '/usr/sbin:/usr/bin:/sbin:/bin'
/** Half of what a socket may have up to Linux 6.16, KiB: net.core.rmem_max of 212 992. */
const OLD_LIMIT = 208

/** TCP with SYN and FIN, made before the clock starts; prints how long it took to send them. */
const FLOOD = [
	'import socket,struct,sys,time',
	's=socket.socket(socket.AF_INET,socket.SOCK_RAW,6)',
	's.connect((sys.argv[1],0))',
	's.setsockopt(socket.SOL_SOCKET,socket.SO_SNDBUF,1<<22)',
	'packets=[struct.pack("!HHIIBBHHH",1024+i%60000,80,i,0,0x50,3,512,0,0) for i in range(int(sys.argv[2]))]',
	'start=time.monotonic()',
	'for packet in packets: s.send(packet)',
	'print(time.monotonic()-start)',
].join('\n')

/** A flood of bad packets in a namespace, read from either source: what is lost, and whether that is known. */
export async function nflog() {
	benchTexts()
	const missing = labMissing()
	if (missing !== undefined) return note(`skipped: ${missing}`)
	const lab = await createLab('flood')
	try {
		await lab.write('net/netfilter/nf_conntrack_log_invalid', '6')
		for (const name of ['2', '10']) await lab.write(`net/netfilter/nf_log/${name}`, 'nfnetlink_log')
		await fromNflog(lab, TOOLS, 'NFLOG')
		const folder = smallSocket()
		await fromNflog(lab, `${folder}:${TOOLS}`, `NFLOG with a socket of ${2 * OLD_LIMIT} KiB`, Number.NaN)
		rmSync(folder, { recursive: true })
		await lab.write('net/netfilter/nf_log/2', 'nf_log_ipv4')
		await fromKernelLog(lab)
	} finally {
		await lab.dispose()
	}
}

/** The line of one packet, from what the kernel sends. */
function benchTexts() {
	const record = nflogRecord(2, SYN_FIN_ATTRIBUTES)
	const keep = createSlab()
	const keepLink = createRepeater()
	const arrival = { number: 1, at: 0, micros: 0, nameOf: () => 'eth0', keep, keepLink }
	const times = Array.from({ length: 7 }, () => {
		const start = performance.now()
		for (let index = 0; index < PACKETS; index++) {
			const said = parseNflogPacket(record, true)
			if (said !== undefined) nflogMessage(said, arrival)
		}
		return performance.now() - start
	})
	figure(`${PACKETS} messages to lines`, median(times), 'ms', 500)
}

async function flood(lab: Lab): Promise<number> {
	return Number(await lab.beside('/usr/bin/python3', '-c', FLOOD, lab.address, `${PACKETS}`))
}

async function counted(lab: Lab): Promise<number> {
	const rows = (await lab.inside('cat', '/proc/net/stat/nf_conntrack')).trim().split('\n').slice(1)
	return rows.reduce((sum, row) => sum + Number.parseInt(row.split(/\s+/)[4] ?? '', 16), 0)
}

async function fromNflog(lab: Lab, searchPath: string, name: string, limit = 0) {
	const reader = startLineChild([
		...(['ip', 'netns', 'exec', lab.netns, 'env', `SEARCH_PATH=${searchPath}`] as const),
		...[process.execPath, CHILD],
	])
	try {
		const started = JSON.parse(await reader.ask('count'))
		if (started.following !== true) return note(`skipped: ${JSON.stringify(started)}`)
		const memory = async () => Number(await reader.ask('memory')).toFixed(0)
		const before = await memory()
		const from = await counted(lab)
		const seconds = await flood(lab)
		const during = await memory()
		const { seen, lost } = JSON.parse(await reader.ask('stop'))
		const sent = (await counted(lab)) - from
		note(`${name}: ${sent} INVALID packets in ${seconds.toFixed(2)} s; seen ${seen}, lost ${lost}`)
		if (!Number.isNaN(limit)) figure('lost', lost, 'packets', limit)
		figure('seen and lost apart from sent', Math.abs(seen + lost - sent), 'packets', 0)
		note(
			`memory of the reading program: ${before} MB before, ${during} MB during, ${await memory()} MB after`,
		)
	} finally {
		await reader.end()
	}
}

/** tcpdump with the buffer that older kernels allow. */
function smallSocket(): string {
	const folder = mkdtempSync(join(tmpdir(), 'ctscope-bench-'))
	const path = join(folder, 'tcpdump')
	writeFileSync(
		path,
		`#!/bin/sh\nfor a; do shift; [ "$a" = 32768 ] && a=${OLD_LIMIT}; set -- "$@" "$a"; done\nexec /usr/bin/tcpdump "$@"\n`,
	)
	chmodSync(path, 0o755)
	return folder
}

async function fromKernelLog(lab: Lab) {
	const source = openKmsg()
	if (!source.ok) return note('skipped: no kernel log')
	const mine = `SRC=${lab.peerAddress} DST=${lab.address} `
	const before = readFileSync(ALL_NETNS, 'utf8')
	let seen = 0
	let others = 0
	let lost = 0
	const follower = await followKmsg(source.value, createClock(), (events) => {
		for (const event of events) {
			if (event.kind === 'gap') lost += event.lost
			else if (event.kind === 'record' && event.record.text.includes(mine)) seen += 1
			else others += 1
		}
	})
	try {
		writeFileSync(ALL_NETNS, '1\n')
		const from = await counted(lab)
		const seconds = await flood(lab)
		// The last line may be one of the lost: the next record shows the gap.
		await pause(500)
		writeFileSync('/dev/kmsg', 'ctscope bench: end\n')
		await pause(300)
		const printed = (await counted(lab)) - from
		const share = ((printed - seen) / printed) * 100
		note(
			`kernel log: ${printed} lines in ${seconds.toFixed(2)} s; seen ${seen}, lost ${lost}: ${share.toFixed(0)} %`,
		)
		figure('seen and lost apart from printed', Math.abs(seen + lost - printed), 'lines', others)
		note(`${others} records of others were seen meanwhile`)
	} finally {
		writeFileSync(ALL_NETNS, before)
		await follower.stop()
	}
}
