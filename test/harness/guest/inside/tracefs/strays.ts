import { planProbes } from '../../../../../src/changes/kinds/probes.ts'
import { drawProbes } from '../../../../../src/host/trace/tracefs.ts'
import { guardOf, notes, otherProgram, type Program, plan, read, type Seen, sh } from '../scene.ts'

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
	seen.dry = lines(sh('ctscope revert --all --dry-run; echo $?'))
	sh(
		`echo 'ctscope revert --all > /tmp/living; echo $? >> /tmp/living; grep -c "p:ctscope_" ${TRACING}/dynamic_events >> /tmp/living' > /tmp/living.sh`,
	)
	sh(
		'ctscope run --source probe --state-dir /run/elsewhere --json /tmp/living.json -- bash /tmp/living.sh 2>/dev/null || true',
	)
	seen.living = lines(read('/tmp/living'))
	seen.livingChanges = JSON.parse(read('/tmp/living.json')).changes
	seen.left = sh(`grep -c "ctscope_${token}" ${TRACING}/dynamic_events || true`).trim()
	seen.revert = lines(sh('ctscope revert --all; echo $?'))
	seen.again = lines(sh('ctscope revert --all; echo $?')).at(-1)
	seen.alike = lines(sh(`ls ${TRACING}/instances; grep -o 'p:ctscope[^ ]*' ${TRACING}/dynamic_events`))
	return seen
}
