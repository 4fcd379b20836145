import * as english from '../../words/english/host/nflog.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { hasCapability } from '../netns/netns-enter.ts'
import { toolAnswer } from '../tools/tool-answer.ts'
import type { ToolPath } from '../tools/tool-path.ts'

/**
 * `-B`: libpcap sets SO_RCVBUF to it, in KiB, and the kernel cuts that to net.core.rmem_max (212 992 bytes up to 6.16, 4 MiB
 * afterwards) and doubles it. `-U` and `--immediate-mode`: each packet at once. `-Z root`: it must not change its user, since the
 * kernel forgets the parent-death signal of a process that does (prctl(2)); `-n`: it asks no name server.
 */
const READER_ARGS: readonly string[] = [
	...['-n', '-Z', 'root', '-B', '32768', '--immediate-mode', '-U', '-i', 'nflog:0', '-w', '-'],
]

/** What the reader says before it begins. */
export const AT_THE_GATE = 'ctscope: ready'

/** How the reader of group 0 is started. */
export type NflogCommand = {
	readonly program: string
	readonly args: readonly string[]
	/** For messages: what it comes down to. */
	readonly words: readonly string[]
	/** The kernel ends it when this process ends. Else timeout(1) does, after hours. */
	readonly dies: boolean
	/** It cannot write a file longer than `LONGEST_FILE`. */
	readonly bounded: boolean
}

const CAP_SETPCAP = 8
const CAP_NET_ADMIN = 12
const PROBE_MS = 2_000

/** The kernel ends a reader that writes a longer file, bytes: this program may stand still while packets come (ctrl-z). */
const LONGEST_FILE = 64 << 20

/** A reader that outlives us by an accident ends after this time, where nothing better can be had, s. */
const LONGEST_S = 7_200

/**
 * Says that it is there, which means that setpriv has done its part, and becomes the reader when it is told to. When nobody is
 * there to tell it, it ends: else one whose parent was killed in the first moment would live on.
 */
const GATE = ['/bin/sh', '-c', `echo ${AT_THE_GATE} >&2; read -r go && exec "$@" </dev/null`, 'sh']

/**
 * tcpdump, so started that it dies with us: the kernel kills it when this process ends in whatever way (PR_SET_PDEATHSIG).
 * It keeps the few rights that it needs. ulogd(8) is no alternative: for group 0 it binds nfnetlink_log for IPv4, IPv6 and bridges
 * whatever its `bind` says (ulogd_inppkt_NFLOG.c, "This is the system logging"), takes that from every other, does not put it
 * back, and gives no packet.
 */
export async function nflogCommand(tools: ToolPath): Promise<Result<NflogCommand>> {
	if (!hasCapability(CAP_NET_ADMIN)) return fail(NOT_PERMITTED)
	const tcpdump = tools.find('tcpdump')
	if (tcpdump === undefined) return fail({ kind: 'missing-tool', tool: 'tcpdump', debianPackage: 'tcpdump' })
	const words = ['tcpdump', '-i', 'nflog:0']
	const setpriv = tools.find('setpriv')
	if (setpriv !== undefined && (await knowsDeathSignal(tools, setpriv))) {
		const bounds = hasCapability(CAP_SETPCAP)
			? ['--bounding-set', '-all,+net_admin,+net_raw,+setuid,+setgid']
			: []
		const args = ['--pdeathsig', 'KILL', ...bounds, ...GATE, tcpdump, ...READER_ARGS]
		const prlimit = tools.find('prlimit')
		if (prlimit === undefined) return ok({ program: setpriv, args, words, dies: true, bounded: false })
		const limits = [`--fsize=${LONGEST_FILE}`, '--core=0', setpriv]
		return ok({ program: prlimit, args: [...limits, ...args], words, dies: true, bounded: true })
	}
	const timeout = tools.find('timeout')
	if (timeout === undefined) return fail(NOTHING_ENDS_IT)
	return ok({
		program: timeout,
		args: ['-k', '1', `${LONGEST_S}`, ...GATE, tcpdump, ...READER_ARGS],
		words,
		dies: false,
		bounded: false,
	})
}

/** `--pdeathsig` came with util-linux 2.33; busybox has a setpriv without it. */
async function knowsDeathSignal(tools: ToolPath, setpriv: string): Promise<boolean> {
	const help = await toolAnswer(tools, setpriv, ['--help'], { timeoutMs: PROBE_MS, maxBuffer: 20_000 })
	return `${help.stdout}${help.stderr}`.includes('--pdeathsig')
}

const NOT_PERMITTED: Failure = {
	kind: 'not-permitted',
	what: english.readingThePacketsOfNfnetlink,
	need: english.rootCapNetAdmin,
}

const NOTHING_ENDS_IT: Failure = {
	kind: 'missing-tool',
	tool: 'setpriv --pdeathsig',
	debianPackage: 'util-linux',
}
