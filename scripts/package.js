// npm run package [-- --arch amd64|arm64 --out DIR]: all packages into out/ (scripts/package/main.ts).
import { spawnSync } from 'node:child_process'
import { node, root, setup } from './setup.js'

setup()
const { status } = spawnSync(
	node,
	['--disable-warning=ExperimentalWarning', 'scripts/package/main.ts', ...process.argv.slice(2)],
	{ cwd: root, stdio: 'inherit' },
)
process.exitCode = status ?? 1
