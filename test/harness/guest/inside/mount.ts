// Runs in a guest, as one bundle, in a mount namespace of its own: hides the control file in /proc, has the built program
// mount debugfs and switch a call site there, and prints what was seen as JSON. With `stale` it looks with one observer
// before and after a module is loaded. With `hold` it makes the changes and waits to be killed.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createChanger } from '../../../../src/guard/client/client.ts'
import { findControl } from '../../../../src/host/dyndbg/dyndbg.ts'
import { createObserver } from '../../../../src/host/observer.ts'
import { ownerOfThisProcess, ownNetns } from '../../../../src/host/process/identity.ts'
import { siteIds } from '../../../../src/kernel/dyndbg/dyndbg-control.ts'
import { parseMountInfo } from '../../../../src/kernel/proc/proc-mounts.ts'
import type { Plan } from '../../../../src/model/change.ts'
import { pause } from '../../until.ts'
import { notes } from './scene.ts'

const STATE_DIR = '/run/ctscope'
const FOLDER = '/sys/kernel/debug'
const CLI = '/opt/ctscope/dist/cli.js'

const sh = (script: string): string => execFileSync('bash', ['-c', script], { encoding: 'utf8' })
const plan = (...changes: readonly (readonly [string, string, string])[]): Plan => ({
	purpose: 'test',
	changes: changes.map(([knob, from, to]) => ({ knob, from, to })),
})
const MOUNT = plan(['mount:debugfs', 'absent', 'mounted'])

const changer = () =>
	createChanger({
		stateDir: STATE_DIR,
		netns: { inode: 0, rtnl: 0, ...ownNetns(), path: null, initial: true },
		nodeArgv: [process.execPath, CLI],
		ttlMs: 240_000,
		owner: ownerOfThisProcess(),
		systemd: false,
	})
type Answer = Awaited<ReturnType<ReturnType<typeof changer>['apply']>>

const told = (answer: Answer) =>
	answer.ok
		? answer.value.changes.slice(-2).map(({ sysctl, state, now, note, byHand }) => ({
				sysctl,
				state,
				now,
				note,
				byHand,
			}))
		: answer.failure
const mounted = () =>
	parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'))
		.filter(({ type }) => type === 'debugfs' || type === 'tracefs')
		.map(({ point, source }) => `${point} ${source.replace(/-[0-9a-f]{8}$/, '-NAME')}`)
const left = () => sh(`ls ${STATE_DIR}/leases ${STATE_DIR}/knobs 2>/dev/null | grep -v : || true`).trim()

/** Of the one lease there is, as its record says. */
function guardPid(): number {
	const first = sh(`head -n 2 ${STATE_DIR}/leases/*/journal.jsonl`)
	return Number(/"pid":(\d+)/.exec(first)?.[1])
}

/** Where others work too, the guard may need longer to start than it is waited for. */
async function begin(program: ReturnType<typeof changer>, wanted: Plan): Promise<Answer> {
	for (let tries = 0; ; tries++) {
		const answer = await program.apply(wanted)
		if (answer.ok || answer.failure.kind !== 'guard-lost' || tries === 4) return answer
	}
}

/** A site that every kernel has, by id, with its flags. */
async function aSite(): Promise<{ readonly id: string; readonly flags: string }> {
	const read = await createObserver().printk()
	const sites = read.ok ? siteIds(read.value.sites) : new Map()
	const [id, site] = [...sites].find(([, one]) => one.file === 'net/netfilter/nf_conntrack_core.c') ?? [
		'',
		undefined,
	]
	return { id, flags: site?.flags === '' ? '_' : (site?.flags ?? 'gone') }
}

