import { type Command, command } from '../state/command.ts'
import type { State } from '../state/state.ts'

const notReplayed = ({ replay }: State): string | undefined =>
	replay === undefined ? 'this is no recording' : undefined

/** While a recording is played (`ctscope replay`). They stay out of the footer: the screen is to look as it did. */
export const REPLAY_COMMANDS: readonly Command[] = [
	command('replay-pause', {
		keys: ['p'],
		title: 'Hold the recording, or let it go on',
		unless: notReplayed,
		does: { type: 'replay-pause' },
	}),
	command('replay-faster', {
		keys: ['+'],
		title: 'Play the recording twice as fast',
		unless: notReplayed,
		does: { type: 'replay-speed', by: 1 },
	}),
	command('replay-slower', {
		keys: ['-'],
		title: 'Play the recording half as fast',
		unless: notReplayed,
		does: { type: 'replay-speed', by: -1 },
	}),
	command('replay-next', {
		keys: ['.'],
		title: 'Jump to the next thing that was done or changed in the recording',
		unless: notReplayed,
		does: { type: 'replay-next' },
	}),
]
