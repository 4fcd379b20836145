export const TOOLS = ['conntrack', 'nft', 'iptables', 'tcpdump', 'setpriv'] as const
export type Tool = (typeof TOOLS)[number]

export type Netns = {
	readonly inode: number
	/** `init`, the name or pid that was asked for, or `net:[INODE]`. */
	readonly name: string
	readonly initial: boolean
}

export type HostFacts = {
	readonly hostname: string
	/** uname -r */
	readonly kernel: string
	readonly netns: Netns
	readonly user: { readonly uid: number; readonly name: string; readonly sudoUser: string | null }
	/** PID 1 is systemd, so a guard can be a service and a timer can stand behind it. */
	readonly systemd: boolean
	readonly capNetAdmin: boolean
	/** Version as the tool prints it, or null when it is not installed. */
	readonly tools: Readonly<Record<Tool, string | null>>
	/** Not in recordings of earlier versions. */
	readonly probes?: ProbesHere
	/** Why a part of the kernel cannot be seen, in words with the remedy; empty when all is there. */
	readonly missing: readonly MissingThing[]
}

/** Whether kernel probes can be set here. */
export type ProbesHere = {
	readonly canBe: boolean
	/** tracefs is mounted with the first of them, as a change of its own. Not in recordings of earlier versions. */
	readonly needsMount?: boolean
	/** The kernel describes its types (BTF), so that packets and network namespaces can be read, and not the texts alone. */
	readonly tellsPackets: boolean
	/** All that stands in their way or makes them tell less. */
	readonly says: readonly string[]
}

export type MissingThing = { readonly what: string; readonly why: string; readonly next: string }
