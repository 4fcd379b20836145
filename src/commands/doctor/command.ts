import { inNetns, onHost, subcommand } from '../common/subcommand.ts'

const EPILOGUE = `
Example:
  ctscope doctor --netns web`

export const doctor = () =>
	subcommand(
		onHost('doctor', 'tell what is missing on this host, and whether a reason line can reach us')
			.option('--json', 'print JSON')
			.addHelpText('after', EPILOGUE),
		(given) =>
			inNetns(given, async (common) =>
				(await import('./doctor.ts')).runDoctor({ ...common, json: given.json === true }),
			),
	)
