import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

/** As scripts/build.js does it, with and without the crash points. */
async function guardWith(crashes: boolean): Promise<string> {
	const { outputFiles } = await build({
		entryPoints: [join(import.meta.dirname, '../../../src/commands/revert/guard.ts')],
		bundle: true,
		write: false,
		platform: 'node',
		format: 'esm',
		minify: true,
		define: { __CTSCOPE_TEST__: String(crashes) },
	})
	return outputFiles[0]?.text ?? ''
}

test('a release cannot be made to crash by its environment', async () => {
	expect(await guardWith(true)).toContain('CTSCOPE_TEST_CRASH')
	expect(await guardWith(true)).toMatch(/kill\(process\.pid/)
	expect(await guardWith(false)).not.toMatch(/CTSCOPE_TEST_CRASH|kill\(process\.pid/)
})
