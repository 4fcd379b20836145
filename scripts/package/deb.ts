// The Debian package: an archive of ar with three members (deb(5)). Written here and not by dpkg-deb: the bytes depend on
// no version of that, and it is made on any Linux.
import { createHash } from 'node:crypto'
import { type Effort, gzip, xz } from './compress.ts'
import { type Files, program, sizeOf, sorted, text } from './files.ts'
import type { Arch } from './inputs.ts'
import { maintainer, NOBODY } from './maintainer.ts'
import { ar, tar } from './tar.ts'
import { script } from './template.ts'

export type Made = {
	readonly version: string
	readonly arch: Arch
	readonly id: string
	readonly epoch: number
}

/** What Node is linked with: glibc 2.28 and the libstdc++ of GCC 5 (readelf -V). */
const DEPENDS = ['conntrack', 'libc6 (>= 2.28)', 'libgcc-s1 | libgcc1', 'libstdc++6 (>= 5)']
const RECOMMENDS = ['nftables', 'tcpdump', 'util-linux', 'iproute2']

/** The file that a package of this version and architecture is in. */
export const debName = (version: string, arch: string): string => `ctscope_${version}_${arch}.deb`

export const SUMMARY = 'why does Linux connection tracking call packets INVALID?'
export const DESCRIPTION = [
	'Shows live what conntrack counts as INVALID, switches the reasons on for a',
	'while, explains them, and puts every setting back, whatever happens to the',
	'program, the terminal or the connection. Comes with its own Node.js.',
]

const control = ({ version, arch }: Made, files: Files) =>
	[
		'Package: ctscope',
		`Version: ${version}`,
		`Architecture: ${arch}`,
		`Maintainer: ${maintainer() ?? NOBODY}`,
		`Installed-Size: ${Math.ceil(sizeOf(files) / 1024)}`,
		`Depends: ${DEPENDS.join(', ')}`,
		`Recommends: ${RECOMMENDS.join(', ')}`,
		'Section: net',
		'Priority: optional',
		`Description: ${SUMMARY}`,
		...DESCRIPTION.map((line) => ` ${line}`),
		'',
	].join('\n')

const md5sums = (files: Files) =>
	sorted(files)
		.map(([path, { bytes }]) => `${createHash('md5').update(bytes).digest('hex')}  ${path}\n`)
		.join('')

export async function deb(made: Made, files: Files, effort: Effort): Promise<Buffer> {
	const { epoch, id } = made
	const about: Files = new Map([
		['control', text(control(made, files))],
		['md5sums', text(md5sums(files))],
		['postinst', program(script('postinst.sh', { ID: id }))],
		['prerm', program(script('prerm.sh', {}))],
		['postrm', program(script('postrm.sh', {}))],
	])
	// dpkg takes both. xz makes it a third smaller, and takes several times as long to unpack.
	const [pack, ending] = effort === 'emulated' ? [gzip, 'gz'] : [xz, 'xz']
	const [first, data] = await Promise.all(
		[about, files].map((part) => pack(tar(part, { epoch, prefix: './' }), effort)),
	)
	return ar(
		[
			['debian-binary', Buffer.from('2.0\n')],
			[`control.tar.${ending}`, first ?? Buffer.alloc(0)],
			[`data.tar.${ending}`, data ?? Buffer.alloc(0)],
		],
		epoch,
	)
}
