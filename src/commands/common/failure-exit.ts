import * as english from '../../words/english/commands/common.ts'
import { describe, type Failure } from '../../words/failure.ts'
import { visible } from '../../words/visible.ts'
import { EXIT } from './options.ts'

/** Exit status that belongs to a failure before anything was changed. */
export function exitOf(failure: Failure): number {
	switch (failure.kind) {
		case 'usage':
			return EXIT.usage
		case 'busy':
			return EXIT.held
		case 'conflict':
			return EXIT.conflict
		default:
			return EXIT.refused
	}
}

/** A failure as one line for stderr: what is the matter, and what can be done. */
export function failureLine(failure: Failure): string {
	const { title, detail, next } = describe(failure)
	const what = failure.kind === 'usage' ? detail : `${title}: ${detail}`
	return visible(next === '' ? english.ctscope(what) : `ctscope: ${what}; ${next}`)
}

/** Tells on stderr why something was not done; the answer is the exit status. */
export function refused(failure: Failure): number {
	process.stderr.write(`${failureLine(failure)}\n`)
	return exitOf(failure)
}

/** What the options or arguments leave open, told as commander tells what is wrong with them; the answer is the exit status. */
export function wrongUse(text: string): number {
	process.stderr.write(errorLine(text))
	return EXIT.usage
}

/** What commander has to say, as one line: what is wrong and what to do. The admin's own words in it are made harmless. */
export function errorLine(text: string): string {
	const message = visible(
		text
			.trim()
			.replace(/^error: /, '')
			.replace("missing required argument 'command'", english.whichCommandGiveItAs)
			.replace(/'? is invalid\. give /, (found) => found.replace('. give', ': give'))
			.replace(
				/^command-argument value '(.*)' is invalid for argument '(\S+)'\. Allowed choices are (.*?)\.+$/s,
				(_, given: string, name: string, choices: string) => english.isNoOneOf(given, name, choices),
			)
			.replace(
				/^option '(\S+).*' argument '(.*)' is invalid\. Allowed choices are (.*?)\.+$/s,
				(_, name: string, given: string, choices: string) => english.isNoOneOf(given, name, choices),
			)
			.replace(/\. Expected 0 arguments but got \d+: (.*)\.$/s, english.itTakesNone)
			.replace(/\. Expected 1 argument but got \d+: (.*)\.$/s, english.itTakesOne)
			.replaceAll(/\s*\n\s*/g, ' '),
	)
	return message.includes('ctscope ') ? english.ctscope2(message) : english.seeCtscopeHelp(message)
}
