// npm run release: checks that all is in step, makes the packages twice, and prints what to do then (CONTRIBUTING.md, "A release").
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VERSION } from '../../src/commands/common/version.ts'
import { lockfile, read, root } from '../package/inputs.ts'
import { maintainer } from '../package/maintainer.ts'
import { type Facts, notInStep, tagOf, versionOfManual } from './in-step.ts'

const git = (...args: readonly string[]): readonly string[] => {
	const { status, stdout, stderr, error } = spawnSync('git', args, { cwd: root, encoding: 'utf8' })
	if (status !== 0) throw new Error(`git ${args[0]} failed: ${(error?.message ?? stderr).trim()}`)
	return stdout.split('\n').filter((line) => line !== '')
}

function facts(): Facts {
	const { version } = JSON.parse(read('package.json').toString()) as { readonly version: string }
	return {
		dirty: git('status', '--porcelain'),
		tags: git('tag', '--list'),
		package: version,
		lock: [lockfile.version, lockfile.packages['']?.version ?? ''],
		program: VERSION,
		manual: versionOfManual(read('share/man/ctscope.8').toString()),
		changelog: read('CHANGELOG.md').toString(),
		maintainer: maintainer(),
	}
}

const script = (name: string, ...args: readonly string[]): boolean =>
	spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', name, ...args], {
		cwd: root,
		stdio: ['ignore', 'inherit', 'inherit'],
	}).status === 0

/** Two builds of one commit: undefined when each byte is the same, else the lines of the sums that differ. */
function differences(out: string): readonly string[] | undefined {
	const again = mkdtempSync(join(tmpdir(), 'ctscope-release-'))
	try {
		for (const folder of [out, again])
			if (!script('scripts/package/main.ts', '--out', folder)) return ['the packages could not be made']
		const [first = [], second = []] = [out, again].map((folder) =>
			readFileSync(join(folder, 'SHA256SUMS'), 'utf8').trimEnd().split('\n'),
		)
		const other = first.filter((line) => !second.includes(line))
		return other.length === 0 && first.length === second.length ? undefined : other
	} finally {
		rmSync(again, { recursive: true })
	}
}

function ended(title: string, problems: readonly string[]): boolean {
	console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'}  ${title}`)
	for (const problem of problems) console.log(`        ${problem}`)
	return problems.length > 0
}

function main(): number {
	const found = facts()
	// All of these at once: each is mended in a minute.
	if (ended('clean, and the same version everywhere', notInStep(found))) return 1
	if (ended('static checks', script('scripts/check.js') ? [] : ['see above'])) return 1
	const out = join(root, 'out')
	if (ended('packages, made twice with the same bytes', differences(out) ?? [])) return 1
	// What is packed is what is committed.
	if (
		ended(
			'still clean',
			git('status', '--porcelain').map((line) => line.trim()),
		)
	)
		return 1
	const tag = tagOf(found.package)
	console.log(`
The tests are not among this: .ci/run and npm run test:lab have to be green on this commit (${git('rev-parse', '--short', 'HEAD')[0]}).
Then, by hand, since nothing is pushed from here:

  git tag --sign ${tag} --message 'ctscope ${found.package}'
  git push origin ${tag}

and attach what is in ${out} to the release, SHA256SUMS with it.`)
	return 0
}

try {
	process.exitCode = main()
} catch (error) {
	console.error(`release: ${error instanceof Error ? error.message : error}`)
	process.exitCode = 1
}
