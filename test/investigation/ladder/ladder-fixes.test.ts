import { expect, test } from 'vitest'
import { type LadderInput, ladder, type Rung, type RungId } from '../../../src/investigation/ladder/ladder.ts'
import { bare, bothNflog, child, good, nflog, read, registered, settings, withValues } from '../scenes.ts'

test.each<[string, LadderInput, RungId, RegExp, RegExp, Rung['fix']]>([
	['log_invalid is off', withValues({ log_invalid: '0' }), 'log-invalid', /is 0/, /switch/, 'log-why'],
	['41', withValues({ log_invalid: '41' }), 'log-invalid', /is 41/, /write 58/, 'log_invalid'],
	[
		'unbound',
		withValues({ 'nf_log.2': 'NONE' }),
		'logger-ipv4',
		/discarded/,
		/^bind nf_log_ipv4$/,
		'log-why',
	],
	[
		'nothing is loaded: 6.17 would',
		registered(),
		'logger-ipv4',
		/not loaded/,
		/modprobe.*since Linux 6\.17/,
		undefined,
	],
	[
		'nfnetlink_log keeps the kernel from loading',
		registered('nfnetlink_log'),
		'logger-ipv4',
		/not loaded/,
		/does not load it by itself while nfnetlink_log is registered/,
		undefined,
	],
	[
		'NFLOG bound, read by someone',
		read(withValues({ 'nf_log.2': 'nfnetlink_log' })),
		'logger-ipv4',
		/group 0, which pid 812 reads/,
		/bind nf_log_ipv4 for a while/,
		'log-why',
	],
	[
		'NFLOG bound, read by nobody',
		withValues({ 'nf_log.2': 'nfnetlink_log' }),
		'logger-ipv4',
		/which nobody reads: they are lost/,
		/--source nflog/,
		'log-why',
	],
	[
		'all_netns',
		withValues({}, { netns: child }),
		'all-netns',
		/discards/,
		/write 1.*--source nflog/,
		'log-why',
	],
	['liberal', withValues({ tcp_be_liberal: '1' }), 'window-reasons', /be_liberal/, /to 0/, 'tcp_be_liberal'],
	[
		'vendor',
		withValues({ tcp_no_window_check: '1' }),
		'window-reasons',
		/vendor/,
		/to 0/,
		'tcp_no_window_check',
	],
	['not loose', withValues({ tcp_loose: '0' }), 'mid-stream', /loose/, /compare/, 'tcp_loose'],
	['checksum', withValues({ checksum: '0' }), 'checksum', /checksum/, /to 1/, 'checksum'],
	['console', withValues({ printk: '7 4 1 7' }), 'console', /level is 7/, /to 4/, 'printk'],
	['ring wrapped', { ...good, lost: 40 }, 'lost', /40 records/, /one protocol/, 'log_invalid'],
	['socket full', { ...nflog(), lostInSocket: 7 }, 'lost', /7 messages/, /one protocol/, 'log_invalid'],
	['our reader', read(nflog()), 'reader', /is running/, /^$/, undefined],
	[
		'the reader of someone else',
		read(nflog(bothNflog, { reader: 'off' })),
		'reader',
		/pid 812.*refused/,
		/--source kmsg/,
		undefined,
	],
	[
		'our reader ended',
		nflog(bothNflog, {
			reader: 'failed',
			readerFailure: { kind: 'tool-failed', command: ['tcpdump'], exitCode: 1, stderr: 'no' },
		}),
		'reader',
		/tcpdump exited 1: no/,
		/again/,
		'log-why',
	],
	[
		'nobody reads while lines come',
		nflog(bothNflog, { reader: 'off' }),
		'reader',
		/nobody reads/,
		/start/,
		'log-why',
	],
	[
		'ours is being started',
		nflog(bothNflog, { reader: 'off', readerStarts: true }),
		'reader',
		/is starting/,
		/^$/,
		undefined,
	],
	[
		'not yet asked',
		nflog({ ...bothNflog, log_invalid: '0' }, { reader: 'off' }),
		'reader',
		/starts together/,
		/^$/,
		undefined,
	],
	['bound elsewhere', nflog({}), 'logger-ipv4', /go there, not to NFLOG/, /bind nfnetlink/, 'log-why'],
	[
		'not loaded',
		nflog({}),
		'logger-ipv6',
		/nfnetlink_log is not loaded/,
		/modprobe nfnetlink_log/,
		undefined,
	],
	['no all_netns needed', nflog(bothNflog, { netns: child }), 'all-netns', /not needed/, /^$/, undefined],
])('fix: %s', (_name, input, id, because, next, fix) => {
	const rung = ladder(input).find((one) => one.id === id)
	expect(rung?.because).toMatch(because)
	expect(rung?.next).toMatch(next)
	expect(rung?.fix).toBe(fix)
})

test('NFLOG has nothing to do with the kernel log and the console', () => {
	const ids = ladder(nflog()).map((one) => one.id)
	expect(ids).not.toContain('kernel-log')
	expect(ids).not.toContain('console')
	expect(ids[0]).toBe('reader')
})

test('a rung says no exactly when it stops lines, and each that does says what to do', () => {
	const inputs = [
		good,
		...Object.keys(settings.values).flatMap((knob) =>
			['0', '1', '41', '47', '99', '255', 'NONE', 'nfnetlink_log', 'x'].flatMap((value) => [
				withValues({ [knob]: value }),
				withValues({ [knob]: value }, { netns: child }),
				nflog({ ...bothNflog, [knob]: value }),
				nflog({ ...bothNflog, [knob]: value }, { reader: 'off', netns: child }),
			]),
		),
		{ ...good, settings: bare, netns: child },
	]
	for (const input of inputs)
		for (const rung of ladder(input)) {
			expect(rung.ok).toBe(rung.answer !== 'no')
			if (!rung.ok) expect(rung.next).not.toBe('')
		}
})
