import type { PrintkSite, SiteId } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { Knob, KnobId, KnobKind } from '../../model/knob.ts'
import * as english from '../../words/english/changes/kinds.ts'
import { visible } from '../../words/visible.ts'
import {
	canonicalFlags,
	flagsBetween,
	flagsStep,
	NO_FLAGS,
	unknownFlags,
	withFlagsOf,
} from './call-site-flags.ts'
import type { Kind } from './kind.ts'

type Flags = Extract<KnobKind, { type: 'flags' }>

const DECORATIONS: Readonly<Record<string, string>> = {
	m: 'module',
	f: 'function',
	s: english.sourceFile,
	l: english.lineNumber,
	t: 'thread',
	d: english.callTrace,
}

/** `pmf` as `prints, with module and function`. */
export function flagsInWords(flags: string): string {
	const names = [...flags].filter((flag) => flag !== NO_FLAGS && flag !== 'p')
	const decorations = names.map((flag) => DECORATIONS[flag] ?? flag).join(', ')
	const prints = flags.includes('p') ? 'prints' : 'silent'
	if (decorations === '') return prints
	return prints === 'prints' ? english.printsWith(decorations) : english.silentWouldPrint(decorations)
}

/** Where a site is, as a query names it, when its line is not known: all sites of the function. */
const anywhere = ({ file, func }: Flags): string => english.fileFunc(file, func)

/** Longer texts are cut: a name is to be recognised, not read. */
const LONGEST_TEXT = 40

/** What pr_fmt() or the author puts in front of every text of a file: `nf_ct_tcp: `. */
const TEXT_PREFIX = /^[\w.-]{1,30}: +(?=\S)/

/** The text of a site without its prefix and its end, safe to print: `invalid new deleting`. */
export function siteText({ format }: Pick<PrintkSite, 'format'>, longest = LONGEST_TEXT): string {
	const plain = visible(format.trim())
	const bare = plain.replace(TEXT_PREFIX, '').replace(/(?<=\w)[.:]$/, '')
	return bare.length <= longest ? bare : `${bare.slice(0, longest - 3).trimEnd()}...`
}

/** A site as people speak of it: `tcp_new "invalid new deleting"`. Safe to print. */
export const siteName = (site: Pick<PrintkSite, 'func' | 'format'>): string =>
	`${visible(site.func)} "${siteText(site)}"`

/** `net/netfilter/nf_conntrack_proto_tcp.c` as `nf_conntrack_proto_tcp.c`. Safe to print. */
export const baseName = (file: string): string => visible(file.slice(file.lastIndexOf('/') + 1))

const PREFIX = 'printk:'

/** The call site that a knob stands for; undefined for all other knobs. */
export const siteOfKnob = (knob: KnobId): SiteId | undefined =>
	knob.startsWith(PREFIX) ? knob.slice(PREFIX.length) : undefined

export const knobOfSite = (id: SiteId): KnobId => `${PREFIX}${id}`

/** The file of its source. */
export const fileOfSite = (id: SiteId): string => id.slice(0, Math.max(0, id.indexOf(':')))

/** Messages of netfilter only: other parts of the kernel are not our business. */
const PRINTK_MODULE = /^(nf_\w+|xt_\w+|nft_\w+|nfnetlink\w*|ip\w*table\w*|ebt\w*|br_netfilter)$/

export function isPrintkModule(name: string): boolean {
	return PRINTK_MODULE.test(name)
}

export const PRINTK_FOLDER = 'net/'
/** Where dynamic debug is told what to print, unless it is in debugfs only. */
export const CONTROL = '/proc/dynamic_debug/control'

/** What the journal and the protocol take. */
const LONGEST_ID = 200
const SITE = /^(net\/[A-Za-z0-9_./-]{1,100}\.[ch]):([A-Za-z0-9_.]{1,64})#\d{1,4}:[A-Za-z0-9_-]{1,24}$/

function callSite(site: string): Knob | undefined {
	const [, file, func] = SITE.exec(site) ?? []
	if (file === undefined || func === undefined || file.includes('..')) return undefined
	const id = knobOfSite(site)
	if (id.length > LONGEST_ID) return undefined
	return {
		id,
		sysctl: `${file}:${func}`,
		path: CONTROL,
		class: 'logs-more',
		scope: 'host',
		kind: { type: 'flags', site, file, func },
	}
}

/** Without knowing what is there, only printing is switched. */
const otherFlags = (value: string): string =>
	value.includes('p') ? value.replace('p', '') || NO_FLAGS : value === NO_FLAGS ? 'p' : `p${value}`

/** pr_debug */
const DEBUG = 7

/** A call site of dynamic debug: flags, of which we own those that we changed. */
export const CALL_SITE: Kind<'flags'> = {
	named: { prefix: PREFIX, knob: callSite },
	by: 'query',
	shownIn: 'sites',
	canonical: canonicalFlags,
	problem(_, value, from) {
		const unknown = unknownFlags(flagsBetween(from, value))
		return unknown === '' ? undefined : english.thereIsNoFlagOf(unknown)
	},
	withPart: (now, target, other) => withFlagsOf(now, target, flagsBetween(target, other)),
	title: ({ kind }) => english.letPrint(kind.func),
	effect: () => [english.theKernelPrintsThisMessage, english.costThereIsNoRate],
	inWords: flagsInWords,
	/**
	 * `detail` is what was recorded of the site: words of a query that name it exactly, a piece of its text, and the
	 * control file where that is not the usual one.
	 */
	shellLine({ kind }, to, { now = otherFlags(to), detail = [] }) {
		const step = flagsStep(now, to) ?? { op: '=', flags: to }
		const [site = anywhere(kind), , control = CONTROL] = detail
		return `echo '${site} ${step.op}${step.flags}' > ${control}`
	},
	name: ({ kind }) => `${kind.func}() of ${baseName(kind.file)}`,
	noted: () => null,
	marks: (_, { set, was, detail }) =>
		set.includes('p') && flagsBetween(set, was).includes('p') ? [{ piece: detail[1] ?? '' }] : [],
	level: (_, from, to) => (to.includes('p') && !from.includes('p') ? DEBUG : undefined),
	hint(code) {
		if (code === 'EREADBACK') return english.theKernelTookTheQuery
		if (code === 'EPERM') return english.theKernelIsLockedDown
		return code === 'EINVAL' ? english.thisKernelDoesNotHave : undefined
	},
	isReadTogether: true,
}
