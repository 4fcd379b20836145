// npm run bench [-- NAME ...]: measures speed and size, each figure against a baseline of the same run. Needs root for the kernel parts.
import { spawnSync } from 'node:child_process'
import { node, root, setup } from './setup.js'

setup()
const flags = ['--disable-warning=ExperimentalWarning', '--expose-gc']
const { status } = spawnSync(node, [...flags, 'scripts/bench/main.ts', ...process.argv.slice(2)], {
	cwd: root,
	stdio: 'inherit',
})
process.exitCode = status ?? 1
