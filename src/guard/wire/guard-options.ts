import { parseArgs } from 'node:util'
import { BEHAVE_MS, CONFIRM_MS, type NetnsName } from '../../changes/lease.ts'
import { DEFAULT_MAX_RATE } from '../../changes/tap/tap-words.ts'
import { isLeaseId } from '../../host/files/state-dir.ts'
import type { GuardForm } from '../../model/change.ts'
import * as english from '../../words/english/guard/wire.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'

/** What the guard is started with. All of it is in its command line: nothing is inherited. */
export type GuardOptions = {
	readonly leaseId: string
	readonly ttlMs: number
	readonly stateDir: string
	readonly form: GuardForm
	readonly netns: NetnsName
	/** How long a change that treats packets differently lasts without K, and in all; tests shorten it. */
	readonly confirmMs: number
	readonly behaveMs: number
	/** Lines a second in the kernel log that are too many; 0: never. */
	readonly maxRate: number
}

/** Arguments behind `ctscope guard`. */
export function guardArgs(options: GuardOptions): readonly string[] {
	const { netns } = options
	return [
		'--lease',
		options.leaseId,
		'--ttl',
		String(options.ttlMs),
		'--state-dir',
		options.stateDir,
		'--form',
		options.form,
		'--netns-inode',
		String(netns.inode),
		'--netns-rtnl',
		String(netns.rtnl),
		...(netns.path === null ? [] : ['--netns-path', netns.path]),
		...(netns.initial ? ['--initial'] : []),
		...(options.confirmMs === CONFIRM_MS ? [] : ['--confirm-ms', String(options.confirmMs)]),
		...(options.behaveMs === BEHAVE_MS ? [] : ['--behave-ms', String(options.behaveMs)]),
		...(options.maxRate === DEFAULT_MAX_RATE ? [] : ['--max-rate', String(options.maxRate)]),
	]
}

const unfit = (message: string): Failure => ({
	kind: 'usage',
	message: english.guard(message),
	next: english.theGuardIsStartedBy,
})

export function parseGuardArgs(argv: readonly string[]): Result<GuardOptions> {
	let values: Record<string, string | boolean | undefined>
	try {
		values = parseArgs({
			args: [...argv],
			options: {
				lease: { type: 'string' },
				ttl: { type: 'string' },
				'state-dir': { type: 'string' },
				form: { type: 'string' },
				'netns-inode': { type: 'string' },
				'netns-rtnl': { type: 'string' },
				'netns-path': { type: 'string' },
				initial: { type: 'boolean' },
				'confirm-ms': { type: 'string' },
				'behave-ms': { type: 'string' },
				'max-rate': { type: 'string' },
			},
		}).values
	} catch (error) {
		return fail(unfit(error instanceof Error ? error.message : String(error)))
	}
	const text = (name: string) => (typeof values[name] === 'string' ? values[name] : '')
	const number = (name: string, otherwise = Number.NaN) =>
		/^\d{1,12}$/.test(text(name)) ? Number(text(name)) : otherwise
	const ttlMs = number('ttl')
	const inode = number('netns-inode')
	const rtnl = number('netns-rtnl')
	const form = text('form')
	if (!isLeaseId(text('lease'))) return fail(unfit(english.leaseIsNoLease))
	if (!(ttlMs > 0)) return fail(unfit(english.ttlIsNoTimeIn))
	if (!text('state-dir').startsWith('/')) return fail(unfit(english.stateDirIsNoAbsolute))
	if (!(inode > 0)) return fail(unfit(english.netnsInodeIsNoInode))
	if (!(rtnl > 0)) return fail(unfit(english.netnsRtnlIsNoInode))
	if (form !== 'service' && form !== 'child') return fail(unfit(english.formIsNeitherServiceNor))
	return ok({
		leaseId: text('lease'),
		ttlMs,
		stateDir: text('state-dir'),
		form,
		netns: { inode, rtnl, path: text('netns-path') || null, initial: values.initial === true },
		confirmMs: number('confirm-ms', CONFIRM_MS),
		behaveMs: number('behave-ms', BEHAVE_MS),
		maxRate: number('max-rate', DEFAULT_MAX_RATE),
	})
}
