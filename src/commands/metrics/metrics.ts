import { describe } from '../../words/failure.ts'
import { refused } from '../common/failure-exit.ts'
import { lookAt } from '../common/look-at.ts'
import { type CommonOptions, EXIT } from '../common/options.ts'
import { print, sayBeside } from '../common/output.ts'
import { VERSION } from '../common/version.ts'
import { exposition } from './exposition.ts'
import { familiesOf } from './families.ts'

export type MetricsOptions = CommonOptions & {
	readonly rules: boolean
	readonly openMetrics: boolean
}

/** Prints one reading for a scraper. 2 and no metrics where not even the counters could be read: an old file is better than half a one. */
export async function runMetrics(options: MetricsOptions): Promise<number> {
	const observer = lookAt(options)
	const [facts, counters, settings, namespaces, leases, rules] = await Promise.all([
		observer.facts(),
		observer.counters(),
		observer.settings(),
		observer.namespaces('counters'),
		observer.leases(),
		options.rules ? observer.rules() : undefined,
	])
	if (!counters.ok) return refused(counters.failure)
	for (const one of [settings, namespaces, rules])
		if (one?.ok === false) {
			const { detail, next } = describe(one.failure)
			sayBeside(next === '' ? detail : `${detail}; ${next}`)
		}
	print(
		exposition(
			familiesOf({
				version: VERSION,
				facts,
				counters: counters.value,
				settings: settings.ok ? settings.value : undefined,
				namespaces: namespaces.ok ? namespaces.value.rows : [],
				leases,
				rules: rules?.ok === true ? rules.value : undefined,
			}),
			options.openMetrics ? 'openmetrics' : 'text',
		),
	)
	return EXIT.ok
}
