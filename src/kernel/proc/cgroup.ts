/** A container as the cgroup of its processes names it. */
export type Container = {
	/** `docker`, `podman`, `containerd`, `cri-o`, `lxc` ...; `container` where only an id is told. */
	readonly engine: string
	/** The first 12 characters of its id, or its name. */
	readonly id: string
	/** Uid of the Kubernetes pod; null outside of Kubernetes. */
	readonly pod: string | null
}

const ENGINES: readonly (readonly [pattern: RegExp, engine: string])[] = [
	[/(?:^|\/)docker[-/]([0-9a-f]{12,64})/, 'docker'],
	[/(?:^|\/)libpod-([0-9a-f]{12,64})/, 'podman'],
	[/(?:^|\/)cri-containerd-([0-9a-f]{12,64})/, 'containerd'],
	[/(?:^|\/)crio-(?:conmon-)?([0-9a-f]{12,64})/, 'cri-o'],
	[/(?:^|\/)nerdctl-([0-9a-f]{12,64})/, 'nerdctl'],
	[/(?:^|\/)(?:lxc\.payload\.|lxc\/)([\w.-]+)/, 'lxc'],
	[/(?:^|\/)machine-([\w.-]+)\.scope/, 'machined'],
]

/**
 * The container in the text of /proc/PID/cgroup, of cgroup v1 or v2, with either driver (systemd's slices, or plain
 * folders as kubelet's cgroupfs driver makes them); undefined for a process of the host itself.
 */
export function containerOf(text: string): Container | undefined {
	const paths = text.split('\n').map((line) => line.replace(/^\d*:[^:]*:/, ''))
	for (const path of paths) {
		const pod =
			/pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})/.exec(
				path,
			)?.[1]
		const uid = pod?.replaceAll('_', '-') ?? null
		for (const [pattern, engine] of ENGINES) {
			const id = pattern.exec(path)?.[1]
			if (id !== undefined) return { engine, id: id.slice(0, 12), pod: uid }
		}
		const bare = /\/([0-9a-f]{64})(?:\/|$)/.exec(path)?.[1]
		if (uid !== null || bare !== undefined)
			return { engine: 'container', id: bare?.slice(0, 12) ?? '', pod: uid }
	}
	return undefined
}
