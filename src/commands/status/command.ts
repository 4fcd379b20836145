import * as english from '../../words/english/commands/status.ts'
import { inNetns, onHost, subcommand } from '../common/subcommand.ts'

type Given = { readonly netns?: string; readonly stateDir?: string; readonly json?: true }

export const tellStatus = (given: Given): Promise<number> =>
	inNetns(given, async (common) =>
		(await import('./status.ts')).runStatus({ ...common, json: given.json === true }),
	)

export const status = () =>
	subcommand(onHost('status', english.printWhatIsSetWhat).option('--json', english.printJson), tellStatus)
