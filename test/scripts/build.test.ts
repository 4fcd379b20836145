import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
// @ts-expect-error: plain JavaScript without types, because it must run before anything is installed
import { bundleProgram } from '../../scripts/build.js'
import { tempFolder } from '../harness/folders.ts'

type File = { readonly bytes: number; readonly inputs: Readonly<Record<string, unknown>> }
type Bundle = {
	readonly files: Readonly<Record<string, File>>
	/** The files that come with a source by static imports. */
	loadedWith(source: string): ReadonlySet<string>
}

let bundle: Bundle
let folder = ''
beforeAll(async () => {
	folder = tempFolder('build')
	bundle = await bundleProgram(folder)
})

/** Files that are read when all these sources are loaded one after the other, and their size, KB. */
function read(...sources: readonly string[]) {
	const files = new Set(['src/cli.ts', ...sources].flatMap((source) => [...bundle.loadedWith(source)]))
	const bytes = [...files].reduce((sum, name) => sum + (bundle.files[name]?.bytes ?? Number.NaN), 0)
	return { files: files.size, kilobytes: Math.ceil(bytes / 1000) }
}
const MAIN = 'src/commands/main.ts'
const COMMAND_LINE = 'src/commands/command-line.ts'
const TUI = 'src/commands/tui/tui.ts'
const DRAWING = 'src/ui/terminal/drawing.ts'

// Each file costs Node half a millisecond, whatever is in it; the first frame once took 93.
test.each([
	['the first frame', [MAIN, TUI], 20, 1030],
	['the screen', [MAIN, TUI, DRAWING], 21, 1440],
	['status', [MAIN, COMMAND_LINE, 'src/commands/status/status.ts'], 37, 680],
	['explain', [MAIN, COMMAND_LINE, 'src/commands/explain/explain.ts'], 30, 530],
	['run', [MAIN, COMMAND_LINE, 'src/commands/run/run.ts'], 52, 1140],
	['the guard', ['src/commands/revert/guard.ts'], 21, 730],
])('few files are read for %s', (_, sources, files, kilobytes) => {
	const found = read(...sources)
	expect(found.files).toBeLessThanOrEqual(files)
	expect(found.kilobytes).toBeLessThanOrEqual(kilobytes)
})

test('Ink comes with its drawing alone, for which the environment is set first', () => {
	const ink = [...bundle.loadedWith(DRAWING)].toSorted(
		(a, b) => (bundle.files[b]?.bytes ?? 0) - (bundle.files[a]?.bytes ?? 0),
	)[0]
	for (const name of ['tui/tui', 'tui/plain', 'replay/replay', 'run/run', 'watch/watch', 'status/status'])
		expect([...bundle.loadedWith(`src/commands/${name}.ts`)], name).not.toContain(ink)
})

test('a module is in one file of the bundle only, whatever loads it', () => {
	const parts = Object.values(bundle.files).flatMap(({ inputs }) =>
		Object.keys(inputs).filter((input) => input.startsWith('part:')),
	)
	expect(parts.length).toBeGreaterThan(100)
	expect(parts.filter((part, at) => parts.indexOf(part) !== at)).toEqual([])
})

// ansible, cron and a user in another folder start scripts/ctscope, which builds what is older than its sources.
test('is built from any folder', () => {
	const build = join(import.meta.dirname, '../../scripts/build.js')
	const line = `import(${JSON.stringify(build)}).then((made) => made.bundleProgram(process.argv[1]))`
	const { status, stderr } = spawnSync(process.execPath, ['-e', line, tempFolder('elsewhere')], {
		cwd: '/',
		encoding: 'utf8',
	})
	expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})

test('what is known of all scripts and all emoji is not loaded before a text needs it', () => {
	const parts = [...bundle.loadedWith(TUI), ...bundle.loadedWith(DRAWING)].filter((name) => name !== 'cli.js')
	const load = `
		for (const [of, name] of [[Intl, 'Segmenter'], [globalThis, 'RegExp']])
			of[name] = new Proxy(of[name], {
				construct(made, [source]) {
					if (name === 'Segmenter' || source.includes('RGI_Emoji')) throw new Error(name)
					return Reflect.construct(...arguments)
				},
			})
		for (const name of ${JSON.stringify(parts)}) await import('${folder}/' + name)`
	const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', load], {
		encoding: 'utf8',
	})
	expect(stderr).toBe('')
	expect(status).toBe(0)
})

test('an older Node is told what is needed, by the first line of the program', () => {
	// Before 20.16 it has no way to its modules but imports.
	const older =
		'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.15.0" } }); process.getBuiltinModule = undefined'
	const options = ['--import', `data:text/javascript,${encodeURIComponent(older)}`]
	const { status, stderr } = spawnSync(process.execPath, [...options, join(folder, 'cli.js'), 'status'], {
		encoding: 'utf8',
	})
	expect(stderr).toBe(
		`ctscope: Node 24 or newer is needed, and ${process.execPath} is 20.15.0: install a newer one, or use the package for this system (.deb, .rpm) or the one file, which bring their own\n`,
	)
	expect(status).toBe(2)
})

test('no file that comes with the first one asks Node for a name that an older one lacks', () => {
	const first = [...bundle.loadedWith('src/cli.ts')].map((name) => readFileSync(join(folder, name), 'utf8'))
	expect(first.join('\n')).not.toMatch(/import\s*\{[^}]*enableCompileCache/)
})
