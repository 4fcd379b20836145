import * as english from '../../words/english/commands/rules.ts'
import { inNetns, onHost, subcommand } from '../common/subcommand.ts'

const EPILOGUE = english.exampleCtscopeFlowTcp10

export const flow = () =>
	subcommand(
		onHost('flow', english.joinEntrySocketAndRules)
			.argument('<words...>', english.protocolSourcePortDestinationPort)
			.option('--json', english.printJson)
			.addHelpText('after', EPILOGUE),
		(given, [words]) =>
			inNetns(given, async (common) =>
				(await import('./flow.ts')).runFlow({ ...common, words, json: given.json === true }),
			),
	)
