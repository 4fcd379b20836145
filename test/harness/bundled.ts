import type { BuildOptions } from 'esbuild'

/** A program of the tests as one file, which runs where nothing of this checkout is. */
export const BUNDLED = {
	bundle: true,
	platform: 'node',
	format: 'esm',
	target: 'node24',
	banner: {
		js: "import { createRequire as __createRequire } from 'node:module'\nconst require = __createRequire(import.meta.url)",
	},
	logLevel: 'warning',
} satisfies BuildOptions
