import * as english from '../../words/english/commands/status.ts'
import { inNetns, onHost, subcommand } from '../common/subcommand.ts'

export const metrics = () =>
	subcommand(
		onHost('metrics', english.printMetrics)
			.option('--rules', english.withRules)
			.option('--openmetrics', english.asOpenMetrics)
			.addHelpText('after', english.exampleOfMetrics),
		(given) =>
			inNetns(given, async (common) => {
				const { runMetrics } = await import('./metrics.ts')
				return runMetrics({
					...common,
					rules: given.rules === true,
					openMetrics: given.openmetrics === true,
				})
			}),
	)
