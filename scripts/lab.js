// scripts/lab KERNEL -- COMMAND...: a guest with a Debian kernel, booted once and saved, goes on in QEMU with the built
// program and its tools, and runs COMMAND as root. Its output is passed through, its exit status is ours. Everything of
// the lab's own goes to standard error.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { baseImage } from './guest/base.js'
import { DEBIAN_TOOLS } from './guest/debian.js'
import { guestKernel } from './guest/kernel.js'
import { whyNot } from './guest/missing.js'
import { readOptions, USAGE } from './guest/options.js'
import { programArchive } from './guest/program.js'
import { readyGuest } from './guest/ready.js'
import { runGuest } from './guest/run.js'
import { serverImage } from './guest/server.js'
import { systemImage } from './guest/system.js'
import { root } from './setup.js'

const LAB_FAILED = 125
const CANNOT_RUN = 77

const say = (text) => process.stderr.write(`lab: ${text}\n`)

function cannotRun(why) {
	say(why)
	process.exitCode = CANNOT_RUN
}

/** Packages and bundle of this checkout; what that prints is not the output of the command. */
function setUp() {
	const { status } = spawnSync(process.execPath, [join(root, 'scripts/setup.js')], {
		stdio: ['ignore', 2, 2],
		timeout: 600_000,
	})
	if (status !== 0) throw new Error('the program could not be built')
}

async function main() {
	const options = readOptions(process.argv.slice(2))
	if (typeof options === 'string') {
		say(`${options}\n${USAGE}`)
		process.exitCode = LAB_FAILED
		return
	}
	const why = whyNot(options.systemd || options.server !== undefined ? DEBIAN_TOOLS : {})
	if (why) return cannotRun(why)
	const kernel = await guestKernel(options.kernel, say)
	if (kernel.why) return cannotRun(kernel.why)
	const isBare = options.server !== undefined
	if (!isBare) setUp()
	const base = isBare
		? await serverImage(options.server, say)
		: await (options.systemd ? systemImage : baseImage)(say)
	const ready = await readyGuest({
		kernel: kernel.folder,
		base,
		cores: options.systemd || isBare ? 2 : 1,
		say,
	})
	if (options.check) return
	process.exitCode = await runGuest({ ready, program: programArchive(options), options, say })
}

try {
	await main()
} catch (error) {
	say(error instanceof Error ? error.message : String(error))
	process.exitCode = LAB_FAILED
}
// Standard input may still be open, and nobody waits for it any more.
process.stdin.destroy()
