import { visible } from './visible.ts'

/** An expected failure, as a value. Programming errors throw instead. */
export type Failure =
	| { readonly kind: 'not-permitted'; readonly what: string; readonly need: string }
	| { readonly kind: 'unsupported'; readonly what: string; readonly why: string }
	| { readonly kind: 'missing-tool'; readonly tool: string; readonly debianPackage: string }
	| { readonly kind: 'busy'; readonly knob: string; readonly holder: string; readonly leaseId: string }
	| {
			readonly kind: 'conflict'
			readonly knob: string
			readonly expected: string
			readonly found: string
			/** The shell line that would write the value we would have written. */
			readonly byHand: string
	  }
	| {
			readonly kind: 'kernel-refused'
			readonly path: string
			readonly value: string
			/** errno name (EINVAL, EPERM ...), or EREADBACK when the kernel took the write and shows another value. */
			readonly code: string
			readonly hint?: string
	  }
	| {
			readonly kind: 'tool-failed'
			readonly command: readonly string[]
			/** undefined when a signal or a time-out ended it. */
			readonly exitCode: number | undefined
			readonly stderr: string
	  }
	| { readonly kind: 'guard-lost'; readonly leaseId: string; readonly detail: string }
	| { readonly kind: 'usage'; readonly message: string; readonly next: string }

export type Result<T> =
	| { readonly ok: true; readonly value: T }
	| { readonly ok: false; readonly failure: Failure }

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })
export const fail = (failure: Failure): Result<never> => ({ ok: false, failure })

/** A failure in words: a title of a few words, one sentence of detail, and what the reader can do now. */
export type Description = { readonly title: string; readonly detail: string; readonly next: string }

export function describe(failure: Failure): Description {
	switch (failure.kind) {
		case 'not-permitted':
			return {
				title: 'not permitted',
				detail: `${failure.what} needs ${failure.need}`,
				next: 'run it with sudo, or as root',
			}
		case 'unsupported':
			return { title: 'not available here', detail: `${failure.what}: ${failure.why}`, next: '' }
		case 'missing-tool':
			return {
				title: `${failure.tool} is not installed`,
				detail: `the program ${failure.tool} was not found`,
				next: `install it: apt install ${failure.debianPackage} (dnf, apk: look for ${failure.debianPackage})`,
			}
		case 'busy':
			return {
				title: 'held by another session',
				detail: `${failure.knob} is held by ${failure.holder}`,
				next: `wait for its undo, or run: ctscope revert --lease ${failure.leaseId}`,
			}
		case 'conflict':
			return {
				title: 'someone else changed it',
				detail: `${failure.knob} reads ${failure.found}, expected ${failure.expected}: someone else set it, so it is left alone`,
				next: `to set it by hand: ${failure.byHand}`,
			}
		case 'kernel-refused':
			return {
				title: 'the kernel refused',
				detail: `writing ${JSON.stringify(failure.value)} to ${failure.path} failed (${failure.code})${failure.hint === undefined ? '' : `: ${failure.hint}`}`,
				next: '',
			}
		case 'tool-failed':
			return toolFailed(failure)
		case 'guard-lost':
			return {
				title: 'the guard is gone',
				detail: failure.detail,
				next:
					failure.leaseId === ''
						? 'check with: ctscope status'
						: `check with: ctscope revert --lease ${failure.leaseId}`,
			}
		case 'usage':
			return { title: 'cannot do that', detail: failure.message, next: failure.next }
	}
}

/** Longest part of what a tool said that is shown. */
const SAID = 300

/** What tools say when they are not run as root. */
const NOT_ROOT = /operation not permitted|permission denied|must be root|you need to be root|are you root/i

/** What a tool said, on one line: its own words are data, and may hold anything. */
function toolFailed({ command, exitCode, stderr }: Extract<Failure, { kind: 'tool-failed' }>): Description {
	const typed = visible(command.join(' '))
	if (NOT_ROOT.test(stderr))
		return describe({ kind: 'not-permitted', what: typed, need: 'root (CAP_NET_ADMIN)' })
	const words = stderr
		.split('\n')
		.map((line) => visible(line).trim())
		.filter((line) => line !== '')
		.join('; ')
	const said = words.length > SAID ? `${words.slice(0, SAID)} ...` : words
	const how = exitCode === undefined ? 'was ended' : `exited ${exitCode}`
	return {
		title: `${visible(command[0] ?? 'a tool')} failed`,
		detail: `${typed} ${how}${said === '' ? '' : `: ${said}`}`,
		next: '',
	}
}
