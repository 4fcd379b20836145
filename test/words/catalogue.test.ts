import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sentencesIn } from './sentences.ts'

const SRC = join(import.meta.dirname, '../../src')

/**
 * Rooms that speak to people through the catalogue (src/words/english). What is written about kernel messages and call sites
 * is a table by message already (src/reasons), as are the stories of the practices.
 */
const ROOMS = ['app', 'ui', 'plain', 'recording', 'investigation', 'changes', 'guard', 'host', 'commands']

const FILES = ROOMS.flatMap((room) =>
	readdirSync(join(SRC, room), { recursive: true, encoding: 'utf8' })
		.filter((name) => /\.tsx?$/.test(name))
		.map((name) => join(room, name)),
)

test.each(FILES)('src/%s has no sentence for people: they are in src/words/english', (file) => {
	expect(sentencesIn(file, readFileSync(join(SRC, file), 'utf8'))).toEqual([])
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
])('%s', (_, code, count) => {
	expect(sentencesIn('a.ts', code)).toHaveLength(count)
})
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above
