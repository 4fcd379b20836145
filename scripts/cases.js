// npm run cases [-- NAME ...]: how ctscope judges cases whose truth is known (scripts/cases.ts). Needs root.
import { spawnSync } from 'node:child_process'
import { node, root, setup } from './setup.js'

setup()
const { status } = spawnSync(
	node,
	['--disable-warning=ExperimentalWarning', 'scripts/cases.ts', ...process.argv.slice(2)],
	{
		cwd: root,
		stdio: 'inherit',
		env: { ...process.env, PATH: `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin` },
	},
)
process.exitCode = status ?? 1
