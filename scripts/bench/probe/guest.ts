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
	readonly costs?: readonly { readonly kinds: string; readonly ns: number | null }[]
	readonly burst?: {
		readonly sent: number
		readonly counted: number
		readonly seen: number
		readonly lost: number
		readonly seconds: number
		readonly read: number
	}
	/** MB/s. */
	readonly rounds?: readonly { readonly off: number; readonly reasons: number; readonly packets: number }[]
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
	const first = inGuest(kernel, folder, 'burst')
	const second = first && inGuest(kernel, folder, 'transfer')
	for (const one of [first, second]) if (one?.left.includes('ctscope_')) throw new Error(`left: ${one.left}`)
	if (first?.burst !== undefined) tellBurst(kernel, first.burst, first.costs ?? [])
	if (second?.rounds !== undefined) tellTransfer(kernel, second.rounds)
}

/** Undefined where there can be no guest. */
function inGuest(kernel: string, folder: string, part: 'burst' | 'transfer'): InGuest | undefined {
	const lab = join(import.meta.dirname, '../../lab')
	const argv = [kernel, '--timeout', '280', '--in', folder, '--', 'node', '/in/inside.mjs', part]
	const { status, stdout, stderr } = spawnSync(lab, argv, { encoding: 'utf8' })
	if (status === 0) return JSON.parse(stdout)
	note(`kernel ${kernel}, ${part}: the guest ended with ${status}: ${stderr.trim().slice(0, 1_000)}`)
	return undefined
}

function tellBurst(
	kernel: string,
	{ sent, counted, seen, lost, seconds }: NonNullable<InGuest['burst']>,
	costs: NonNullable<InGuest['costs']>,
): void {
	const isExact = seen + lost === counted && counted === sent
	note(
		`kernel ${kernel}: ${sent} bad packets in ${seconds.toFixed(2)} s: ${seen} seen + ${lost} lost = ${seen + lost}, conntrack counted ${counted} (${isExact ? 'exact' : 'NOT EXACT'})`,
	)
	for (const { kinds, ns } of costs)
		note(
			`kernel ${kernel}: probes ${kinds} on one packet: ${ns === null ? 'no figure' : `${ns} ns, as calibrated`}`,
		)
}

function tellTransfer(kernel: string, rounds: NonNullable<InGuest['rounds']>): void {
	const ratio = (of: 'reasons' | 'packets') => median(rounds.map((one) => one[of] / one.off)).toFixed(2)
	const off = median(rounds.map((one) => one.off)).toFixed(1)
	note(
		`kernel ${kernel}: a TCP transfer of ${off} MB/s in packets of 1500 bytes; with the probes of reasons ${ratio('reasons')} of it, on every packet ${ratio('packets')}`,
	)
}
