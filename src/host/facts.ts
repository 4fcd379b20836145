import { statSync } from 'node:fs'
import { hostname, release, userInfo } from 'node:os'
import { type HostFacts, TOOLS, type Tool } from '../model/host-facts.ts'
import * as english from '../words/english/host/host.ts'
import { visible } from '../words/visible.ts'
import { missingThings } from './missing.ts'
import { conntrackRefusal, NETLINK_MODULE, type WouldLoad } from './modules/would-load.ts'
import { currentNetns } from './netns/netns.ts'
import { hasCapability } from './netns/netns-enter.ts'
import { exists } from './tools/proc-fs.ts'
import { toolAnswer } from './tools/tool-answer.ts'
import type { ToolPath } from './tools/tool-path.ts'
import { probesHere } from './trace/tracefs.ts'

const CAP_NET_ADMIN = 12
const PROBE_MS = 2_000

export type FactsOptions = {
	readonly tools: ToolPath
	readonly netns: string | undefined
	readonly wouldLoad: WouldLoad
}

export async function readFacts({ tools, netns, wouldLoad }: FactsOptions): Promise<HostFacts> {
	const isSilent = await wouldLoad(NETLINK_MODULE)
	const versions = await Promise.all(
		TOOLS.map((tool) => toolVersion(tools, tool, isSilent && OPENS_NETLINK.has(tool))),
	)
	const known = Object.fromEntries(TOOLS.map((tool, index) => [tool, versions[index] ?? null]))
	const facts = {
		hostname: visible(hostname()),
		kernel: visible(release()),
		netns: currentNetns(netns),
		user: { uid: process.getuid?.() ?? -1, name: userName(), sudoUser: sudoUser() },
		// What sd_booted(3) asks.
		systemd: exists('/run/systemd/system'),
		capNetAdmin: hasCapability(CAP_NET_ADMIN),
		tools: known as Record<Tool, string | null>,
		probes: probesHere(),
	}
	return { ...facts, missing: missingThings(facts, await conntrackRefusal(wouldLoad)) }
}

const VERSION_OPTION: Readonly<Record<Tool, string>> = {
	conntrack: '--version',
	nft: '--version',
	iptables: '--version',
	tcpdump: '--version',
	setpriv: '--version',
}

/** These open a socket of netfilter before they say their version (measured: conntrack 1.4.7, nft 1.0.6, iptables-nft 1.8.9). */
const OPENS_NETLINK: ReadonlySet<Tool> = new Set(['conntrack', 'nft', 'iptables'])
const NOT_ASKED = english.installedNotAskedForIts(NETLINK_MODULE)

type Said = { readonly file: string; readonly version: string }

/** What each program has said: it is asked again once it is another file, since each start costs more than a refresh of the screen. */
const SAID = new WeakMap<ToolPath, Map<string, Said>>()

/** First line of what the tool says; `installed` when it is there and says nothing; null when it is not there. */
async function toolVersion(tools: ToolPath, tool: Tool, wouldLoad: boolean): Promise<string | null> {
	const program = tools.find(tool)
	if (program === undefined) return null
	if (wouldLoad) return NOT_ASKED
	const said = SAID.get(tools) ?? new Map<string, Said>()
	SAID.set(tools, said)
	const file = identityOf(program)
	const known = said.get(program)
	if (known !== undefined && known.file === file) return known.version
	const version = await askVersion(tools, tool, program)
	if (file !== undefined && version !== SILENT) said.set(program, { file, version })
	return version
}

/** Undefined where it is gone meanwhile. */
function identityOf(program: string): string | undefined {
	const stat = statSync(program, { throwIfNoEntry: false, bigint: true })
	return stat && [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(' ')
}

const SILENT = 'installed'

async function askVersion(tools: ToolPath, tool: Tool, program: string): Promise<string> {
	const limits = { timeoutMs: PROBE_MS, maxBuffer: 10_000 }
	const done = await toolAnswer(tools, program, [VERSION_OPTION[tool]], limits)
	if (done.exitCode === undefined) return SILENT
	const line = `${done.stdout}\n${done.failed ? '' : done.stderr}`
		.split('\n')
		.find((one) => one.trim() !== '')
	return line === undefined ? SILENT : visible(line.trim()).slice(0, 80)
}

function userName(): string {
	try {
		return visible(userInfo().username)
	} catch {
		return english.uid(process.getuid?.() ?? -1)
	}
}

function sudoUser(): string | null {
	const name = process.env.SUDO_USER
	return name === undefined || name === '' ? null : visible(name).slice(0, 64)
}
