import * as english from '../../words/english/changes/tap.ts'
import { familyOf, type Matched, type Tap, type TapHook, type TapMatch } from './tap.ts'
import { tapText } from './tap-text.ts'

/**
 * Right behind conntrack (-200, NF_IP_PRI_CONNTRACK) where packets come in or start for a trace; else right before the
 * filter table, so that what its rules drop is still seen (include/uapi/linux/netfilter_ipv4.h).
 */
function priorityOf({ kind }: Tap, hook: TapHook): number {
	if (hook === 'prerouting') return -199
	return kind === 'trace' && hook === 'output' ? -199 : -1
}

/** A rule's comment holds 128 bytes with its end (NFTNL_UDATA_COMMENT_MAXLEN). */
const COMMENT = 100

/**
 * A table of our own as `nft -f` takes it. The chain `about` says in comments what it is, since the undo has to know it
 * from the kernel alone; it has no hook, so no packet sees it. `owner`: the table goes with the process that made it, and
 * nobody else can change it (NFT_TABLE_F_OWNER, since Linux 5.12).
 */
export function tableScript(table: string, tap: Tap, { owner }: { readonly owner: boolean }): string {
	const about = pieces(tapText(tap)).map((piece) => english.returnComment(piece))
	return [
		// One of that name that is there already makes it fail: with an owner by itself, else by this.
		...(owner ? [] : [english.createTableInet(table)]),
		`table inet ${table} {`,
		...(owner ? [english.flagsOwner] : []),
		english.chainAbout,
		...about,
		'\t}',
		...tap.hooks.flatMap((hook) => [
			english.chain(hook),
			`\t\ttype filter hook ${hook} priority ${priorityOf(tap, hook)}; policy accept;`,
			...rulesOf(tap).map((rule) => `\t\t${rule}`),
			'\t}',
		]),
		'}',
		'',
	].join('\n')
}

/** The script as one command, with its end of line: nft reads commands line by line. */
export const oneLine = (script: string): string =>
	`${script
		.split('\n')
		.map((line) => line.trim())
		.filter((line) => line !== '')
		.map((line) => (/[{;]$/.test(line) ? line : `${line};`))
		.join(' ')
		.replace(/;$/, '')}\n`

/** Without blanks at their ends, which would be lost: a `.` stands around each piece. */
function pieces(text: string): readonly string[] {
	const count = Math.ceil(text.length / COMMENT)
	return Array.from({ length: count }, (_, index) => {
		const piece = text.slice(index * COMMENT, (index + 1) * COMMENT)
		return `ctscope ${index + 1}/${count} .${piece}.`
	})
}

/** The text of a tap from the comments of the chain `about`, in the order of its rules; undefined when they are not ours. */
export function textInComments(comments: readonly string[]): string | undefined {
	const found = comments.flatMap((comment) => {
		const [, , count, piece] = /^ctscope (\d+)\/(\d+) \.(.*)\.$/.exec(comment) ?? []
		return piece === undefined ? [] : [{ count: Number(count), piece }]
	})
	if (found.length === 0 || found.some(({ count }) => count !== found.length)) return undefined
	return found.map(({ piece }) => piece).join('')
}

const ALL_STATES = ['new', 'established', 'related', 'invalid', 'untracked'] as const

/** The rules of one chain of the tap. What only counts has a rule for each state, so that they add up. */
export function rulesOf(tap: Tap): readonly string[] {
	const match = matchText(tap.match)
	const { packets, per, burst } = tap.rate
	const limit = `limit rate ${packets}/${per} burst ${burst} packets`
	if (tap.kind === 'count') {
		const states = tap.states.length === 0 ? ALL_STATES : tap.states
		return states.map((state) => join([...match, `ct state ${state}`, 'counter']))
	}
	const state = tap.states.length === 0 ? [] : [stateText(tap)]
	if (tap.kind === 'trace') return [join([...match, ...state, limit, 'counter', 'meta nftrace set 1'])]
	// The counter stands before the limit: it counts what there was, the lines are a sample of it.
	return [join([...match, ...state, 'counter', limit, logText(tap)])]
}

function stateText({ states: [first, ...more] }: Tap): string {
	return more.length === 0 ? english.ctState(first) : `ct state { ${[first, ...more].join(', ')} }`
}

const FLAG_WORDS = {
	'tcp-seq': english.tcpSequence,
	'tcp-opt': english.tcpOptions,
	'ip-opt': english.ipOptions,
	uid: 'skuid',
}

function logText({ prefix, to, snaplen, level, options }: Tap): string {
	const named = `log prefix "${prefix}"`
	if (to.kind === 'nflog') {
		const group = english.group(named, to.group)
		// Else a copy waits in the kernel for others, up to a second (net/netfilter/nfnetlink_log.c, flushtimeout).
		return snaplen === undefined ? group : english.snaplen(group, snaplen)
	}
	if (options.length === 0) return english.level(named, level)
	const tcp = options.filter((option) => option.startsWith('tcp-')).map((option) => option.slice(4))
	const flags = [
		...(tcp.length === 0
			? []
			: [english.flagsTcp(tcp.map((word) => (word === 'seq' ? 'sequence' : 'options')).join(','))]),
		...options
			.filter((option) => !option.startsWith('tcp-'))
			.map((option) => english.flags(FLAG_WORDS[option])),
	]
	return english.level2(named, level, flags.join(' '))
}

/** The match as statements of nft, in the order in which they narrow. */
function matchText(match: TapMatch): readonly string[] {
	const { family, proto, saddr, daddr, sport, dport, flags } = match
	const words: string[] = []
	const address = saddr ?? daddr
	const version = address === undefined ? family : familyOf(address.value)
	if (version !== undefined && address === undefined)
		words.push(english.metaNfproto(version === 'ip' ? 'ipv4' : 'ipv6'))
	if (match.in !== undefined) words.push(english.iifname(isNot(match.in), match.in.value))
	if (match.out !== undefined) words.push(english.oifname(isNot(match.out), match.out.value))
	if (saddr !== undefined) words.push(english.saddr(version, isNot(saddr), saddr.value))
	if (daddr !== undefined) words.push(english.daddr(version, isNot(daddr), daddr.value))
	const ports = [sport, dport].some((one) => one !== undefined)
	if (proto !== undefined && !(ports || flags !== undefined))
		words.push(english.metaL4proto(isNot(proto), proto.value))
	const transport = transportName(proto?.value ?? '')
	if (sport !== undefined) words.push(english.sport(transport, isNot(sport), setOf(sport.value)))
	if (dport !== undefined) words.push(english.dport(transport, isNot(dport), setOf(dport.value)))
	if (flags !== undefined) words.push(flagsText(flags))
	return words
}

const NUMBERS: Readonly<Record<string, string>> = {
	'6': 'tcp',
	'17': 'udp',
	'33': 'dccp',
	'132': 'sctp',
	'136': 'udplite',
}
const transportName = (proto: string): string => NUMBERS[proto] ?? proto

const isNot = ({ not }: Matched): string => (not ? '!= ' : '')

const setOf = (ports: string): string => (ports.includes(',') ? `{ ${ports.split(',').join(', ')} }` : ports)

/** The spelling that every nft takes: a mask, and what is left of it. */
function flagsText({ not, value }: Matched): string {
	const [mask = '', set = ''] = value.split('/')
	const bits = (names: string) => (names === '' || names === 'none' ? '0x0' : names.split(',').join(' | '))
	return english.tcpFlags(bits(mask), not ? '!=' : '==', bits(set))
}

const join = (words: readonly string[]): string => words.join(' ')
