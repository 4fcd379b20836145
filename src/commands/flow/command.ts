import { inNetns, onHost, subcommand } from '../common/subcommand.ts'

const EPILOGUE = `
Example:
  ctscope flow tcp 10.0.3.7:51022 10.0.0.7:443`

export const flow = () =>
	subcommand(
		onHost('flow', 'join entry, socket and rules of one flow, and say what follows; changes nothing')
			.argument('<words...>', 'PROTOCOL SOURCE[:PORT] DESTINATION[:PORT], or a packet line')
			.option('--json', 'print JSON')
			.addHelpText('after', EPILOGUE),
		(given, [words]) =>
			inNetns(given, async (common) =>
				(await import('./flow.ts')).runFlow({ ...common, words, json: given.json === true }),
			),
	)
