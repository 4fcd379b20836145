// scripts/pictures [--check]: draws docs/pictures from the recording of the demo (scripts/drawing). The screen is JSX, which
// Node does not read, so that all of it is bundled first. `--check` writes nothing and exits 1 when a picture is stale.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { bundleOptions } from './build.js'
import { node, root } from './setup.js'

const cache = join(root, 'node_modules/.cache/ctscope')
mkdirSync(cache, { recursive: true })
const folder = mkdtempSync(join(cache, 'pictures-'))
try {
	writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
	await build({
		...bundleOptions({ entry: join(root, 'scripts/drawing/main.ts'), outdir: folder }),
		splitting: false,
	})
	// Colours and the time zone are those of the pictures, not of whoever draws them.
	const env = { PATH: process.env.PATH, FORCE_COLOR: '1', TZ: 'UTC', LC_ALL: 'C.UTF-8' }
	const { status } = spawnSync(node, [join(folder, 'main.js'), ...process.argv.slice(2)], {
		cwd: root,
		env,
		stdio: 'inherit',
	})
	process.exitCode = status ?? 1
} finally {
	rmSync(folder, { recursive: true })
}
