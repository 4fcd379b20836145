import type { Knob } from '../../model/knob.ts'
import type { Failure } from '../../words/failure.ts'
import { kindOf } from './kinds.ts'

const HINTS: Readonly<Record<string, string>> = {
	EROFS: 'mounted read-only, as in most containers',
	EACCES: 'needs root in the namespace that owns it',
	EPERM: 'needs CAP_NET_ADMIN',
	EXDEV: 'the guard is not in the network namespace that was shown',
	EREADBACK: 'the kernel took the write and shows the old value',
	ETIMEDOUT: 'the tool for it did not end in time',
	EAGAIN: 'no process can be started for it now (pids.max, ulimit -u?)',
	ENOTUNIQ: 'another message of the kernel is on the same line, and a query would switch both',
}

export function refusal(
	knob: Knob,
	value: string,
	code: string,
	at: 'open' | 'write',
	words?: string,
): Failure {
	const kind = kindOf(knob)
	const hint = kind.hint?.(code, at, value) ?? (words || HINTS[code])
	const what = kind.attempt?.(knob)
	if (what !== undefined) return { kind: 'unsupported', what, why: hint ?? code }
	return { kind: 'kernel-refused', path: knob.path, value, code, ...(hint === undefined ? {} : { hint }) }
}
