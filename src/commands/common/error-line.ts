import { visible } from '../../words/visible.ts'

/** What commander has to say, as one line: what is wrong and what to do. The admin's own words in it are made harmless. */
export function errorLine(text: string): string {
	const message = visible(
		text
			.trim()
			.replace(/^error: /, '')
			.replace("missing required argument 'command'", 'which command? give it as: ctscope run -- COMMAND')
			.replace(/'? is invalid\. give /, (found) => found.replace('. give', ': give'))
			.replace(/\. Expected 0 arguments but got \d+: (.*)\.$/s, ', it takes none: $1')
			.replace(/\. Expected 1 argument but got \d+: (.*)\.$/s, ', it takes one: $1')
			.replaceAll(/\s*\n\s*/g, ' '),
	)
	return message.includes('ctscope ') ? `ctscope: ${message}\n` : `ctscope: ${message}; see ctscope --help\n`
}
