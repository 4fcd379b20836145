// What a package puts below /usr, for .deb and .rpm: they differ in where zsh looks.
import { gzip } from './compress.ts'
import { below, type File, type Files, program, text } from './files.ts'
import { read } from './inputs.ts'
import { script } from './template.ts'
import type { Tree } from './tree.ts'

const ZSH = { deb: 'vendor-completions', rpm: 'site-functions' }

export async function systemFiles(tree: Tree, licences: string, kind: keyof typeof ZSH): Promise<Files> {
	const packed = async (path: string): Promise<File> => ({ bytes: await gzip(read(path)) })
	return new Map<string, File>([
		...below(`usr/lib/ctscope/${tree.id}`, tree.files),
		['usr/bin/ctscope', program(script('launcher.sh', { ID: tree.id }))],
		['usr/share/man/man8/ctscope.8.gz', await packed('share/man/ctscope.8')],
		['usr/share/bash-completion/completions/ctscope', { bytes: read('share/completions/ctscope.bash') }],
		[`usr/share/zsh/${ZSH[kind]}/_ctscope`, { bytes: read('share/completions/_ctscope') }],
		['usr/share/fish/vendor_completions.d/ctscope.fish', { bytes: read('share/completions/ctscope.fish') }],
		['usr/share/doc/ctscope/copyright', text(licences)],
		['usr/share/doc/ctscope/CHANGELOG.md.gz', await packed('CHANGELOG.md')],
		['usr/share/doc/ctscope/README.md.gz', await packed('README.md')],
	])
}
