// The package for rpm, where rpmbuild is. Its format is too much to be written here for the few who need it, so it is left
// out, and that is said, where the tool is not.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Effort } from './compress.ts'
import { DESCRIPTION, type Made, SUMMARY } from './deb.ts'
import { type Files, sorted } from './files.ts'
import { ARCHES } from './inputs.ts'
import { maintainer, NOBODY } from './maintainer.ts'
import { script } from './template.ts'

export const hasRpmbuild = () =>
	['/usr/bin', '/usr/local/bin'].some((folder) => existsSync(join(folder, 'rpmbuild')))

/** The scripts of the .deb, called as dpkg would call them: rpm hands over how many versions will be left. */
const asDpkg = (name: string, id: string, word: string) =>
	`set -- ${word}\n${script(name, { ID: id })
		.replace(/^#!.*\n/, '')
		.trimEnd()}`

const LAST = '[ "$1" = 0 ] || exit 0\n'

export function rpm(made: Made, files: Files, effort: Effort = 'best'): Buffer {
	const { version, arch, id, epoch } = made
	const { machine } = ARCHES[arch]
	const folder = mkdtempSync(join(tmpdir(), 'ctscope-rpm-'))
	try {
		const buildroot = join(folder, 'root')
		for (const [path, { bytes, executable }] of files) {
			mkdirSync(dirname(join(buildroot, path)), { recursive: true })
			writeFileSync(join(buildroot, path), bytes, { mode: executable === true ? 0o755 : 0o644 })
		}
		const spec = join(folder, 'ctscope.spec')
		writeFileSync(
			spec,
			script('ctscope.spec', {
				VERSION: version,
				SUMMARY,
				PACKAGER: maintainer() ?? NOBODY,
				DESCRIPTION: DESCRIPTION.join('\n'),
				PAYLOAD: effort === 'best' ? 'w6T2.xzdio' : 'w1.gzdio',
				POSTINST: asDpkg('postinst.sh', id, 'configure'),
				PRERM: `${LAST}${asDpkg('prerm.sh', id, 'remove')}`,
				POSTRM: `${LAST}${asDpkg('postrm.sh', id, 'remove')}`,
				FILES: [
					'%dir /usr/lib/ctscope',
					`/usr/lib/ctscope/${id}`,
					...sorted(files)
						.map(([path]) => `/${path}`)
						.filter((path) => !path.startsWith('/usr/lib/ctscope/')),
				].join('\n'),
			}),
		)
		const args = [
			'-bb',
			'--quiet',
			'--target',
			`${machine}-linux`,
			'--buildroot',
			buildroot,
			'--define',
			`_topdir ${folder}/top`,
			spec,
		]
		const { status, stderr } = spawnSync('rpmbuild', args, {
			encoding: 'utf8',
			env: { PATH: process.env.PATH, HOME: folder, SOURCE_DATE_EPOCH: String(epoch), LC_ALL: 'C' },
		})
		if (status !== 0) throw new Error(`rpmbuild failed: ${stderr.trim()}`)
		const out = join(folder, 'top/RPMS', machine)
		const [name = ''] = readdirSync(out)
		return readFileSync(join(out, name))
	} finally {
		rmSync(folder, { recursive: true })
	}
}
