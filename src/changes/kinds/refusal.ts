import type { Knob } from '../../model/knob.ts'
import * as english from '../../words/english/changes/kinds.ts'
import type { Failure } from '../../words/failure.ts'
import { kindOf } from './kinds.ts'

const HINTS: Readonly<Record<string, string>> = {
	EROFS: english.mountedReadOnlyAsIn,
	EACCES: english.needsRootInTheNamespace,
	EPERM: english.needsCapNetAdmin,
	EXDEV: english.theGuardIsNotIn,
	EREADBACK: english.theKernelTookTheWrite,
	ETIMEDOUT: english.theToolForItDid,
	EAGAIN: english.noProcessCanBeStarted,
	ENOTUNIQ: english.anotherMessageOfTheKernel,
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
