import { planProbes } from '../../../../../src/changes/kinds/probes.ts'
import { drawProbes } from '../../../../../src/host/trace/tracefs.ts'
import { guardOf, notes, otherProgram, type Program, plan, type Seen, sh } from '../scene.ts'

const TRACING = '/sys/kernel/tracing'
const lines = (text: string): readonly string[] => text.trim().split('\n')

/**
 * Probes whose session is dead, and whose record is gone; others that look alike; and those of a session with another state
 * directory, which lives.
 */
export async function runStrays(): Promise<Seen> {
	const seen = notes()
	sh('modprobe nf_conntrack')
	const other = otherProgram()
	const { change } = planProbes('reasons', drawProbes())
	await other.apply(plan([change.knob, change.from, change.to]))
	const guard = guardOf({ view: other.last } as Pick<Program, 'view'> as Program)
	// Frozen first: it would begin its undo between the two deaths.
	process.kill(guard, 'SIGSTOP')
	other.kill('SIGKILL')
	process.kill(guard, 'SIGKILL')
	sh(
		`rm -r /run/ctscope; mkdir ${TRACING}/instances/ctscope_mine; echo 'p:ctscope_00000001/ct do_exit' >> ${TRACING}/kprobe_events`,
	)
	const token = change.knob.replace('probes:', '')
	seen.token = token
	const status = JSON.parse(sh('ctscope status --json || true'))
	seen.found = status.changes
	seen.leases = status.leases
	// As the guard of a session with another state directory has it open.
	seen.living = lines(sh(`exec 9< ${TRACING}; ctscope revert --all; echo $?`))
	seen.left = sh(`grep -c "ctscope_${token}" ${TRACING}/dynamic_events || true`).trim()
	seen.revert = lines(sh('ctscope revert --all; echo $?'))
	seen.alike = lines(sh(`ls ${TRACING}/instances; grep -o 'p:ctscope[^ ]*' ${TRACING}/dynamic_events`))
	return seen
}