async function story() {
	sh('modprobe nf_conntrack')
	const before = sh('md5sum </proc/dynamic_debug/control')
	sh(`mount -t tmpfs none /proc/dynamic_debug; umount -R ${FOLDER} 2>/dev/null || true`)
	const mountsBefore = mounted()
	const ctscope = changer()
	const seen = notes()
	seen.place = findControl()
	seen.mountsBefore = mountsBefore
	const looking = createObserver()
	/** Number of the mount that is in force. */
	const ours = () =>
		ctscope.view()?.changes.findLast(({ knob, endedAt }) => knob === 'mount:debugfs' && endedAt === null)
			?.seq ?? 0
	const nothing = await looking.printk()
	seen.nothing = nothing.ok && { canMount: nothing.value.canMount, sites: nothing.value.sites.length }

	// As long as something is in force, the guard is the same.
	await begin(ctscope, plan(['nf_log_all_netns', '0', '1']))
	seen.mount = told(await ctscope.apply(MOUNT))
	seen.mounted = mounted()
	seen.options = sh(`grep ' ${FOLDER} ' /proc/mounts; stat -c %a ${FOLDER}`).trim()
	const read = await looking.printk()
	seen.read = read.ok && { path: read.value.path, isMany: read.value.sites.length > 1_000 }
	const site = await aSite()
	seen.site = site
	seen.switched = told(await ctscope.apply(plan([`printk:${site.id}`, site.flags, 'p'])))
	seen.on = await aSite()
	// The kernel mounts tracefs there for whoever looks, and takes it away with ours.
	sh(`ls ${FOLDER}/tracing/ >/dev/null`)
	seen.looked = mounted()
	// The mount alone is asked back: the site goes before it.
	seen.undone = told(await ctscope.undo(ours()))
	seen.after = mounted()
	sh('umount /proc/dynamic_debug')
	seen.sameControl = sh('md5sum </proc/dynamic_debug/control') === before
	sh('mount -t tmpfs none /proc/dynamic_debug')

	// Someone else was there first; then someone takes ours away, and mounts another one.
	sh(`mount -t debugfs none ${FOLDER}`)
	seen.first = told(await ctscope.apply(MOUNT))
	sh(`umount ${FOLDER}`)
	await ctscope.apply(MOUNT)
	sh(`umount ${FOLDER} && mount -t debugfs theirs ${FOLDER}`)
	seen.already = told(await ctscope.undo(ours()))
	seen.theirs = mounted()
	sh(`umount ${FOLDER}`)

	// Busy: it stays, and is said.
	await ctscope.apply(MOUNT)
	const sitting = spawn('sleep', ['60'], { cwd: FOLDER, stdio: 'ignore' })
	await pause(300)
	seen.busy = told(await ctscope.undo(ours()))
	seen.stays = mounted()
	sitting.kill('SIGKILL')
	await pause(300)
	sh(`umount ${FOLDER}`)

	// Program and guard are killed, and revert has to find the mount namespace: from outside nothing of it is seen.
	await ctscope.close()
	const other = spawn(process.execPath, [process.argv[1] ?? '', 'hold'], {
		stdio: ['ignore', 'pipe', 'inherit'],
	})
	seen.held = JSON.parse(
		await new Promise((resolve) => other.stdout.once('data', (text) => resolve(String(text)))),
	)
	process.kill(guardPid(), 'SIGKILL')
	other.kill('SIGKILL')
	await pause(300)
	seen.leftBehind = mounted()
	const fromOutside = `nsenter --mount=/proc/1/ns/mnt ${process.execPath} ${CLI}`
	seen.revert = sh(`${fromOutside} revert --all --yes 2>&1; echo $?`).trim().split('\n')
	seen.reverted = mounted()
	seen.left = left()
	return seen
}

/** One observer, from before anything is loaded. */
async function stale() {
	const observer = createObserver()
	const look = async () => {
		const [settings, lists, counters, facts, modules] = [
			await observer.settings('fresh'),
			await observer.lists(),
			await observer.counters(),
			await observer.facts(),
			await observer.modules(),
		]
		const table = await observer.table()
		return {
			logInvalid: settings.ok ? (settings.value.values.log_invalid ?? null) : null,
			readOnly: settings.ok ? Object.keys(settings.value.readOnly) : [],
			lists: lists.ok,
			dying: lists.ok ? lists.value.dying.kept : null,
			proc: counters.ok && counters.value.proc !== null,
			cli: counters.ok && counters.value.cli !== null,
			table: table.ok,
			conntrack: facts.tools.conntrack,
			missing: facts.missing.map(({ what }) => what),
			state: modules.ok ? modules.value.find(({ name }) => name === 'nf_conntrack_netlink')?.state : null,
		}
	}
	const loaded = () => existsSync('/sys/module/nf_conntrack_netlink')
	const nothing = { ...(await look()), loaded: loaded() }
	sh('modprobe nf_conntrack')
	const conntrack = { ...(await look()), loaded: loaded() }
	sh('modprobe nf_conntrack_netlink')
	const netlink = { ...(await look()), loaded: loaded() }
	return { nothing, conntrack, netlink }
}

const role = process.argv[2]
if (role === 'hold') {
	const answer = await begin(changer(), MOUNT)
	process.stdout.write(`${JSON.stringify(told(answer))}\n`)
	setInterval(() => {}, 1_000)
} else {
	process.stdout.write(`${JSON.stringify(role === 'stale' ? await stale() : await story())}\n`)
	process.exit(0)
}
