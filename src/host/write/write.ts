import type { KnobType } from '../../changes/kinds/kind.ts'
import { kindOf } from '../../changes/kinds/kinds.ts'
import { ABSENT } from '../../changes/kinds/table.ts'
import type { NetnsName, ProcessName } from '../../changes/lease.ts'
import type { Reading } from '../../changes/verdict.ts'
import type { Knob } from '../../model/knob.ts'
import * as english from '../../words/english/host/write.ts'
import { killAll } from '../process/hand.ts'
import { isOwnNetns, netnsInode } from '../process/identity.ts'
import type { Later } from '../process/later.ts'
import { callSiteWriter } from './call-site.ts'
import { loggerWriter } from './logger.ts'
import { moduleWriter } from './module.ts'
import { mountWriter } from './mount.ts'
import { tableWriter } from './nft-table.ts'
import { probesWriter } from './probes.ts'
import { sysctlWriter } from './sysctl.ts'
import type { KindWriter, Writer, WriterOf, Written } from './written.ts'

/**
 * The kernel's files as the guard sees them. What is a file answers at once, so that nothing of our own can come in
 * between; what needs a tool is waited for outside of our thread, and within HAND_MS.
 */
export interface KernelFiles extends Writer {
	/**
	 * Ends what is about to write the knob on behalf of a program of ours (see starting-readers.ts), and answers how many
	 * processes that were. After it, and after it once more behind a write, what the knob reads is what stays.
	 */
	settle(knob: Knob): number
	/** Kills tools that were recorded of a change and may still make it: it is being undone. */
	endHands(hands: readonly ProcessName[]): void
}

/** The network namespace that `netns` knobs belong to: that of this process, or one that exists no more. */
export type Home =
	| (Pick<NetnsName, 'inode' | 'rtnl' | 'initial'> & { readonly members?: readonly ProcessName[] })
	| 'gone'

/** Who writes each kind of setting. All else that is known of a kind stands in changes/kinds. */
export const WRITERS: Readonly<Record<KnobType, (of: WriterOf) => KindWriter>> = {
	module: moduleWriter,
	mount: mountWriter,
	table: tableWriter,
	probes: probesWriter,
	flags: callSiteWriter,
	integer: sysctlWriter,
	boolean: sysctlWriter,
	logger: loggerWriter,
	printk: sysctlWriter,
}

export function createKernelFiles({ home, ...of }: WriterOf & { readonly home: Home }): KernelFiles {
	const writers = Object.fromEntries(
		Object.entries(WRITERS).map(([type, create]) => [type, create(of)]),
	) as Readonly<Record<KnobType, KindWriter>>
	const writerOf = ({ kind }: Knob): KindWriter => writers[kind.type]
	const isHome = home !== 'gone' && isOwnNetns(home, home.members) === true
	/** Why a knob of a namespace must not be touched from here; the inode is looked at before each access, not once. */
	const astray = (knob: Knob): string | undefined => {
		if (knob.scope !== 'netns') return undefined
		if (home === 'gone') return NETNS_GONE.why
		return isHome && netnsInode() === home.inode ? undefined : english.thisProcessIsInAnother
	}
	return {
		isSlow: (knob) => writerOf(knob).isSlow(knob),
		isFar: (knob) => writerOf(knob).isFar(knob),
		settle(knob) {
			const { settle } = writerOf(knob)
			return settle === undefined || astray(knob) !== undefined ? 0 : settle(knob)
		},
		endHands: killAll,
		read(knob, detail, hands) {
			if (astray(knob) === undefined) return writerOf(knob).read(knob, detail, hands)
			return home === 'gone' ? NETNS_GONE : { kind: 'unreadable', code: 'EXDEV' }
		},
		write(knob, value, more) {
			if (astray(knob) !== undefined) return ASTRAY
			// What is held open of those that it carries, and are gone before it, would keep it where it is.
			const carried = kindOf(knob).carries?.(knob)
			if (carried !== undefined && value === ABSENT) writers[carried].release()
			return writerOf(knob).write(knob, value, more)
		},
		probe: (knob, value) => (astray(knob) === undefined ? writerOf(knob).probe(knob, value) : ASTRAY),
		equip: (knob, detail) => writerOf(knob).equip(knob, detail),
		detail: (knob) => writerOf(knob).detail(knob),
		release() {
			for (const one of Object.values(writers)) one.release()
		},
	}
}

const ASTRAY: Written = { ok: false, code: 'EXDEV', at: 'open' }

export const NETNS_GONE = {
	kind: 'gone',
	why: english.itsNetworkNamespaceIsGone,
} as const satisfies Reading

/** What a knob reads from where this process is, whichever network namespace that is. */
export function readKnob(knob: Knob): Later<Reading> {
	const writer = WRITERS[knob.kind.type]({ stateDir: '' })
	return writer.look === undefined ? writer.read(knob) : writer.look(knob)
}
