/** A deliberate defect of what carries a promise, and the tests that must see it. */
export type Mutation = {
	readonly promise: number
	/** What is wrong then. */
	readonly sentence: string
	/** Below the top of the repository. */
	readonly file: string
	/** Text that stands there exactly once, and what takes its place. */
	readonly replace: readonly [from: string, to: string]
	/** Test file, and a part of the names of those of its tests that look at it. */
	readonly seenBy: readonly [file: string, names: string]
}

export const MUTATIONS: readonly Mutation[] = [
	{
		promise: 1,
		sentence: 'files of the kernel are opened for writing when they are read',
		file: 'src/host/proc-fs.ts',
		replace: ["ok(readFileSync(path, 'utf8'))", "ok(readFileSync(path, { encoding: 'utf8', flag: 'r+' }))"],
		seenBy: ['test/safety/looking.test.ts', 'status opens'],
	},
	{
		promise: 2,
		sentence: 'the intent is written after the write',
		file: 'src/guard/apply.ts',
		replace: [
			'const unrecorded = book.record({',
			'kernel.write(knob, change.to, { now: change.from, detail })\n\tconst unrecorded = book.record({',
		],
		seenBy: ['test/safety/on-record.test.ts', 'P2 each write follows'],
	},
	{
		promise: 2,
		sentence: 'what could not be recorded is written all the same',
		file: 'src/guard/apply.ts',
		replace: ['if (unrecorded !== undefined) return noRecord(unrecorded)', ''],
		seenBy: ['test/guard/lifetime.test.ts', 'P2 when it cannot be recorded'],
	},
	{
		promise: 3,
		sentence: 'a guard makes changes for whoever asks',
		file: 'src/guard/server.ts',
		replace: ['else if (socket !== owner) answer(fail(notOwner))', ''],
		seenBy: ['test/safety/guard-ends.test.ts', 'P3 nobody but the owner'],
	},
	{
		promise: 4,
		sentence: 'the guard does not care that its program has ended',
		file: 'src/guard/server.ts',
		replace: ['lifetime?.ownerGone()', ''],
		seenBy: ['test/safety/program-ends.test.ts', 'P4 SIGKILL, within'],
	},
	{
		promise: 5,
		sentence: 'the program does not start an undo when its guard is gone',
		file: 'src/guard/client.ts',
		replace: ['\t\tvoid recover()\n', ''],
		seenBy: ['test/safety/guard-ends.test.ts', 'P5 kill -9 of the guard'],
	},
	{
		promise: 6,
		sentence: 'a change stays in force after its time',
		file: 'src/guard/lifetime.ts',
		replace: ['else if (due.length > 0) begin(due, why)', ''],
		seenBy: ['test/guard/lifetime.test.ts', 'P6 ends at its deadline'],
	},
	{
		promise: 6,
		sentence: 'what treats packets differently need not be confirmed with K',
		file: 'src/changes/lease.ts',
		replace: ['Math.min(entry.at + lease.confirmMs, lease.deadline)', 'lease.deadline'],
		seenBy: ['test/guard/lifetime.test.ts', 'P6 what treats packets differently goes'],
	},
	{
		promise: 7,
		sentence: 'a value that somebody else set is put back as if it were ours',
		file: 'src/changes/verdict.ts',
		replace: ["return isOurs(reading.value) ? 'restore' : 'conflict'", "return 'restore'"],
		seenBy: ['test/safety/somebody-else.test.ts', 'P7 17 over'],
	},
	{
		promise: 7,
		sentence: 'what the admin was shown is not compared with what there is',
		file: 'src/guard/prepare.ts',
		replace: ['if (reading.value === from) return undefined', 'return undefined'],
		seenBy: ['test/guard/lifetime.test.ts', 'set another value before'],
	},
	{
		promise: 8,
		sentence: 'what was done of a step that fails stays in force',
		file: 'src/guard/apply.ts',
		replace: ['const left = rollBack(ports, step)', 'const left = step * 0'],
		seenBy: ['test/guard/lifetime.test.ts', 'P8 a step is whole'],
	},
	{
		promise: 9,
		sentence: 'a setting is taken although another session holds it',
		file: 'src/host/lease-store.ts',
		replace: ['return holder === id ? { ok: true } : { ok: false, holder, code }', 'return { ok: true }'],
		seenBy: ['test/safety/somebody-else.test.ts', 'P9 two sessions'],
	},
	{
		promise: 10,
		sentence: 'each of several that undo a lease believes that it has closed it',
		file: 'src/host/lease-store.ts',
		replace: [
			'if (errnoOfCall(() => renameSync(from, closing)) !== undefined) return false',
			'renameSync(from, closing)',
		],
		seenBy: ['test/safety/at-the-same-time.test.ts', 'P10 100 times'],
	},
	{
		promise: 11,
		sentence: 'a record of an earlier boot counts as one of this boot',
		file: 'src/guard/lease-reader.ts',
		replace: [
			'earlierBoot: lease !== undefined && lease.boot !== boot,',
			'earlierBoot: lease !== undefined && boot === undefined,',
		],
		seenBy: ['test/safety/on-record.test.ts', 'P11 P16 a record of an earlier boot'],
	},
	{
		promise: 12,
		sentence: 'changes are made without proving their undo',
		file: 'src/guard/client.ts',
		replace: ['if (unproven !== undefined) return stop(unproven)', ''],
		seenBy: ['test/safety/on-record.test.ts', 'P12 the undo cannot be proven'],
	},
	{
		promise: 13,
		sentence: 'no number of lines is a flood',
		file: 'src/guard/breaker.ts',
		replace: ['* 1000) / both > maxRate', '* 1000) / both > maxRate * 1e6'],
		seenBy: ['test/guard/breaker.test.ts', ''],
	},
	{
		promise: 14,
		sentence: 'a guard does not look in which network namespace it begins',
		file: 'src/commands/guard.ts',
		replace: ['if (netnsInode() !== netns.inode) return', 'if (netns.inode < 0) return'],
		seenBy: ['test/safety/where.test.ts', 'P14 a guard that finds itself'],
	},
	{
		promise: 14,
		sentence: 'a setting is written in whatever network namespace the writer is',
		file: 'src/host/write.ts',
		replace: ['return netnsInode() === home.inode ?', 'return home.inode > 0 ?'],
		seenBy: ['test/host/write-elsewhere.test.ts', 'P14'],
	},
	{
		promise: 15,
		sentence: 'the exit status is 0 although something was left alone',
		file: 'src/guard/lifetime.ts',
		replace: ["ports.end(outcome === 'conflict' ? 3 : 0)", 'ports.end(0)'],
		seenBy: ['test/guard/lifetime.test.ts', 'is never overwritten'],
	},
	{
		promise: 15,
		sentence: 'the line to do it by hand has our value, not the one from before',
		file: 'src/changes/view.ts',
		replace: ['shellLineFor(knob, entry.was, lease.netns', 'shellLineFor(knob, entry.set, lease.netns'],
		seenBy: ['test/safety/truth.test.ts', 'left alone'],
	},
	{
		promise: 15,
		sentence: 'what the kernel says of a process with the name of a tracker is taken as a reason',
		file: 'src/kernel/packet-line.ts',
		replace: ['if (!isReason(scan, prefix.end, start)) return ruleLineAt(scan, from)', ''],
		seenBy: ['test/kernel/record-line.test.ts', 'P15 a process'],
	},
	{
		promise: 16,
		sentence: 'only leases whose guard lives are found',
		file: 'src/guard/find-leases.ts',
		replace: [
			'if (!alive && !hasNews && !file.earlierBoot) return undefined',
			'if (!alive) return undefined',
		],
		seenBy: ['test/safety/on-record.test.ts', 'P16 a dead guard is found'],
	},
]
