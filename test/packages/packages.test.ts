import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
	chmodSync,
	copyFileSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { debName } from '../../scripts/package/deb.ts'
import { filesInTar } from '../../scripts/package/tar.ts'
import { script } from '../../scripts/package/template.ts'
import { VERSION } from '../../src/commands/common/version.ts'
import { tempFolder } from '../harness/folders.ts'

// Both builds pack quickly (--fast): the same files, less compressed.
const BUILD_MS = 300_000

const root = join(import.meta.dirname, '../..')
const ARCH = process.arch === 'arm64' ? 'arm64' : 'amd64'
const hasXz = spawnSync('xz', ['--version']).status === 0
const hasDpkg = spawnSync('dpkg-deb', ['--version']).status === 0

function build(): string {
	const out = tempFolder('packages')
	const args = [
		'--disable-warning=ExperimentalWarning',
		'scripts/package/main.ts',
		'--arch',
		ARCH,
		'--fast',
		'--out',
		out,
	]
	// The sources may be here without the history that the time is usually taken from.
	const env = { ...process.env, SOURCE_DATE_EPOCH: '1764374400' }
	const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env })
	expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
	return out
}

const NAMES = [
	`ctscope-${VERSION}-linux-${ARCH}`,
	`ctscope-${VERSION}.cdx.json`,
	`ctscope-${VERSION}.tgz`,
	`ctscope_${VERSION}_${ARCH}.deb`,
	'SHA256SUMS',
]

