// npm run release: whether this commit can be a release, and the command that makes it one (scripts/release/main.ts). Pushes nothing.
import { spawnSync } from 'node:child_process'
import { node, root, setup } from './setup.js'

setup()
const { status } = spawnSync(
	node,
	['--disable-warning=ExperimentalWarning', 'scripts/release/main.ts', ...process.argv.slice(2)],
	{ cwd: root, stdio: 'inherit' },
)
process.exitCode = status ?? 1
