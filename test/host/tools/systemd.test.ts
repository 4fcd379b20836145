import { describe, expect, test } from 'vitest'
import {
	dryRunArgs,
	guardUnitArgs,
	stopTimerArgs,
	stopTimersArgs,
	timerArgs,
	timerUnit,
} from '../../../src/host/tools/systemd.ts'

const argv = ['/usr/bin/node', '/opt/ctscope/cli.js', 'guard', '--lease', 'L7F2']

describe('the guard as a transient service', () => {
	test('in the initial namespace', () =>
		expect(guardUnitArgs({ leaseId: 'L7F2', argv, stateDir: '/run/ctscope', netnsPath: null })).toEqual([
			'--collect',
			'--quiet',
			'--no-ask-password',
			'--unit=ctscope-guard-L7F2',
			'--description=ctscope: puts temporary kernel settings back (L7F2)',
			...['-p', 'Type=exec'],
			...['-p', 'OOMScoreAdjust=-900'],
			...['-p', 'NoNewPrivileges=yes'],
			...['-p', 'ProtectSystem=strict'],
			...['-p', 'ReadWritePaths=/run'],
			...['-p', 'ReadWritePaths=-/run/ctscope'],
			...['-p', 'TimeoutStopSec=20s'],
			'--',
			...argv,
		]))
	test('in another one it is started there', () =>
		expect(
			guardUnitArgs({ leaseId: 'L7F2', argv, stateDir: '/run/ctscope', netnsPath: '/proc/4711/ns/net' }),
		).toContain('NetworkNamespacePath=/proc/4711/ns/net'))
	test('it may write the kernel settings', () => {
		const args = guardUnitArgs({ leaseId: 'L7F2', argv, stateDir: '/run/ctscope', netnsPath: null }).join(' ')
		expect(args).not.toMatch(/ProtectKernelTunables|PrivateNetwork|PrivateTmp/)
	})
})

test('PID 1 runs the dry run too, and we wait for it', () =>
	expect(dryRunArgs('L7F2', ['node', 'cli.js', 'revert'])).toEqual([
		'--collect',
		'--quiet',
		'--no-ask-password',
		'--wait',
		'--pipe',
		'--unit=ctscope-check-L7F2',
		'--',
		'node',
		'cli.js',
		'revert',
	]))

test.each([
	[1, 'ctscope-lease-L7F2'],
	[2, 'ctscope-lease-L7F2-r2'],
	[3, 'ctscope-lease-L7F2-r3'],
])('timer %i of a lease is %s', (round, unit) => expect(timerUnit('L7F2', round)).toBe(unit))

test.each([
	[605_000, '--on-active=605s'],
	[604_001, '--on-active=605s'],
	[0, '--on-active=1s'],
	[-5, '--on-active=1s'],
])('a timer in %i ms: %s', (inMs, arg) =>
	expect(timerArgs({ unit: 'ctscope-lease-L7F2', inMs, argv: ['node', 'cli.js'] })).toEqual([
		'--collect',
		'--quiet',
		'--no-ask-password',
		'--unit=ctscope-lease-L7F2',
		arg,
		'--timer-property=AccuracySec=1s',
		'--description=ctscope: undo at the deadline',
		'--',
		'node',
		'cli.js',
	]),
)

test('stopping a timer', () =>
	expect(stopTimerArgs('ctscope-lease-L7F2-r2')).toEqual([
		'--no-ask-password',
		'stop',
		'ctscope-lease-L7F2-r2.timer',
	]))

test('every timer of a lease and of no other', () =>
	expect(stopTimersArgs('L7F2')).toEqual(['stop', '--no-block', 'ctscope-lease-L7F2*.timer']))
