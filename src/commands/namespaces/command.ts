import { intervalOption } from '../common/command-options.ts'
import { inNetns, onHost, subcommand } from '../common/subcommand.ts'

const EPILOGUE = `
Example:
  ctscope namespaces --interval 10         rates over ten seconds`

export const namespaces = () =>
	subcommand(
		onHost('namespaces', 'list all network namespaces with what conntrack counts in each; changes nothing')
			.option('--json', 'print JSON')
			.addOption(intervalOption('time between the two readings that are compared'))
			.addHelpText('after', EPILOGUE),
		(given) =>
			inNetns(given, async (common) => {
				const { runNamespaces } = await import('./namespaces.ts')
				return runNamespaces({ ...common, json: given.json === true, intervalMs: given.interval })
			}),
	)
