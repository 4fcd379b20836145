import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sentencesIn } from './sentences.ts'

const SRC = join(import.meta.dirname, '../../src')

/**
 * Rooms that speak to people through the catalogue (src/words/english). What is written about kernel messages and call sites
 * is a table by message already (src/reasons), as are the stories of the practices.
 */
const ROOMS = [
	...['app', 'ui', 'plain', 'recording', 'investigation', 'changes', 'guard', 'host', 'commands'],
	...['model', 'ports'],
]

/** Words of errors that the code itself answers, or that only a fault of this program could show. */
const NEVER_SEEN = new Set([
	'the first record of a lease did not make one',
	'\uE000 changes while it is read',
	'useModel needs a FramesContext',
])

const FILES = [
	'cli.ts',
	...ROOMS.flatMap((room) =>
		readdirSync(join(SRC, room), { recursive: true, encoding: 'utf8' })
			.filter((name) => /\.tsx?$/.test(name))
			.map((name) => join(room, name)),
	),
]

test.each(FILES)('src/%s has no sentence for people: they are in src/words/english', (file) => {
	const found = sentencesIn(file, readFileSync(join(SRC, file), 'utf8'))
	expect(found.filter(({ text }) => !NEVER_SEEN.has(text))).toEqual([])
})

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: code as it stands in a file
test.each([
	['a sentence', "say('This session only reads.')", 1],
	['one beside a value', 'say(`${count} packets`)', 1],
	['two in one', "say(`${count} packets${isLost ? ', some were lost' : ''}`)", 2],
	['a key and a type', "const a: { 'two words': 'or three' } = { 'two words': x }", 0],
	['what is looked for', "line.includes('conntrack is full')", 0],
	['what a shell reads', 'const a = `sysctl -w ${name}=1`', 0],
	['one that begins as a command does', "say('list all namespaces; changes nothing (--netns)')", 1],
	['one that begins with a tool', "say('setpriv is not installed: see --help')", 1],
	['our name in front', 'say(`ctscope: nothing was done; see ctscope --help`)', 1],
	['what a text is replaced by', "text.replace(/u/, 'press undo now')", 1],
	['lines that are joined', "['This is it.', 'And this.'].join('\\n')", 2],
	['what a rule says', "const a = 'type filter hook input priority 0; policy accept;'", 0],
	['a path', "const a = '/proc/sys/net'", 0],
	['text between tags', 'const a = <Text>no packet so far</Text>', 1],
	['text between tags, beside a value', 'const a = <Text>packets {count} were lost</Text>', 2],
	['a word between tags, beside a value', 'const a = <Text>{count} packets</Text>', 1],
	['signs between tags', 'const a = <Text> / {count} </Text>', 0],
	['what a part of the screen is given', 'const a = <Pane title="no packet so far" />', 1],
	['a word that a part of the screen is given', '<Box flexDirection="column" borderStyle="single" />', 0],
	['an error that is thrown', "throw new Error('the guard has not answered')", 1],
	['an error with a value', 'throw new TypeError(`${path} cannot be read`)', 1],
	['what comes after another text', "say('lost: ' + 'the log was too fast')", 1],
	['one of a table', "const TITLES = { lost: 'the log was too fast' }", 1],
	['what stands in for a missing one', "const a = title ?? 'no title was given'", 1],
	['what a function gives', "const why = () => 'the log was too fast'", 1],
])('%s', (_, code, count) => {
	expect(sentencesIn('a.tsx', code)).toHaveLength(count)
})
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above
