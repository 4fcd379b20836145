import { readFileSync } from 'node:fs'
import type { PrintkSite } from '../../../src/kernel/dyndbg/dyndbg-control.ts'

/** Every pr_debug() of nf_conntrack* and nf_nat* in the sources of these kernels. */
const FOUND = JSON.parse(
	readFileSync(new URL('../../fixtures/pr-debug-sites.json', import.meta.url), 'utf8'),
) as {
	kernels: string[]
	sites: [file: string, module: string, func: string, prefix: string, format: string, lines: number[][]][]
}

export const KERNELS: readonly string[] = FOUND.kernels

/** A site, and what pr_fmt() of its file puts in front of what it prints. */
export type KnownSite = { readonly site: PrintkSite; readonly prefix: string }

export function sitesOf(kernel: string, flags = ''): readonly KnownSite[] {
	const at = KERNELS.indexOf(kernel)
	return FOUND.sites.flatMap(([file, module, func, prefix, format, lines]) =>
		(lines[at] ?? []).map((line) => ({
			site: { file, line, module, func, flags, format, class: null },
			prefix,
		})),
	)
}

/** Sites of all kernels, each text of a function once. */
export const EVERY_SITE: readonly KnownSite[] = FOUND.sites.map(
	([file, module, func, prefix, format, lines]) => ({
		site: { file, line: lines.flat()[0] ?? 0, module, func, flags: '', format, class: null },
		prefix,
	}),
)

const FILLED: readonly (readonly [RegExp, readonly [string, string]])[] = [
	[/%p[Ii]4/g, ['10.77.0.3', '255.255.255.255']],
	[/%p[Ii]6c/g, ['fd77::3', '::ffff:10.0.0.1']],
	[/%p[Ii]6/g, ['fd77:0000:0000:0000:0000:0000:0000:0003', 'fe80:0000:0000:0000:0000:0000:0000:0001']],
	[/%p/g, ['000000006779aada', '(____ptrval____)']],
	[/%04x/g, ['00ff', '880b']],
	[/%(?:hh|l)?[xX]/g, ['5000000', '0']],
	[/%(?:h|z|l)?[diu]/g, ['4294967295', '0']],
	[/%c/g, ['A', ',']],
	[/%s/g, ['ESTABLISHED', 'tcp_new']],
]

/** What the kernel prints with a format, two packets of each kind. */
const filled = (format: string, which: 0 | 1): string =>
	FILLED.reduce((text, [conversion, values]) => text.replaceAll(conversion, values[which]), format)

/** The record: decorations, pr_fmt() and text (lib/dynamic_debug.c). */
export function printed({ site, prefix }: KnownSite, which: 0 | 1): string {
	const { flags } = site
	const names = [
		...(flags.includes('m') ? [`${site.module}:`] : []),
		...(flags.includes('f') ? [`${site.func}:`] : []),
		...(flags.includes('s') ? [`${site.file}:`] : []),
		...(flags.includes('l') ? [`${site.line}:`] : []),
	].join('')
	const thread = flags.includes('t') ? (which === 0 ? '<intr> ' : '[1234] ') : ''
	return `${thread}${names === '' ? '' : `${names} `}${prefix}${filled(site.format, which)}`.replace(
		/\n$/,
		'',
	)
}
