// scripts/mutate-safety [P2 P7 ...]: makes one deliberate defect after the other in a copy of this checkout, and shows which
// test of the promise sees it. Each run of tests has processes, mounts and network namespaces of its own, which end with
// it: a defect that leaves a setting changed leaves it nowhere. Exit status 0: each one was seen.
import { spawnSync } from 'node:child_process'
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { thawKilled } from '../test/harness/guard/freezer.ts'
import { removeEmptyGroups } from '../test/harness/guard/pids-group.ts'
import { MUTATIONS, type Mutation } from './mutations.ts'

const root = join(import.meta.dirname, '..')
const LIMIT_MS = 240_000
/** The only settings of the whole host that these tests may touch. */
const ALL_NETNS = '/proc/sys/net/netfilter/nf_log_all_netns'
const SHARED = ['/proc/sys/kernel/printk', ALL_NETNS]

/** Where the tests of a copy tell what they saw, and the configuration that makes them do so. */
const RESULT = 'result.json'
const CONFIG = 'mutants.config.ts'
const CONFIG_TEXT = `import config from './vitest.config.ts'
const reporters = [['json', { outputFile: '${RESULT}' }]]
export default { ...config, test: { ...config.test, reporters } }
`

/** Whoever kills this script with -9 ends the tests too. */
const ENDS_WITH_US = ['--pdeathsig', 'KILL', 'unshare'] as const

/** A world of its own for a command: nothing of it is left when it has ended. */
const alone = (onHost: boolean): readonly string[] => [
	...['--pid', '--fork', '--kill-child', '--mount', '--mount-proc', ...(onHost ? [] : ['--net'])],
	...['sh', '-c', 'mount -t tmpfs none /run && mkdir /run/netns && ip link set lo up && exec "$@"', 'sh'],
]

type Seen =
	| { readonly kind: 'failed'; readonly test: string }
	| { readonly kind: 'passed' }
	/** No test has run, or none was chosen. */
	| { readonly kind: 'nothing'; readonly why: string }

/** `text` with the defect in it. Throws when the place is not there, or is there more than once. */
export function mutated(text: string, { file, replace: [from, to] }: Mutation): string {
	const places = from === '' ? 0 : text.split(from).length - 1
	if (places !== 1) throw new Error(`${file} has ${places} places instead of one that read: ${from}`)
	return text.replace(from, () => to)
}

type Way = Pick<Mutation, 'seenBy' | 'onHost'>

/** Runs these tests of a copy. The first failure is enough. */
function run(copy: string, { seenBy: [file, names], onHost = false }: Way): Seen {
	const result = join(copy, RESULT)
	rmSync(result, { force: true })
	const vitest = join(root, 'node_modules/vitest/vitest.mjs')
	const pattern = names.replaceAll(/[^\w ]/g, '.')
	const args = ['run', file, '-t', pattern, '--bail', '1', '--config', CONFIG]
	const command = [...ENDS_WITH_US, ...alone(onHost), process.execPath, vitest, ...args]
	const { error, stderr } = spawnSync('setpriv', command, {
		cwd: copy,
		env: { ...process.env, TMPDIR: join(copy, 'tmp') },
		stdio: ['ignore', 'ignore', 'pipe'],
		encoding: 'utf8',
		timeout: LIMIT_MS,
		killSignal: 'SIGKILL',
	})
	thawKilled()
	if (error !== undefined && !existsSync(result))
		return { kind: 'failed', test: `no end within ${LIMIT_MS / 1000} s` }
	if (!existsSync(result)) return { kind: 'nothing', why: stderr.trim().split('\n').at(-1) ?? '' }
	return verdictOf(JSON.parse(readFileSync(result, 'utf8')))
}

type Report = {
	readonly testResults: readonly {
		readonly message: string
		readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
	}[]
}