describe.skipIf(!hasXz)('packages (they need xz)', () => {
	let out = ''
	const made = (name: string) => readFileSync(join(out, name))
	beforeAll(() => {
		out = build()
	}, BUILD_MS)

	test('built again, every byte is the same', { timeout: BUILD_MS }, () => {
		expect(readdirSync(out).toSorted()).toEqual(NAMES.toSorted())
		expect(readFileSync(join(build(), 'SHA256SUMS'), 'utf8')).toBe(made('SHA256SUMS').toString())
	})

	test('SHA256SUMS has all of them', () => {
		const sums = NAMES.filter((name) => name !== 'SHA256SUMS')
			.toSorted()
			.map((name) => `${createHash('sha256').update(made(name)).digest('hex')}  ${name}\n`)
		expect(made('SHA256SUMS').toString()).toBe(sums.join(''))
	})

	describe.skipIf(!hasDpkg)('the .deb (unpacked by dpkg-deb)', () => {
		let folder = ''
		const ctscope = (...args: readonly string[]) =>
			spawnSync(join(folder, 'usr/bin/ctscope'), args, { encoding: 'utf8', env: {} })
		beforeAll(() => {
			folder = tempFolder('deb')
			const { status, stderr } = spawnSync(
				'dpkg-deb',
				['-x', join(out, `ctscope_${VERSION}_${ARCH}.deb`), folder],
				{
					encoding: 'utf8',
				},
			)
			expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
		})

		test('runs from where it was unpacked, and plays its demo, with no environment', () => {
			expect(ctscope('--version')).toMatchObject({ status: 0, stdout: `${VERSION}\n`, stderr: '' })
			const status = ctscope('status', '--json')
			expect(JSON.parse(status.stdout)).toMatchObject({ v: 1 })
			expect(ctscope('--demo')).toMatchObject({
				status: 0,
				stdout: expect.stringMatching(/^ctscope .*REPLAY/),
			})
		})

		test('runs through a link to it', () => {
			const link = join(tempFolder('link'), 'ctscope')
			symlinkSync(join(folder, 'usr/bin/ctscope'), link)
			expect(spawnSync(link, ['--version'], { encoding: 'utf8' }).stdout).toBe(`${VERSION}\n`)
		})

		test('has the program, its Node, man page, completions and licences, and nothing else', () => {
			const files = readdirSync(folder, { recursive: true, withFileTypes: true })
				.filter((entry) => entry.isFile())
				.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length))
				// Node keeps compiled code there when root runs it.
				.filter((path) => !path.includes('/dist/cache/'))
			const own = `/usr/lib/ctscope/${VERSION}-[0-9a-f]{12}`
			const expected = [
				/^\/usr\/bin\/ctscope$/,
				new RegExp(`^${own}/bin/node$`),
				new RegExp(`^${own}/dist/(?:cli|part-[\\w-]+)\\.js$`),
				new RegExp(`^${own}/(?:package\\.json|share/demo/asymmetric\\.ctscope)$`),
				/^\/usr\/share\/man\/man8\/ctscope\.8\.gz$/,
				/^\/usr\/share\/bash-completion\/completions\/ctscope$/,
				/^\/usr\/share\/zsh\/vendor-completions\/_ctscope$/,
				/^\/usr\/share\/fish\/vendor_completions\.d\/ctscope\.fish$/,
				/^\/usr\/share\/doc\/ctscope\/(?:copyright|CHANGELOG\.md\.gz|README\.md\.gz)$/,
			]
			expect(files.filter((path) => !expected.some((one) => one.test(path)))).toEqual([])
			for (const one of expected)
				expect(
					files.some((path) => one.test(path)),
					String(one),
				).toBe(true)
		})

		test('has the licence of everything in the parts list', () => {
			const text = readFileSync(join(folder, 'usr/share/doc/ctscope/copyright'), 'utf8')
			const { components } = JSON.parse(made(`ctscope-${VERSION}.cdx.json`).toString()) as {
				components: { name: string; version: string }[]
			}
			expect(components.length).toBeGreaterThan(40)
			for (const { name, version } of components)
				expect(text).toContain(`\n${name.startsWith('node-linux-') ? 'Node.js' : name} ${version}\n`)
			expect(components.map(({ name }) => name)).not.toEqual(expect.arrayContaining(['vitest']))
		})

		test('says what it needs', () => {
			const { stdout } = spawnSync('dpkg-deb', ['-f', join(out, `ctscope_${VERSION}_${ARCH}.deb`)], {
				encoding: 'utf8',
			})
			expect(stdout).toMatch(/^Depends: conntrack, libc6 /m)
			expect(stdout).toMatch(/^Recommends: nftables, tcpdump, util-linux, iproute2$/m)
			expect(stdout).toMatch(new RegExp(`^Version: ${VERSION}\nArchitecture: ${ARCH}$`, 'm'))
		})
	})

	test('the package for npm runs on a Node, and installs nothing', () => {
		const files = filesInTar(gunzipSync(made(`ctscope-${VERSION}.tgz`)), () => true)
		const folder = tempFolder('npm')
		for (const [path, bytes] of files) {
			mkdirSync(dirname(join(folder, path)), { recursive: true })
			if (!path.endsWith('/')) writeFileSync(join(folder, path), bytes)
		}
		const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package/package.json'), 'utf8'))
		expect(manifest).toMatchObject({ name: 'ctscope', version: VERSION, bin: { ctscope: 'dist/cli.js' } })
		expect(Object.keys(manifest as object)).not.toEqual(expect.arrayContaining(['scripts']))
		expect(Object.keys(manifest as object).filter((key) => /ependencies$/.test(key))).toEqual([])
		const cli = join(folder, 'package/dist/cli.js')
		chmodSync(cli, 0o755)
		// Its first line looks for a node.
		const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}` }
		expect(spawnSync(cli, ['--version'], { encoding: 'utf8', env })).toMatchObject({
			status: 0,
			stdout: `${VERSION}\n`,
		})
	})

	// Root's own folders are covered by empty ones, in a mount namespace that goes with the program.
	const canMount = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0
	describe.skipIf(!canMount)('the one file (it needs root, to stay out of the real /root)', () => {
		const file = () => join(out, `ctscope-${VERSION}-linux-${ARCH}`)
		const inside = (root: string, lines: string) =>
			spawnSync(
				'/usr/bin/unshare',
				[
					'--mount',
					'/bin/sh',
					'-ec',
					`PATH=/usr/bin:/bin:/usr/sbin:/sbin
					mount -t tmpfs -o mode=${root} tmpfs /root
					mount -t tmpfs -o mode=755 tmpfs /run
					unset PATH
					${lines}`,
					file(),
				],
				{ encoding: 'utf8', env: {} },
			)

		test('runs without environment and without a node, unpacks once, and leaves nothing to others', () => {
			const { stdout, stderr, status } = inside(
				'700',
				`"$0" --version
				"$0" status --json
				/usr/bin/stat -c '%a %U' /root/.cache/ctscope /root/.cache/ctscope/*
				/bin/ls -A /run; /bin/ls -A /root/.cache/ctscope; /usr/bin/find /root/.cache/ctscope -perm /077`,
			)
			expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
			expect(stdout).toMatch(
				new RegExp(`^${VERSION}\n\\{[\\s\\S]*\n\\}\n700 root\n700 root\n${VERSION}-[0-9a-f]{12}\n$`),
			)
		})

		test.each([
			['programs may not run', '700,noexec'],
			['others can write', '777'],
		])('goes to /run where in /root %s', (_name, mode) => {
			const { stdout, status } = inside(
				mode,
				'"$0" --version; /bin/ls -A /root/.cache/ctscope /run 2>/dev/null || :',
			)
			expect({ status, stdout }).toEqual({
				status: 0,
				stdout: expect.stringMatching(/^[\d.]+\n[\s\S]*\nctscope-one-file\n$/),
			})
		})

		test('a copy that is not whole is refused', () => {
			const cut = join(tempFolder('cut'), 'ctscope')
			writeFileSync(cut, readFileSync(file()).subarray(0, 1_000_000), { mode: 0o755 })
			expect(inside('700', `${cut} --version; /bin/ls -A /root`)).toMatchObject({
				status: 2,
				stdout: '',
				stderr: expect.stringMatching(/^ctscope: this file is damaged/),
			})
		})
	})
})

// With the package that was just made in the place where npm run package puts it.
// A client without its engine answers --version, and not info.
const builder = ['podman', 'docker', 'buildah'].find((tool) => spawnSync(tool, ['info']).status === 0)
if (builder === undefined)
	console.warn('skipped: no podman, docker or buildah runs here to build the image with')
test.skipIf(builder === undefined || !hasXz)('an image is made of the package', { timeout: 900_000 }, () => {
	const context = tempFolder('image')
	mkdirSync(join(context, 'out'))
	const packages = build()
	for (const [from, to] of [
		[join(packages, debName(VERSION, ARCH)), join(context, 'out', debName(VERSION, ARCH))],
		[join(root, 'LICENSE'), join(context, 'LICENSE')],
	] as const)
		copyFileSync(from, to)
	const recipe = join(root, 'examples/Containerfile')
	const args = ['-f', recipe, '--build-arg', `VERSION=${VERSION}`, '--build-arg', `TARGETARCH=${ARCH}`]
	const { status, stderr } = spawnSync(builder ?? '', ['build', ...args, context], { encoding: 'utf8' })
	expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
})

test('the launcher does what scripts/ctscope does: flags, and what is taken from the environment', () => {
	const ours = readFileSync(join(root, 'scripts/ctscope'), 'utf8')
	const packed = script('launcher.sh', { ID: '1' })
	const flags = /exec "\$\w+(?:\/bin\/node)?" (.*?) "/
	expect(flags.exec(packed)?.[1]).toBe(flags.exec(ours)?.[1])
	const unset = (text: string) =>
		[...text.matchAll(/^unset ([A-Z0-9_ \\\n\t]+)$/gm)]
			.flatMap(([, names = '']) => names.match(/\w+/g) ?? [])
			.toSorted()
	expect(unset(packed)).toEqual(unset(ours))
})
