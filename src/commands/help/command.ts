import { Command } from '@commander-js/extra-typings'
import * as english from '../../words/english/help/command.ts'
import { beside, columnsOf } from '../../words/paragraph.ts'
import { wrongUse } from '../common/failure-exit.ts'
import { EXIT } from '../common/options.ts'
import { print } from '../common/output.ts'
import { subcommand } from '../common/subcommand.ts'

const NAMES = Object.keys(english.TOPIC_SUMMARIES).join(', ')
const LIST = Object.entries(english.TOPIC_SUMMARIES)
	.map(([name, summary]) => `  ${name.padEnd(13)}${summary}`)
	.join('\n')

const isTopic = (word: string): word is english.TopicName => Object.hasOwn(english.TOPIC_SUMMARIES, word)

/** The help of the program, of a subcommand, or about a topic that belongs to none of them. */
export const help = () => {
	const command = new Command('help')
		.description(english.printTheHelpOfA)
		.argument('[topic]', english.aSubcommandOrATopic(NAMES))
		.addHelpText('after', english.exampleCtscopeHelp(LIST))
	return subcommand(command, async (_given, [asked]) => {
		const program = command.parent
		const about = asked === undefined ? program : program?.commands.find((one) => one.name() === asked)
		if (about) about.outputHelp()
		else if (asked !== undefined && isTopic(asked)) {
			const { textOf } = await import('./topic-text.ts')
			const columns = columnsOf(process.stdout)
			print(textOf(asked, (head, text) => beside(head, text, columns)))
		} else return wrongUse(english.noHelpFor(asked ?? '', NAMES))
		return EXIT.ok
	})
}
