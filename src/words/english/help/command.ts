// Sentences for people, by the file that says them.

// commands/help/command.ts
export const printTheHelpOfA = 'print the help of a subcommand or about a topic'
export const aSubcommandOrATopic = (topics: string): string => `a subcommand, or a topic: ${topics}`
export const noHelpFor = (topic: string, topics: string): string =>
	`no help for '${topic}': it is neither a subcommand nor one of the topics ${topics}; see ctscope --help`
export const exampleCtscopeHelp = (topics: string): string => `
Topics:
${topics}

Examples:
  ctscope help run
  ctscope help exit-status`

/** One line for each topic, by the word that is typed. */
export const TOPIC_SUMMARIES = {
	'exit-status': 'what each exit status means',
	environment: 'which environment variables are read, and which are removed',
	sources: 'where the reasons of INVALID packets come from (--source)',
	safety: 'what is changed, for how long, and how it is put back',
	json: 'what --json prints, and which parts of it are stable',
} as const

export type TopicName = keyof typeof TOPIC_SUMMARIES
