import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { BUNDLED } from '../../../test/harness/bundled.ts'
import { median, note } from '../figures.ts'

/** What is measured inside of a guest. */
export type InGuest = {
	/** By the kinds of the probes of one packet; null where the kernel refuses them. */
	readonly costs: readonly { readonly kinds: string; readonly ns: number | null }[]
	readonly burst: {
		readonly sent: number
		readonly counted: number
		readonly seen: number
		readonly lost: number
		readonly seconds: number
		readonly read: number
	}
	/** MB/s. */
	readonly rounds: readonly { readonly off: number; readonly reasons: number; readonly packets: number }[]
	/** Probes that are still defined. */
	readonly left: string
}

const KERNELS = ['6.12', '6.1'] as const

/** A burst of bad packets, and a TCP transfer without probes, with those of reasons, and with those on every packet, in turn. */
export async function probeGuest() {
	const folder = mkdtempSync(join(tmpdir(), 'ctscope-bench-'))
	try {
		const entry = join(import.meta.dirname, 'inside.ts')
		await build({ entryPoints: [entry], outfile: join(folder, 'inside.mjs'), ...BUNDLED })
		for (const file of ['burst.py', 'transfer.py'])
			copyFileSync(join(import.meta.dirname, file), join(folder, file))
		for (const kernel of KERNELS) inOne(kernel, folder)
	} finally {
		rmSync(folder, { recursive: true })
	}
}

function inOne(kernel: string, folder: string): void {
	const lab = join(import.meta.dirname, '../../lab')
	const argv = [kernel, '--timeout', '280', '--in', folder, '--', 'node', '/in/inside.mjs']
	const { status, stdout, stderr } = spawnSync(lab, argv, { encoding: 'utf8' })
	if (status === 77) {
		note(`kernel ${kernel}: no guest here: ${stderr.trim()}`)
		return
	}
	if (status !== 0) throw new Error(`the guest ended with ${status}: ${stderr}`)
	const { costs, burst, rounds, left }: InGuest = JSON.parse(stdout)
	const { sent, counted, seen, lost, seconds } = burst
	const isExact = seen + lost === counted && counted === sent
	note(
		`kernel ${kernel}: ${sent} bad packets in ${seconds.toFixed(2)} s: ${seen} seen + ${lost} lost = ${seen + lost}, conntrack counted ${counted} (${isExact ? 'exact' : 'NOT EXACT'})`,
	)
	const ratio = (of: 'reasons' | 'packets') => median(rounds.map((one) => one[of] / one.off)).toFixed(2)
	const off = median(rounds.map((one) => one.off)).toFixed(0)
	note(
		`kernel ${kernel}: a TCP transfer of ${off} MB/s in packets of 1500 bytes; with the probes of reasons ${ratio('reasons')} of it, on every packet ${ratio('packets')}`,
	)
	for (const { kinds, ns } of costs)
		note(
			`kernel ${kernel}: probes ${kinds} on one packet: ${ns === null ? 'refused' : `${ns} ns, as calibrated`}`,
		)
	if (left.includes('ctscope_')) throw new Error(`probes are left: ${left}`)
}