function verdictOf({ testResults }: Report): Seen {
	const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
	const failed = tests.find(({ status }) => status === 'failed')
	if (failed !== undefined) return { kind: 'failed', test: failed.fullName }
	const message = testResults.find((one) => one.message !== '')?.message
	if (message !== undefined) return { kind: 'nothing', why: message.split('\n')[0] ?? '' }
	if (tests.some(({ status }) => status === 'passed')) return { kind: 'passed' }
	return { kind: 'nothing', why: 'no test has such a name' }
}

function makeCopy(): string {
	const copy = mkdtempSync(join(tmpdir(), 'ctscope-mutants-'))
	for (const name of ['src', 'test', 'scripts', 'package.json', 'tsconfig.json', 'vitest.config.ts'])
		cpSync(join(root, name), join(copy, name), { recursive: true })
	symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
	mkdirSync(join(copy, 'tmp'))
	writeFileSync(join(copy, CONFIG), CONFIG_TEXT)
	return copy
}

/** Answers whether it was seen, after saying so. */
function tryOne(copy: string, mutation: Mutation): boolean {
	const { promise, sentence, file } = mutation
	const path = join(copy, file)
	const text = readFileSync(path, 'utf8')
	const started = performance.now()
	writeFileSync(path, mutated(text, mutation))
	const seen = run(copy, mutation)
	writeFileSync(path, text)
	const seconds = ((performance.now() - started) / 1000).toFixed(1)
	const head = `P${promise} ${sentence}:`
	if (seen.kind === 'failed') console.log(`${head} caught by "${seen.test}" in ${seconds} s`)
	else console.log(`${head} NOT CAUGHT${seen.kind === 'nothing' ? ` (${seen.why})` : ''}`)
	return seen.kind === 'failed'
}

/** Without a defect the same tests pass, or their failing would say nothing. */
function checkWithout(copy: string, mutations: readonly Mutation[]): readonly string[] {
	const ways = new Map(mutations.map((mutation) => [mutation.seenBy.join('\n'), mutation]))
	return [...ways.values()].flatMap((way) => {
		const seen = run(copy, way)
		if (seen.kind === 'passed') return []
		return [
			`${way.seenBy.join(': ')}: ${seen.kind === 'failed' ? `fails without a defect: ${seen.test}` : seen.why}`,
		]
	})
}

function main(words: readonly string[]): number {
	const odd = words.find((word) => !/^P(?:[1-9]|1[0-6])$/.test(word))
	if (odd !== undefined || process.getuid?.() !== 0) {
		console.error(
			odd === undefined ? 'mutate-safety: run it as root' : `mutate-safety: ${odd} is none of P1 to P16`,
		)
		return 2
	}
	const chosen = MUTATIONS.filter(({ promise }) => words.length === 0 || words.includes(`P${promise}`))
	const before = SHARED.map((path) => readFileSync(path, 'utf8'))
	const copy = makeCopy()
	// The children end with their own namespace; what is left then is the copy.
	process.on('exit', () => {
		rmSync(copy, { recursive: true, force: true })
		removeEmptyGroups()
		thawKilled()
		// What was set when we began may have been someone else's for a while: written back only where ours could reach it.
		for (const [index, path] of SHARED.entries()) {
			const value = before[index] ?? ''
			if (path === ALL_NETNS && !chosen.some(({ onHost }) => onHost === true)) continue
			if (readFileSync(path, 'utf8') !== value) writeFileSync(path, value.trim().replaceAll('\t', ' '))
		}
	})
	for (const [signal, number] of [
		['SIGINT', 2],
		['SIGTERM', 15],
		['SIGHUP', 1],
	] as const)
		process.on(signal, () => process.exit(128 + number))
	const troubles = checkWithout(copy, chosen)
	for (const trouble of troubles) console.error(trouble)
	if (troubles.length > 0) return 1
	const caught = chosen.filter((mutation) => tryOne(copy, mutation)).length
	console.log(`${caught} of ${chosen.length} caught`)
	return caught === chosen.length ? 0 : 1
}

if (process.argv[1] === import.meta.filename) process.exit(main(process.argv.slice(2)))
