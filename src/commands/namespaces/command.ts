import * as english from '../../words/english/commands/status.ts'
import { intervalOption } from '../common/command-options.ts'
import { inNetns, onHost, subcommand } from '../common/subcommand.ts'

const EPILOGUE = english.exampleCtscopeNamespacesInterval10

export const namespaces = () =>
	subcommand(
		onHost('namespaces', english.listAllNetworkNamespaces)
			.option('--json', english.printJson)
			.addOption(intervalOption(english.timeBetweenTheTwoReadings))
			.addHelpText('after', EPILOGUE),
		(given) =>
			inNetns(given, async (common) => {
				const { runNamespaces } = await import('./namespaces.ts')
				return runNamespaces({ ...common, json: given.json === true, intervalMs: given.interval })
			}),
	)
