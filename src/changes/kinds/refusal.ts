import type { Knob } from '../../model/knob.ts'
import type { Failure } from '../../words/failure.ts'

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
	if (knob.kind.type === 'module')
		return { kind: 'unsupported', what: `loading the ${knob.sysctl}`, why: words || HINTS[code] || code }
	if (knob.kind.type === 'table')
		return { kind: 'unsupported', what: `adding the ${knob.sysctl}`, why: words || HINTS[code] || code }
	if (knob.kind.type === 'mount')
		return { kind: 'unsupported', what: `mounting ${knob.sysctl}`, why: words || HINTS[code] || code }
	const isLogger = knob.kind.type === 'logger' && code === 'ENOENT' && at === 'write'
	const module = value === 'nfnetlink_log' ? value : 'nf_log_syslog'
	const hint = isLogger ? `no such logger is registered: modprobe ${module}` : words || hintFor(knob, code)
	return { kind: 'kernel-refused', path: knob.path, value, code, ...(hint === undefined ? {} : { hint }) }
}

function hintFor({ kind }: Knob, code: string): string | undefined {
	if (kind.type !== 'flags') return HINTS[code]
	if (code === 'EREADBACK') return 'the kernel took the query, and the flags are as before'
	if (code === 'EPERM') return 'the kernel is locked down, which closes debugfs'
	return code === 'EINVAL' ? 'this kernel does not have one of these flags' : HINTS[code]
}
