import * as english from '../../words/english/commands/status.ts'
import { inNetns, onHost, subcommand } from '../common/subcommand.ts'

const EPILOGUE = english.exampleCtscopeDoctorNetnsWeb

export const doctor = () =>
	subcommand(
		onHost('doctor', english.tellWhatIsMissingOn)
			.option('--json', english.printJson)
			.addHelpText('after', EPILOGUE),
		(given) =>
			inNetns(given, async (common) =>
				(await import('./doctor.ts')).runDoctor({ ...common, json: given.json === true }),
			),
	)
