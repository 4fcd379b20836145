import { expect, test, vi } from 'vitest'
import { ctscope } from '../harness/program.ts'

vi.setConfig({ testTimeout: 60_000 })

test.each<[string, string[], RegExp]>([
	['an unknown subcommand', ['bogus'], /unknown command 'bogus'; see ctscope --help/],
	['an unknown option', ['status', '--bogus'], /unknown option '--bogus'/],
	['run without a command', ['run', '--protocol', 'tcp'], /missing required argument 'command'/],
	['a protocol that is none', ['run', '--protocol', 'x', '--', 'true'], /give all, tcp, udp/],
	['a time that is too long', ['run', '--ttl', '9h', '--', 'true'], /1m to 4h/],
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
	[['--help'], ['run', '--help'], ['help', 'watch'], ['--version']].map((args) => [args.join(' '), args]),
)('%s goes to stdout, status 0', async (_name, args) => {
	const ran = await ctscope(args as string[])
	expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
	expect(ran.stdout).not.toMatch(/run-inside|guard/)
	for (const line of ran.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})
