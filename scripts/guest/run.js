// One run: a saved guest goes on, hands input, output and files over, and always ends it.
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { cacheDir } from './cache.js'
import { readLines } from './lines.js'
import { startQemu } from './qemu.js'

const OUT_OF_TIME = 124
const LAB_FAILED = 125
const CONSOLE_KEPT = 1 << 20
const CONSOLE_SHOWN = 30

/** Answers the exit status: that of the command, 124 out of time, 125 the guest failed, 128+n after a signal to us. */
export async function runGuest({ ready, program, options, say }) {
	const started = performance.now()
	const seconds = () => ((performance.now() - started) / 1000).toFixed(1)
	const told = { up: undefined, exit: undefined }
	let ending
	const end = (status, why) => {
		ending ??= { status, why }
		guest.child.kill('SIGKILL')
	}
	const timer = setTimeout(
		() => end(OUT_OF_TIME, `no end after ${options.timeoutS} s`),
		options.timeoutS * 1000,
	)
	const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']
	const onSignal = (name) => end(128 + constants.signals[name], `ended by ${name}`)
	// Before there is a guest: a signal may come as soon as it can be seen.
	for (const name of signals) process.on(name, onSignal)
	const guest = startQemu({ ...ready, isSaved: true })
	guest.control.write(`${Math.round(Date.now() / 1000)}\n`)
	guest.program.end(program)

	let log = ''
	const keep = (text) => {
		log = (log + text).slice(-CONSOLE_KEPT)
	}
	guest.console.setEncoding('utf8').on('data', keep)
	guest.complaints.setEncoding('utf8').on('data', keep)
	const arrived = [guest.stdout, guest.stderr, guest.files].map(countBytes)
	guest.stdout.on('data', (bytes) => process.stdout.write(bytes))
	guest.stderr.on('data', (bytes) => process.stderr.write(bytes))
	passInput(guest.stdin)
	const files = passFiles(guest.files, options.outDir)
	readLines(guest.control, (line) => {
		const [word, value, ...sent] = line.split(' ')
		if (word === 'up') told.up = seconds()
		if (word === 'exit') {
			told.exit = seconds()
			const all = arrived.map((stream, at) => stream.until(Number(sent[at])))
			Promise.all(all).then(() => end(Number(value)))
		}
	})

	// 'close' comes when QEMU is gone and all that it wrote has been read.
	await new Promise((resolve) => {
		guest.child.once('close', resolve)
		guest.child.once('error', (error) => {
			keep(`${error.message}\n`)
			resolve()
		})
	})
	clearTimeout(timer)
	for (const name of signals) process.off(name, onSignal)
	const { status, why } = ending ?? { status: LAB_FAILED, why: 'the guest ended before the command did' }
	const filesStatus = await files()
	if (why !== undefined) {
		const lost = options.outDir === undefined ? '' : '; what it had in /out is lost'
		say(`${why}${told.up === undefined ? ', before the command began' : ''}${lost}`)
		if (status === LAB_FAILED || status === OUT_OF_TIME) showConsole(log, say)
	}
	if (options.verbose)
		say(`boot ${told.up ?? '-'} s, command done at ${told.exit ?? '-'} s, all ${seconds()} s`)
	if (why === undefined && filesStatus !== 0) {
		say('the files of /out did not arrive')
		return LAB_FAILED
	}
	return status
}

/** Nothing from a terminal: the command would fight over it with the shell. */
function passInput(stdin) {
	if (process.stdin.isTTY) stdin.end()
	else process.stdin.on('error', () => stdin.end()).pipe(stdin)
}

/** Unpacks what comes; the answer waits for the end of that and tells the exit status of tar. */
function passFiles(stream, folder) {
	if (folder === undefined) return async () => 0
	mkdirSync(folder, { recursive: true })
	const tar = spawn('tar', ['-xf', '-', '--no-same-owner', '-C', folder], {
		stdio: ['pipe', 'ignore', 'inherit'],
	})
	tar.stdin.on('error', () => {})
	stream.pipe(tar.stdin)
	const ended = new Promise((resolve) => {
		tar.once('close', resolve)
		tar.once('error', () => resolve(LAB_FAILED))
	})
	return () => ended
}

/** How much has come of a stream so far; `until` resolves when it is that much. */
function countBytes(stream) {
	let bytes = 0
	let check = () => {}
	stream.on('data', ({ length }) => {
		bytes += length
		check()
	})
	return {
		until: (wanted) =>
			new Promise((resolve) => {
				check = () => bytes >= wanted && resolve()
				check()
			}),
	}
}

function showConsole(log, say) {
	if (log.trim() === '') return say('its console said nothing')
	const path = join(cacheDir, 'console.txt')
	writeFileSync(path, log)
	const lines = log.trimEnd().split('\n').slice(-CONSOLE_SHOWN)
	say(`the end of its console; all of it is in ${path}`)
	process.stderr.write(`${lines.join('\n').replaceAll('\r', '')}\n`)
}
