import { DEBUGFS_FOLDER } from '../../changes/kinds/mount.ts'
import type { ControlPlace } from '../../model/printk-reading.ts'
import * as english from '../../words/english/host/dyndbg.ts'
import {
	type ControlEvidence,
	PROC_CONTROL,
	readableControl,
	readControlEvidence,
} from './dyndbg-evidence.ts'

/** Where dynamic debug is read and asked, or why nowhere. */
export function findControl(evidence: ControlEvidence = readControlEvidence()): ControlPlace {
	const path = readableControl(evidence)
	if (path !== undefined) return { path, why: '', next: '', canMount: false }
	return { path: null, canMount: false, ...whyNone(evidence) }
}

const INSTEAD = english.theReasonsThatNfConntrack

type Why = Pick<ControlPlace, 'why' | 'next'>

function whyNone(evidence: ControlEvidence): Why & Partial<Pick<ControlPlace, 'canMount'>> {
	const { proc, mounted, built, debugfs, debugfsOption, lockdown, root, mayMount } = evidence
	if (proc !== 'ENOENT') return refused(PROC_CONTROL, proc, root)
	if (built?.isIn === false) {
		return {
			why: english.thisKernelWasBuiltWithout(built.saidBy),
			next: INSTEAD,
		}
	}
	const closed = mounted.find(({ access }) => access !== 'ENOENT')
	if (closed !== undefined && closed.access !== 'EPERM') return refused(closed.path, closed.access, root)
	const isLocked = lockdown !== undefined && lockdown !== 'none'
	if (closed !== undefined || isLocked) {
		const mode = isLocked ? ` (${lockdown})` : english.asFarAsCanBe
		return {
			why: english.theKernelIsLockedDown(mode, PROC_CONTROL),
			next: english.lockdownEndsOnlyWithA(INSTEAD),
		}
	}
	if (mounted.length > 0) {
		const place = mounted.map(({ path }) => path).join(' nor ')
		return {
			why: english.neitherNorExistsThisKernel(PROC_CONTROL, place),
			next: INSTEAD,
		}
	}
	if (debugfsOption === 'off' || debugfsOption === 'no-mount') {
		return {
			why: english.debugfsIsSwitchedOffOn(debugfsOption),
			next: english.bootWithoutDebugfs(debugfsOption, INSTEAD),
		}
	}
	if (!debugfs) {
		return {
			why: english.doesNotExistAndThis(PROC_CONTROL),
			next: INSTEAD,
		}
	}
	const doubt = built === undefined ? english.whetherThisKernelHasDynamic : ''
	return {
		why: english.doesNotExistAsIn(PROC_CONTROL, doubt),
		next: mayMount
			? `mount -t debugfs none ${DEBUGFS_FOLDER}`
			: root
				? english.onTheHostNotIn(DEBUGFS_FOLDER)
				: english.asRootMountTDebugfs(DEBUGFS_FOLDER),
		canMount: mayMount,
	}
}

function refused(path: string, code: string, root: boolean): Why {
	if (code !== 'EACCES' && code !== 'EPERM') return { why: english.cannotBeRead(path, code), next: '' }
	return root
		? {
				why: english.mayNotBeReadHere(path, code),
				next: english.runItOnTheHost,
			}
		: { why: english.readingNeedsRoot(path), next: english.runItWithSudo }
}
