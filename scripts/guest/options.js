// The arguments of scripts/lab.
import { statSync } from 'node:fs'
import { NEWEST } from './kernel.js'

const SERIES = ['6.1', '6.12']
const KERNELS = [...SERIES, NEWEST]
const SUITES = ['bookworm', 'trixie', 'sid']

export const USAGE = `usage: scripts/lab KERNEL [options] -- COMMAND...
  KERNEL        ${SERIES.join(' or ')}: the newest cloud kernel of that series that apt knows of;
                ${NEWEST}: the newest one that a newer suite of Debian has, 6.16 or later
  --in DIR      what is in DIR is in /in of the guest
  --out DIR     what the command leaves in /out of the guest is put into DIR
  --timeout S   kill the guest after so many seconds, boot included (default 120)
  --verbose     say how long boot and command took
  --systemd     in a Debian 12 with systemd, sshd and sudo, made with debootstrap, with two cores
  --server SUITE  in a Debian of that suite as a server has it: systemd, and no Node, network or ctscope;
                two cores; ${SUITES.join(' or ')}
  --check       only get everything ready: exit status 0, or 77 when guests cannot run here
Exit status: that of COMMAND; 77 cannot run here; 124 out of time; 125 the lab itself failed.`

/** What was asked for, or one sentence about what is wrong with it. */
export function readOptions(argv) {
	const end = argv.indexOf('--')
	const own = end < 0 ? argv : argv.slice(0, end)
	const options = {
		kernel: undefined,
		command: end < 0 ? [] : argv.slice(end + 1),
		inDir: undefined,
		outDir: undefined,
		timeoutS: 120,
		verbose: false,
		systemd: false,
		server: undefined,
		check: false,
	}
	for (let at = 0; at < own.length; at++) {
		const word = own[at]
		if (word === '--verbose') options.verbose = true
		else if (word === '--check') options.check = true
		else if (word === '--systemd') options.systemd = true
		else if (['--in', '--out', '--timeout', '--server'].includes(word)) {
			const value = own[++at]
			if (value === undefined) return `${word} needs a value`
			if (word === '--in') options.inDir = value
			if (word === '--out') options.outDir = value
			if (word === '--server') options.server = value
			if (word === '--timeout') options.timeoutS = Number(value)
		} else if (word.startsWith('-')) return `there is no option ${word}`
		else if (options.kernel === undefined) options.kernel = word
		else return `unexpected argument ${word}; the command comes after --`
	}
	if (!KERNELS.includes(options.kernel)) return `which kernel? ${KERNELS.join(', ')}`
	if (options.server !== undefined && !SUITES.includes(options.server))
		return `which suite? ${SUITES.join(', ')}`
	if (options.server !== undefined && options.systemd) return '--server and --systemd are two guests'
	if (!(options.timeoutS > 0)) return '--timeout needs a number of seconds'
	if (options.command.length === 0 && !options.check) return 'which command? It comes after --'
	if (options.inDir !== undefined && !statSync(options.inDir, { throwIfNoEntry: false })?.isDirectory())
		return `${options.inDir} is not a directory`
	return options
}
