// The package for npm: the bundle, which needs nothing but Node, and no script that runs when it is installed.
import type { Bundle } from './bundle.ts'
import { gzip } from './compress.ts'
import { below, type File, program, text } from './files.ts'
import { read } from './inputs.ts'
import { tar } from './tar.ts'
import { NODE_FLAGS } from './template.ts'

/** -S splits the flags (coreutils 8.30). */
const SHEBANG = `#!/usr/bin/env -S node ${NODE_FLAGS}\n`

type Manifest = Readonly<Record<'name' | 'version' | 'description' | 'license' | 'type' | 'engines', unknown>>

function manifest(): string {
	const { name, version, description, license, type, engines } = JSON.parse(
		read('package.json').toString(),
	) as Manifest
	const bin = { ctscope: 'dist/cli.js' }
	const only = { os: ['linux'], man: ['share/man/ctscope.8'] }
	return `${JSON.stringify({ name, version, description, license, type, bin, engines, ...only }, null, 2)}\n`
}

export async function npmPackage(bundle: Bundle, licences: string, epoch: number): Promise<Buffer> {
	const files = new Map<string, File>(bundle.files)
	const cli = files.get('dist/cli.js')?.bytes ?? Buffer.alloc(0)
	files.set('dist/cli.js', program(Buffer.concat([Buffer.from(SHEBANG), cli])))
	files.set('package.json', text(manifest()))
	files.set('LICENCES', text(licences))
	for (const path of ['LICENSE', 'README.md', 'CHANGELOG.md', 'share/man/ctscope.8'])
		files.set(path, { bytes: read(path) })
	for (const name of ['ctscope.bash', '_ctscope', 'ctscope.fish'])
		files.set(`share/completions/${name}`, { bytes: read(`share/completions/${name}`) })
	return gzip(tar(below('package', files), { epoch }))
}
