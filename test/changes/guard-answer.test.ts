import { describe, expect, test } from 'vitest'
import {
	exitCodeOf,
	type LeaseReport,
	type ReportedChange,
	reportText,
} from '../../src/changes/guard-answer.ts'
import type { HeldChange, Owner } from '../../src/model/change.ts'

const alice: Owner = { uid: 0, user: 'root', sudoUser: 'alice', tty: 'pts/3', pid: 4711, pidStart: '1' }

const change: HeldChange = {
	seq: 1,
	knob: 'log_invalid',
	class: 'logs-more',
	sysctl: 'net.netfilter.nf_conntrack_log_invalid',
	path: '/proc/sys/net/netfilter/nf_conntrack_log_invalid',
	purpose: 'log why TCP packets are INVALID',
	was: '0',
	set: '6',
	now: '0',
	state: 'undone',
	appliedAt: 0,
	endedAt: 1,
	undoAt: 0,
	confirmBy: null,
	note: '',
	byHand: 'sysctl -w net.netfilter.nf_conntrack_log_invalid=0',
}
const restored: ReportedChange = { ...change, result: 'restored' }
const already: ReportedChange = { ...change, result: 'already', note: 'it had already been put back' }
const elsewhere: ReportedChange = {
	...change,
	result: 'already',
	now: null,
	note: 'undone by another process',
}
const leftAlone: ReportedChange = {
	...change,
	result: 'left alone',
	state: 'conflict',
	now: '17',
	note: 'ctscope set 6, then it read 17: someone else changed it, so it is left alone',
}
const heldByOther: ReportedChange = {
	...change,
	result: 'left alone',
	state: 'conflict',
	now: null,
	note: 'lease K2A9 holds it now, so it is left to that one',
}
const vanished: ReportedChange = {
	...change,
	result: 'vanished',
	state: 'vanished',
	now: null,
	note: 'its network namespace is gone, and the value with it',
}
const failed: ReportedChange = {
	...change,
	result: 'failed',
	state: 'failed',
	now: '6',
	note: 'the kernel refused to put 0 back (EROFS)',
}

const report = (over: Partial<LeaseReport>): LeaseReport => ({
	leaseId: 'L7F2',
	owner: alice,
	kind: 'undone',
	why: 'the deadline',
	note: '',
	changes: [],
	...over,
})
const text = (...reports: readonly LeaseReport[]) => `\n${reportText(reports, '/run/ctscope')}\n`

describe('P15 what revert says', () => {
	test('all is back', () =>
		expect(text(report({ changes: [restored, already, elsewhere] }))).toMatchInlineSnapshot(`
			"
			lease L7F2 of alice on pts/3: undone, 3 changes (the deadline)
			  restored      net.netfilter.nf_conntrack_log_invalid  6 -> 0
			  already       net.netfilter.nf_conntrack_log_invalid  reads 0
			  already       net.netfilter.nf_conntrack_log_invalid  undone by another process
			"
		`))
	test('someone else changed it', () =>
		expect(text(report({ changes: [restored, leftAlone, heldByOther] }))).toMatchInlineSnapshot(`
			"
			lease L7F2 of alice on pts/3: 2 of 3 changes not put back (the deadline)
			  restored      net.netfilter.nf_conntrack_log_invalid  6 -> 0
			  left alone    net.netfilter.nf_conntrack_log_invalid  ctscope set 6, then it read 17: someone else changed it, so it is left alone
			    by hand: sysctl -w net.netfilter.nf_conntrack_log_invalid=0
			  left alone    net.netfilter.nf_conntrack_log_invalid  lease K2A9 holds it now, so it is left to that one
			    by hand: sysctl -w net.netfilter.nf_conntrack_log_invalid=0
			"
		`))
	test('gone', () =>
		expect(text(report({ changes: [vanished] }))).toMatchInlineSnapshot(`
		"
		lease L7F2 of alice on pts/3: nothing left to undo, 1 change gone (the deadline)
		  vanished      net.netfilter.nf_conntrack_log_invalid  its network namespace is gone, and the value with it
		"
	`))
	test('an undo failed', () =>
		expect(text(report({ changes: [failed] }))).toMatchInlineSnapshot(`
		"
		lease L7F2 of alice on pts/3: 1 of 1 change not put back (the deadline)
		  failed        net.netfilter.nf_conntrack_log_invalid  the kernel refused to put 0 back (EROFS)
		    by hand: sysctl -w net.netfilter.nf_conntrack_log_invalid=0
		"
	`))
	test('dry run', () =>
		expect(
			text(
				report({
					kind: 'dry-run',
					changes: [{ ...change, result: 'would restore', state: 'in-force', now: '6' }],
					note: 'nf_log.2 could be written',
				}),
			),
		).toMatchInlineSnapshot(`
			"
			lease L7F2 of alice on pts/3: 1 change; nothing was written
			  would restore net.netfilter.nf_conntrack_log_invalid  6 -> 0
			  nf_log.2 could be written
			"
		`))
	test('every other answer', () =>
		expect(
			text(
				report({ kind: 'earlier-boot' }),
				report({ kind: 'not-due', note: 'it is not due yet: the deadline was moved' }),
				report({ kind: 'held', note: 'left to alice on pts/3' }),
				report({ kind: 'unreadable', note: 'nothing in its journal can be read' }),
				report({ changes: [], owner: null, why: '' }),
				report({ owner: { ...alice, sudoUser: null, tty: null } }),
			),
		).toMatchInlineSnapshot(`
			"
			lease L7F2 of alice on pts/3: from before the last boot; the kernel has forgotten its changes, nothing to undo
			lease L7F2 of alice on pts/3: nothing undone: it is not due yet: the deadline was moved
			lease L7F2 of alice on pts/3: nothing undone: left to alice on pts/3
			lease L7F2: not undone: nothing in its journal can be read
			lease L7F2 of someone: nothing was in force
			lease L7F2 of root (pid 4711): nothing was in force (the deadline)
			"
		`))
	test('nothing at all', () => {
		expect(reportText([], '/run/ctscope')).toBe('nothing to undo: no lease in /run/ctscope')
		expect(reportText([], '/run/ctscope', 'L7F2')).toBe('nothing to undo: no lease L7F2 in /run/ctscope')
	})
	test('nothing in it can reach a terminal', () => {
		const evil = { ...alice, sudoUser: '\u001b[2J\u202e' }
		expect(reportText([report({ owner: evil })], '/run/ctscope')).not.toMatch(/\p{Cc}|\u202e/u)
	})
})

test.each<[string, readonly LeaseReport[], number]>([
	['nothing', [], 0],
	['all back', [report({ changes: [restored, already] })], 0],
	['vanished', [report({ changes: [vanished] })], 0],
	['earlier boot', [report({ kind: 'earlier-boot' })], 0],
	['not due', [report({ kind: 'not-due' })], 0],
	['left alone', [report({ changes: [restored, leftAlone] })], 3],
	['failed', [report({ changes: [failed, leftAlone] })], 4],
	['unreadable', [report({ kind: 'unreadable' }), report({ changes: [leftAlone] })], 4],
	['held', [report({ kind: 'held' }), report({ changes: [leftAlone] })], 5],
])('P15 exit status: %s', (_, reports, code) => expect(exitCodeOf(reports)).toBe(code))
