import { visible } from '../../words/visible.ts'

/** One number, with what it is of. */
export type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number }

/** What is told under one name; a counter's name has no `_total` here. */
export type Family = {
	readonly name: string
	readonly type: 'counter' | 'gauge' | 'info'
	readonly help: string
	readonly samples: readonly Sample[]
}

/**
 * The families as text, those without a sample left out. `text`: Prometheus's text format 0.0.4, as node_exporter's textfile collector
 * takes it. `openmetrics`: OpenMetrics 1.0, which names the family of a counter without `_total`, knows infos, and has an end.
 */
export function exposition(families: readonly Family[], format: 'text' | 'openmetrics'): string {
	const lines = families
		.filter(({ samples }) => samples.length > 0)
		.flatMap(({ name, type, help, samples }) => {
			const sample = type === 'counter' ? `${name}_total` : type === 'info' ? `${name}_info` : name
			const [family, kind] =
				format === 'openmetrics' ? [name, type] : [sample, type === 'info' ? 'gauge' : type]
			return [
				`# HELP ${family} ${help}`,
				`# TYPE ${family} ${kind}`,
				...samples.map(({ labels, value }) => `${sample}${labelsOf(labels)} ${value}`),
			]
		})
	return [...lines, ...(format === 'openmetrics' ? ['# EOF'] : [])].join('\n')
}

/** Names and rules come from anywhere: made visible first, then quoted as both formats want it. */
function labelsOf(labels: Readonly<Record<string, string>>): string {
	const parts = Object.entries(labels).map(
		([name, value]) => `${name}="${visible(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`,
	)
	return parts.length === 0 ? '' : `{${parts.join(',')}}`
}
