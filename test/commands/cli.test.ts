import { describe, expect, test } from 'vitest'
import { commandLine } from '../../src/commands/command-line.ts'
import { ctscope } from '../harness/program/program.ts'

test.each<[string, string[], RegExp]>([
	['an unknown subcommand', ['bogus'], /unknown command 'bogus'; see ctscope --help/],
	['one with words behind it', ['exlpain', 'tcp'], /unknown command 'exlpain'; see ctscope --help/],
	['an unknown option', ['status', '--bogus'], /unknown option '--bogus'/],
	[
		'run without a command',
		['run', '--protocol', 'tcp'],
		/which command\? give it as: ctscope run -- COMMAND$/m,
	],
	['nothing to switch on', ['run', '--protocol', 'none', '--', 'true'], /give --printk WHAT too/],
	[
		'packets without reasons',
		['run', '--protocol', 'none', '--printk', 'f', '--capture', '/tmp/x', '--', 'true'],
		/--capture needs reasons/,
	],
	[
		'call sites through NFLOG',
		['run', '--protocol', 'none', '--printk', 'f', '--source', 'nflog', '--', 'true'],
		/print to the kernel log/,
	],
	[
		'a call site that is an option',
		['run', '--printk', '-x', '--', 'true'],
		/FILE:LINE, FILE:FUNCTION or proposed/,
	],
	['a console level that is none', ['run', '--console-level', '9', '--', 'true'], /a number from 1 to 8/],
	['a protocol that is none', ['run', '--protocol', 'x', '--', 'true'], /give all, none, tcp, udp/],
	['a time that is too long', ['run', '--ttl', '9h', '--', 'true'], /1m to 4h/],
	[
		'a rate that is none',
		['run', '--max-rate', 'many', '--', 'true'],
		/lines a second from 1 to 100000, or 0/,
	],
	[
		'a rate of the screen below none',
		['--max-rate', '-1'],
		/lines a second from 1 to 100000, or 0 for never/,
	],
	['a file that is an option', ['run', '--json', '--', 'true'], /give a path, as \.\/NAME/],
	['a source that is none', ['run', '--source', 'syslog', '--', 'true'], /give auto, probe \(kernel probes/],
	[
		'one protocol by probes',
		['run', '--source', 'probe', '--protocol', 'tcp', '--', 'true'],
		/kernel probes report every protocol/,
	],
	[
		'a capture by probes',
		['run', '--source', 'probe', '--capture', 'x', '--', 'true'],
		/--capture takes --source nflog/,
	],
	['a source of the screen that is none', ['--source', 'x'], /give auto, probe/],
	['a capture that is an option', ['run', '--capture', '--', 'true'], /give a path, as \.\/NAME/],
	['explain of nothing', ['explain'], /explain what\? give a log line/],
	['explain of one and of all', ['explain', 'invalid rst', '--list'], /or --list/],
	['explain of a host', ['--netns', 'x', 'explain', 'invalid rst'], /explain looks at no host/],
	['parse of two', ['parse', 'a', 'b\x1b[2J'], /for 'parse', it takes one: a, b\\x1b\[2J; see/],
	['parse of a host', ['--netns', 'x', 'parse', '-'], /parse looks at no host: leave out --netns/],
	['an empty state directory', ['status', '--state-dir', ''], /give a path/],
	['one word too many', ['status', 'x\x1b]0;y\x07'], /for 'status', it takes none: x\\x1b\]0;y\\x07; see/],
	['a namespace of another kind', ['status', '--netns', '/proc/self/ns/mnt'], /is not a network namespace/],
	['no such namespace for revert', ['revert', '--all', '--netns', 'no-such'], /no network namespace no-such/],
	['no lease', ['revert', '--lease', '../../etc'], /"\.\.\/\.\.\/etc" is not a lease/],
	['the half that is for itself', ['run-inside'], /use: ctscope run --netns NAME -- COMMAND/],
	['an interval of nothing', ['watch', '--interval', '0'], /0\.1 to 3600/],
	['no readings', ['watch', '--count', '0'], /from 1 on/],
	['the screen without a terminal', ['tui'], /needs a terminal.*ctscope status/],
	['revert of nothing', ['revert'], /either --lease ID or --all/],
	['revert of both', ['revert', '--all', '--lease', 'X'], /either --lease ID or --all/],
	[
		'no such namespace',
		['--netns', 'no-such-namespace', 'status'],
		/no network namespace no-such-namespace; give a name/,
	],
	[
		'no such practice',
		['practice', 'foo\x1b[2J'],
		/^ctscope: 'foo\\x1b\[2J' is no scenario: give one of scan, asymmetric, .*, nat; see ctscope --help\n$/,
	],
	['a flow that is none', ['flow', 'foo'], /give PROTOCOL SOURCE\[:PORT\]/],
	['a zone that is none', ['flow', '--zone', '65536', 'tcp', '1.2.3.4:1', '1.2.3.5:2'], /from 0 to 65535/],
	[
		'an ICMP id of TCP',
		['flow', '--icmp-id', '1', 'tcp', '1.2.3.4:1', '1.2.3.5:2'],
		/--icmp-id is for ICMP, and this flow is tcp/,
	],
	[
		'the end of an entry of one zone',
		['flow', '--for', '1m', '--zone', '1', 'tcp', '1.2.3.4:1', '1.2.3.5:2'],
		/--for does not work with --zone/,
	],
	[
		'namespaces of COMMAND by a source of one namespace',
		['run', '--netns-of-command', '--source', 'nflog', '--', 'true'],
		/--netns-of-command takes kernel probes: leave out --source nflog/,
	],
	['an expectation without a number', ['run', '--expect', 'tcp-rst', '--', 'true'], /such as tcp-rst=4/],
	['one of a reason that is none', ['run', '--expect', 'tcp-rts=4', '--', 'true'], /similar: tcp-rst/],
	['a listing that is not there', ['rules', '/nonexistent/a'], /a cannot be read: there is no such file\n/],
	['no such namespace, behind', ['watch', '--netns', '/etc/passwd'], /not a network namespace/],
	[
		'no such namespace for run',
		['run', '--netns', 'no-such-namespace', '--', 'true'],
		/no network namespace/,
	],
])('%s: one line on stderr, status 1', async (_name, args, says) => {
	const ran = await ctscope(args)
	expect(ran.exitCode).toBe(1)
	expect(ran.stdout).toBe('')
	expect(ran.stderr).toMatch(says)
	expect(ran.stderr).toMatch(/^ctscope: [^\n]+\n$/)
})

test.each(
	[
		['--help'],
		['run', '--help'],
		['help', 'watch'],
		['parse', '--help'],
		['explain', '--help'],
		['--version'],
	].map((args) => [args.join(' '), args]),
)('%s goes to stdout, status 0', async (_name, args) => {
	const ran = await ctscope(args as string[])
	expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
	expect(ran.stdout).not.toMatch(/run-inside|guard/)
	for (const line of ran.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})

const pipe = (script: string) => ['bash', '-c', `set -o pipefail; "$@" ${script}`, 'bash']

test.each([
	['status', '--json'],
	['doctor'],
	['watch', '--interval', '0.1'],
	['revert', '--all'],
	['--help'],
])('a full disk is an error: %s', async (...args) => {
	const ran = await ctscope([...args, '--state-dir', '/tmp/ctscope-none'], { under: pipe('>/dev/full') })
	expect(ran).toMatchObject({
		exitCode: 1,
		stderr: 'ctscope: standard output cannot be written: the disk is full (ENOSPC)\n',
	})
})

test.each([['status'], ['watch', '--interval', '0.1']])('a closed pipe is no error: %s', async (...args) => {
	// Whatever another session of this host has in force is none of this one's.
	const ran = await ctscope([...args, '--state-dir', '/tmp/ctscope-none'], { under: pipe('| head -1') })
	expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
	expect(ran.stdout.split('\n')).toHaveLength(2)
})

test.each<[string, string[], number, string]>([
	['a directory', ['/tmp'], 126, 'ctscope: /tmp is a directory; nothing was changed\n'],
	['no name', [''], 127, "ctscope: '' was not found; nothing was changed\n"],
	['escape sequences', ['./x\x1b[2J'], 127, 'ctscope: ./x\\x1b[2J was not found; nothing was changed\n'],
])('a command that is %s', async (_name, command, exitCode, stderr) => {
	expect(await ctscope(['run', '--', ...command])).toMatchObject({ exitCode, stderr, stdout: '' })
})

test.each<[string, string[], string]>([
	['a reason by its id', ['explain', 'tcp-flags'], 'invalid tcp flag combination'],
	['words without quotes', ['explain', 'invalid', 'rst'], 'invalid rst'],
	['an option behind the words', ['explain', 'invalid', 'rst', '--json'], '"invalid rst'],
	['a log from standard input', ['parse'], ''],
])('offline, without looking at the host: %s', async (_name, args, says) => {
	// No /proc, no conntrack, no root: as on another system.
	const under = [
		'unshare',
		'--mount',
		'--pid',
		'--fork',
		'sh',
		'-c',
		'umount -l /proc 2>/dev/null; exec "$@"',
		'sh',
	]
	const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
	const ran = await ctscope(args, process.getuid?.() === 0 ? { under: [...under, ...nobody] } : {})
	expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
	expect(ran.stdout).toContain(says)
})

test('every help fits a terminal of 80 columns', () => {
	const wide = commandLine().commands.flatMap((command) =>
		[command, ...command.commands].flatMap((one) => {
			let text = ''
			one.configureOutput({
				writeOut: (part) => {
					text += part
				},
				getOutHelpWidth: () => 80,
			})
			one.outputHelp()
			return text.split('\n').filter((line) => line.length > 80)
		}),
	)
	expect(wide).toEqual([])
})

/** What the kernel asks for is gone; files of root can be read as before, wherever the checkout lies. */
const withoutRights = ['setpriv', '--bounding-set=-all', '--inh-caps=-all']

describe.skipIf(process.getuid?.() !== 0)('without root: one sentence, and status 2', () => {
	test.each([
		[
			'trace',
			['trace'],
			/^ctscope: not permitted: .* needs root \(CAP_NET_ADMIN\); run it with sudo, or as root\n$/,
		],
		['practice', ['practice'], /^ctscope: not permitted: .* run it with sudo, or as root\n$/],
		['rules', ['rules'], /^ctscope: not permitted: .* run it with sudo, or as root\n$/],
		[
			'flow',
			['flow', 'tcp', '192.0.2.1:1', '192.0.2.2:2'],
			/^ctscope: no answer about this flow, because this could not be read: the connection table \(not permitted: .*\n$/,
		],
	])('%s', async (_name, args, says) => {
		const ran = await ctscope(args as string[], { under: withoutRights })
		expect(ran).toMatchObject({ exitCode: 2, stdout: '' })
		expect(ran.stderr).toMatch(says as RegExp)
		expect(ran.stderr).not.toMatch(/\\x0a|exited/)
	})
})

test('COLUMNS is the width of text and of the help, and status stays unwrapped in a pipe', async () => {
	const env = { COLUMNS: '50' }
	const explained = await ctscope(['explain', 'invalid rst'], { env })
	for (const line of explained.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(50)
	const narrow = await ctscope(['explain', '--help'], { env })
	const wide = await ctscope(['explain', '--help'], { env: { COLUMNS: '200' } })
	expect(narrow.stdout.split('\n').length).toBeGreaterThan(wide.stdout.split('\n').length)
	const status = await ctscope(['status', '--state-dir', '/tmp/ctscope-none'], { env })
	expect(Math.max(...status.stdout.split('\n').map((line) => line.length))).toBeGreaterThan(50)
})
