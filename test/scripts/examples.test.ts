import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { debName } from '../../scripts/package/deb.ts'
import { ARCHES } from '../../scripts/package/inputs.ts'
import { systemFiles } from '../../scripts/package/system-files.ts'
import { VERSION } from '../../src/commands/common/version.ts'
import { tempFolder } from '../harness/folders.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const has = (tool: string): boolean =>
	['/usr/bin', '/bin', '/usr/local/bin'].some((folder) => existsSync(join(folder, tool)))

describe('the recipe of an image', () => {
	const lines = read('examples/Containerfile').split('\n')
	const sources = (version: string, arch: string): string[] =>
		lines
			.flatMap((line) => (line.startsWith('COPY ') ? line.split(' ').slice(1, -1) : []))
			.map((path) => path.replace(/\$\{VERSION\}/, version).replace(/\$\{TARGETARCH\}/, arch))

	test('copies what a checkout has, or what npm run package makes', () => {
		expect(sources(VERSION, 'amd64').length).toBeGreaterThan(1)
		for (const arch of Object.keys(ARCHES))
			for (const path of sources(VERSION, arch))
				expect(existsSync(join(root, path)) || path === `out/${debName(VERSION, arch)}`, path).toBe(true)
	})

	test('gets all of that, and nothing else of the checkout', () => {
		const letIn = read('.dockerignore').match(/(?<=^!).*/gm) ?? []
		const patterns = letIn.map((line) => new RegExp(`^${line.replaceAll('.', '\\.').replace('*', '[^/]*')}$`))
		for (const path of sources(VERSION, 'amd64'))
			expect(
				patterns.some((one) => one.test(path)),
				path,
			).toBe(true)
		expect(read('.dockerignore')).toMatch(/^\*$/m)
	})

	test('starts what the package has', async () => {
		const [, entry = ''] = /^ENTRYPOINT \["\/(.*)"\]$/m.exec(lines.join('\n')) ?? []
		expect([...(await systemFiles({ id: '1', files: new Map() }, '', 'deb')).keys()]).toContain(entry)
	})

	test('its page names each flag of the line that it gives', () => {
		const page = read('docs/containers.md')
		const [, line = ''] = /^ {4}(podman run (?:.*\\\n)*.*)$/m.exec(page) ?? []
		const flags = line.match(/--(?!rm)\S+|\/[\w/]+(?=:)|-it/g) ?? []
		expect(flags.length).toBeGreaterThan(6)
		const rows = page
			.split('\n')
			.filter((row) => row.startsWith('| `') || row.startsWith('| **`'))
			.join('\n')
		for (const flag of flags) expect(rows).toContain(flag)
	})
})

describe('the unit for node_exporter', () => {
	const unit = read('examples/systemd/ctscope-metrics.service')
	const [, shell = ''] = /^ExecStart=\/bin\/sh -ec '(.*)'$/m.exec(unit) ?? []

	/** Runs its line with a program of this text in the place of ctscope. */
	function collect(folder: string, program: string) {
		const bin = tempFolder('bin')
		writeFileSync(join(bin, 'ctscope'), `#!/bin/sh\n${program}\n`)
		chmodSync(join(bin, 'ctscope'), 0o755)
		const env = { PATH: `${bin}:/usr/bin:/bin`, FOLDER: folder }
		return spawnSync('/bin/sh', ['-ec', shell], { encoding: 'utf8', env })
	}

	test('the file appears whole, under its name, and is for everybody to read', () => {
		const folder = tempFolder('collector')
		expect(collect(folder, 'echo "$@"; ls "$FOLDER"').status).toBe(0)
		// While it was written the collector saw nothing of it.
		expect(readFileSync(join(folder, 'ctscope.prom'), 'utf8')).toBe('metrics --rules\nctscope.new\n')
		expect(readdirSync(folder)).toEqual(['ctscope.prom'])
	})

	test('when it fails, the last good file stays', () => {
		const folder = tempFolder('collector')
		writeFileSync(join(folder, 'ctscope.prom'), 'good\n')
		expect(collect(folder, 'echo half; exit 2').status).toBe(2)
		expect(readFileSync(join(folder, 'ctscope.prom'), 'utf8')).toBe('good\n')
	})

	test('may write where its files go, and its timer starts it', () => {
		const [, folder = '?'] = /^Environment=FOLDER=(.*)$/m.exec(unit) ?? []
		expect(unit).toContain(`\nReadWritePaths=${folder}\n`)
		expect(readdirSync(join(root, 'examples/systemd')).toSorted()).toEqual([
			'ctscope-metrics.service',
			'ctscope-metrics.timer',
		])
	})
})

test.skipIf(!has('ansible-playbook'))('the playbook is one (ansible-core)', () => {
	const env = { PATH: process.env.PATH, HOME: tempFolder('ansible'), LC_ALL: 'C.UTF-8' }
	const { status, stderr } = spawnSync(
		'ansible-playbook',
		['--syntax-check', '-i', 'web1,', join(root, 'examples/ansible/investigate.yml')],
		{ encoding: 'utf8', env },
	)
	expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})

describe('for the forges', () => {
	test('the workflow runs what a person runs', () => {
		const [, run = ''] = /^ +- run: (\.\/?\S+)$/m.exec(read('.github/workflows/ci.yml')) ?? []
		expect(existsSync(join(root, run))).toBe(true)
	})

	test('each kind of issue has a name and says what it is about', () => {
		const names = readdirSync(join(root, '.github/ISSUE_TEMPLATE')).filter((name) => name.endsWith('.md'))
		expect(names.length).toBeGreaterThan(1)
		for (const name of names)
			expect(read(join('.github/ISSUE_TEMPLATE', name))).toMatch(/^---\nname: .+\nabout: .+\n---\n/)
	})

	test('editors indent as the formatter does', () => {
		const { formatter } = JSON.parse(read('biome.json')) as {
			formatter: { indentStyle: string; lineWidth: number }
		}
		expect(read('.editorconfig')).toContain(`\nindent_style = ${formatter.indentStyle}\n`)
		expect(read('.editorconfig')).toContain(`\nmax_line_length = ${formatter.lineWidth}\n`)
	})
})
