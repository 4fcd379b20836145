import type { Overview } from './hosts.ts'

/** Reports of hosts as `read --json` has them: `label` is the name of a host in `causes`, and no number is a sum over hosts. */
export function reportsJson({ hosts, causes, nothing, unknown }: Overview): object {
	return {
		hosts: hosts.map(({ name, ...host }) => ({ ...host, file: name, unknown: host.unknown ?? null })),
		causes: causes.map(({ id, title, at }) => ({
			id,
			title,
			at: at.map(({ host, confidence, share }) => ({ host: host.label, confidence, share })),
		})),
		nothing: nothing.map(({ label }) => label),
		unknown: unknown.map(({ label }) => label),
	}
}
