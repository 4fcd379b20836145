import { describe, expect, test } from 'vitest'
import { newLeaseId } from '../../../src/guard/client/start-guard.ts'
import { type GuardOptions, guardArgs, parseGuardArgs } from '../../../src/guard/wire/guard-options.ts'
import { createLines } from '../../../src/guard/wire/lines.ts'
import { decodeRefusal, decodeRequest, encode } from '../../../src/guard/wire/protocol.ts'
import { isLeaseId } from '../../../src/host/files/state-dir.ts'

describe('requests are read strictly', () => {
	const change = { knob: 'log_invalid', from: '0', to: '6' }
	test.each([
		['apply', { op: 'apply', id: 1, plan: { purpose: 'p', changes: [change] } }, true],
		['seen', { op: 'seen' }, true],
		['an unknown request', { op: 'write', id: 1 }, false],
		['a field too many', { op: 'extend', id: 1, by: 5 }, false],
		['no number', { op: 'extend' }, false],
		['a plan of nothing', { op: 'apply', id: 1, plan: { purpose: 'p', changes: [] } }, false],
		[
			'a path in a change',
			{ op: 'apply', id: 1, plan: { purpose: 'p', changes: [{ ...change, path: '/etc/passwd' }] } },
			false,
		],
		[
			'257 changes',
			{ op: 'apply', id: 1, plan: { purpose: 'p', changes: Array.from({ length: 257 }, () => change) } },
			false,
		],
		[
			'a long value',
			{ op: 'apply', id: 1, plan: { purpose: 'p', changes: [{ ...change, to: '1'.repeat(501) }] } },
			false,
		],
		['another version', { op: 'hello', id: 1, v: 2, owner: null }, false],
	])('%s', (_, request, isGood) => expect(decodeRequest(JSON.stringify(request)) !== undefined).toBe(isGood))
	test.each(['', '{', 'null', '[]', '"apply"'])('%j is none', (line) =>
		expect(decodeRequest(line)).toBeUndefined(),
	)
	test('what is written is read', () => {
		const request = { op: 'undoAll', id: 3, why: 'ctscope revert', ifDue: false } as const
		expect(decodeRequest(encode(request).trim())).toEqual(request)
	})
})

describe('lines', () => {
	const collect = (limit: number, ...chunks: readonly (string | Buffer)[]) => {
		const lines: string[] = []
		let isTooLong = false
		const push = createLines(
			limit,
			(line) => lines.push(line),
			() => {
				isTooLong = true
			},
		)
		for (const chunk of chunks) push(Buffer.from(chunk))
		return { lines, isTooLong }
	}
	test.each([
		['one', ['a\n'], ['a']],
		['cut anywhere', ['a', 'b\nc', '\n'], ['ab', 'c']],
		['empty ones are none', ['\n\na\n'], ['a']],
		['a character cut in two', [Buffer.from([0xc3]), Buffer.from([0xa4, 0x0a])], ['ä']],
	])('%s', (_, chunks, lines) => expect(collect(100, ...chunks)).toEqual({ lines, isTooLong: false }))
	test('a line that does not end is given up, and what follows it', () =>
		expect(collect(10, 'a\n', 'x'.repeat(11), '\nb\n')).toEqual({ lines: ['a'], isTooLong: true }))
	test('a line that is too long is given up although it ends', () =>
		expect(collect(10, `${'x'.repeat(11)}\n`)).toEqual({ lines: [], isTooLong: true }))
})

describe('the command line of the guard', () => {
	const options: GuardOptions = {
		leaseId: 'L7F2',
		ttlMs: 600_000,
		stateDir: '/run/ctscope',
		form: 'service',
		netns: { inode: 4_026_531_840, rtnl: 4711, path: '/run/netns/web', initial: false },
		confirmMs: 60_000,
		behaveMs: 120_000,
		maxRate: 200,
	}
	test.each<[string, GuardOptions]>([
		['as it is', options],
		['initial namespace', { ...options, netns: { inode: 1, rtnl: 4711, path: null, initial: true } }],
		['shorter times', { ...options, confirmMs: 100, behaveMs: 200 }],
	])('%s', (_, given) => expect(parseGuardArgs(guardArgs(given))).toEqual({ ok: true, value: given }))
	test.each([
		['no lease', ['--ttl', '1']],
		['a path as lease', guardArgs({ ...options, leaseId: '../../etc' })],
		['no time', guardArgs({ ...options, ttlMs: 0 })],
		['a relative directory', guardArgs({ ...options, stateDir: 'run' })],
		['an unknown option', [...guardArgs(options), '--surprise']],
	])('refuses %s', (_, argv) => expect(parseGuardArgs(argv).ok).toBe(false))
})

test('ids of leases fit their form and are not the same', () => {
	const ids = Array.from({ length: 100 }, newLeaseId)
	expect(ids.every(isLeaseId)).toBe(true)
	expect(new Set(ids).size).toBe(100)
})

test('the refusal of a guard is found between other lines', () => {
	const failure = { kind: 'unsupported', what: 'x', why: 'y' } as const
	expect(decodeRefusal(`warning\n${JSON.stringify({ failure, words: 'x: y' })}\n`)).toEqual(failure)
	expect(decodeRefusal('Segmentation fault')).toBeUndefined()
})
