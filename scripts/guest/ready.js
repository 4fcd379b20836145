// A guest that has booted, and has Node and the tools in its memory, is saved. Each run goes on from there.
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { hashOf, made } from './cache.js'
import { createArchive } from './cpio.js'
import { readLines } from './lines.js'
import { SAVE, startQemu } from './qemu.js'

const BOOT_MS = 120_000

const here = import.meta.dirname

/** What udev would make in /dev. */
const DEV = { fd: '/proc/self/fd', stdin: 'fd/0', stdout: 'fd/1', stderr: 'fd/2' }

/** What `startQemu` needs for a guest that goes on: `state` is the path of the saved one. */
export async function readyGuest({ kernel, base, cores, say }) {
	const recipe = ['ready.js', 'qemu.js', 'start.sh', 'run.sh', 'fstab'].map((file) =>
		readFileSync(join(here, file)),
	)
	const name = `ready-${basename(kernel).split('-')[1]}`
	const key = hashOf(`${cores}`, basename(kernel), basename(dirname(base)), ...recipe)
	const folder = await made(name, key, async (fresh) => {
		say('booting a guest, to be saved ...')
		const initrd = join(fresh, 'initrd')
		writeFileSync(initrd, Buffer.concat([readFileSync(join(kernel, 'boot.cpio')), startArchive()]))
		await saveReady({ kernel, base, cores, initrd, state: join(fresh, 'state') })
	})
	return { kernel, base, cores, initrd: join(folder, 'initrd'), state: join(folder, 'state') }
}

/** start.sh and what it needs: the first layer of the root. */
function startArchive() {
	const archive = createArchive()
	archive.folder('guest/lab/dev/pts')
	archive.folder('guest/lab/dev/shm', 0o1777)
	for (const name of ['start.sh', 'run.sh', 'fstab']) archive.add(`guest/lab/${name}`, join(here, name))
	for (const [name, target] of Object.entries(DEV)) archive.link(`guest/lab/dev/${name}`, target)
	return archive.bytes()
}

async function saveReady({ kernel, base, cores, initrd, state }) {
	const guest = startQemu({ kernel, base, cores, initrd, state, isSaved: false })
	let log = ''
	for (const stream of [guest.console, guest.complaints])
		stream.setEncoding('utf8').on('data', (text) => {
			log += text
		})
	const ended = new Promise((resolve) => {
		guest.child.once('close', resolve)
		guest.child.once('error', resolve)
	})
	const timer = setTimeout(() => guest.child.kill('SIGKILL'), BOOT_MS)
	let isSaved = false
	readLines(guest.control, (line) => {
		if (line === 'ready') guest.monitor.write(SAVE.map((command) => JSON.stringify(command)).join('\n'))
	})
	readLines(guest.monitor, (line) => {
		log += `${line}\n`
		const { event, data } = JSON.parse(line)
		if (event !== 'MIGRATION' || !['completed', 'failed'].includes(data.status)) return
		isSaved = data.status === 'completed'
		guest.child.kill('SIGKILL')
	})
	await ended
	clearTimeout(timer)
	if (!isSaved)
		throw new Error(`the guest could not be saved; the end of what it said:\n${log.slice(-2_000)}`)
}
