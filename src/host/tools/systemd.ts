import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import * as english from '../../words/english/host/tools.ts'

/** PID 1 is systemd: sd_booted(3). */
export function isSystemdHere(): boolean {
	return existsSync('/run/systemd/system')
}

/** No unit stays behind, and without the right to start one nobody is asked for a password on the screen. */
const QUIETLY = ['--collect', '--quiet', '--no-ask-password'] as const

export type GuardUnit = {
	readonly leaseId: string
	/** The guard's own command line: node, the bundle, `guard`, its options. */
	readonly argv: readonly string[]
	readonly stateDir: string
	/** A file of the namespace that the guard is to live in; null for the initial one. */
	readonly netnsPath: string | null
}

/**
 * The guard as a transient service: in system.slice, so neither the end of a session nor KillUserProcesses reaches it.
 * Not ProtectKernelTunables (it writes them), not PrivateNetwork (wrong namespace), not PrivateTmp (the program may lie
 * in /tmp). ReadWritePaths names the parent too, since the state directory may have to be made.
 */
export function guardUnitArgs({ leaseId, argv, stateDir, netnsPath }: GuardUnit): readonly string[] {
	return [
		...QUIETLY,
		`--unit=ctscope-guard-${leaseId}`,
		english.descriptionCtscopePutsTemporaryKernel(leaseId),
		...properties([
			'Type=exec',
			'OOMScoreAdjust=-900',
			'NoNewPrivileges=yes',
			'ProtectSystem=strict',
			`ReadWritePaths=${dirname(stateDir)}`,
			`ReadWritePaths=-${stateDir}`,
			'TimeoutStopSec=20s',
			...(netnsPath === null ? [] : [`NetworkNamespacePath=${netnsPath}`]),
		]),
		'--',
		...argv,
	]
}

/** Runs `ctscope revert --dry-run` where and how the timer will run it, and waits for its exit status. */
export function dryRunArgs(leaseId: string, argv: readonly string[]): readonly string[] {
	return [...QUIETLY, '--wait', '--pipe', `--unit=ctscope-check-${leaseId}`, '--', ...argv]
}

/** The first timer of a lease has no number; each extension makes the next one: -r2, -r3 ... */
export function timerUnit(leaseId: string, round: number): string {
	return round <= 1 ? `ctscope-lease-${leaseId}` : `ctscope-lease-${leaseId}-r${round}`
}

export type TimerUnit = {
	readonly unit: string
	/** From now on, ms. */
	readonly inMs: number
	readonly argv: readonly string[]
}

/** A timer of PID 1 on CLOCK_MONOTONIC: setting the time of the host does not move it. */
export function timerArgs({ unit, inMs, argv }: TimerUnit): readonly string[] {
	return [
		...QUIETLY,
		`--unit=${unit}`,
		`--on-active=${Math.max(1, Math.ceil(inMs / 1000))}s`,
		'--timer-property=AccuracySec=1s',
		english.descriptionCtscopeUndoAtThe,
		'--',
		...argv,
	]
}

/** Arguments of systemctl that stop a timer before it fires. */
export function stopTimerArgs(unit: string): readonly string[] {
	return ['--no-ask-password', 'stop', `${unit}.timer`]
}

/** Arguments of systemctl that stop every timer of a lease, whatever its round. */
export function stopTimersArgs(leaseId: string): readonly string[] {
	return ['stop', '--no-block', `ctscope-lease-${leaseId}*.timer`]
}

function properties(list: readonly string[]): string[] {
	return list.flatMap((property) => ['-p', property])
}
