/** `PACKET: 2 0a1b2c3d IN=eth0 OUT=eth1 ...`: the headers, once for each chain of a hook. */
const PACKET = /^PACKET: (1|2|3|5|7|10) ([0-9a-f]{1,8}) (.*)$/
/**
 * ` TRACE: 2 0a1b2c3d filter:INPUT:rule:0x4:DROP  -4 -t filter -A INPUT ...`, `:JUMP:name`, `:policy:ACCEPT`, `:return:`. A verdict
 * that it has no word for is a number: `0x70003` is queue 7.
 */
const STEP =
	/^ ?TRACE: (1|2|3|5|7|10) ([0-9a-f]{1,8}) (\w{1,32}):(\S{1,64}?):(?:rule:0x([0-9a-f]{1,16}):([A-Z]+|0x[0-9a-f]{1,8})(?::(\S{1,64}))?|(return|policy):([A-Z]*))(?:\s+(.*))?$/
/** What it prints in front of a rule, as iptables-save would. */
const ADDED = /^-[46] -t \S+ -A \S+ ?/

/** In the order of their bits. */
const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'] as const
const LONGEST = 4_000
const MOST_OPEN = 500

/** A line of `xtables-monitor --trace`, to be asked of every line. */
export const isXtablesTrace = (line: string): boolean =>
	(line.startsWith('PACKET: ') || line.startsWith(' TRACE: ') || line.startsWith('TRACE: ')) &&
	(PACKET.test(line.slice(0, LONGEST)) || STEP.test(line.slice(0, LONGEST)))

/**
 * Makes of what `xtables-monitor --trace` prints of iptables-nft (iptables/xtables-monitor.c) the lines that `nft -a monitor trace` prints of
 * the same: both tell what the kernel has told of one packet. Answers the lines that are whole with this one.
 */
export function createXtablesMonitor() {
	/** Headers that wait for the chain that they came into, by packet. */
	const open = new Map<string, string>()

	return {
		take(line: string): readonly string[] {
			const text = line.slice(0, LONGEST).trimEnd()
			const [, , arrived, headers = ''] = PACKET.exec(text) ?? []
			if (arrived !== undefined) {
				if (open.size >= MOST_OPEN) open.clear()
				open.set(arrived, headers)
				return []
			}
			const [, af, id = '', table, chain, handle, verdict = '', target, other, word = '', rule = ''] =
				STEP.exec(text) ?? []
			if (table === undefined || chain === undefined) return []
			const family = FAMILIES[af ?? ''] ?? 'ip'
			const place = `trace id ${id} ${family} ${table} ${chain}`
			const waiting = open.get(id)
			open.delete(id)
			const head = waiting === undefined ? [] : [`${place} packet: ${fieldsOf(waiting, family)}`]
			if (other === 'policy') return [...head, `${place} policy ${word.toLowerCase()}`]
			if (other === 'return') return [...head, `${place} verdict return`]
			const does = `${verdictWord(verdict)}${target === undefined ? '' : ` ${target}`}`
			const number = BigInt(`0x${handle}`)
			return [...head, `${place} rule ${rule.replace(ADDED, '')} # handle ${number} (verdict ${does})`]
		},
	}
}

/** NFPROTO_* (include/uapi/linux/netfilter.h). */
const FAMILIES: Readonly<Record<string, string>> = {
	1: 'inet',
	2: 'ip',
	3: 'arp',
	5: 'netdev',
	7: 'bridge',
	10: 'ip6',
}

/** NF_STOLEN and NF_QUEUE, in the lowest byte. */
const NUMBERED = ['drop', 'accept', 'stolen', 'queue']

function verdictWord(verdict: string): string {
	if (!verdict.startsWith('0x')) return verdict.toLowerCase()
	return NUMBERED[Number(verdict) & 0xff] ?? ''
}

/** The headers by nft's names. Which protocol they are of is not said: only TCP has flags. */
function fieldsOf(headers: string, of: string): string {
	const value = (name: string): string | undefined =>
		new RegExp(`(?:^| )${name}=(\\S{1,64})`).exec(headers)?.[1]
	const words = headers.split(' ')
	const source = value('SRC')
	// In the hooks of inet the headers are those of one of the two.
	const family = of === 'ip6' || source?.includes(':') === true ? 'ip6' : 'ip'
	const flags = FLAGS.reduce((sum, flag, bit) => sum + (words.includes(flag) ? 1 << bit : 0), 0)
	const layer = flags > 0 ? 'tcp' : 'udp'
	const fields: readonly (readonly [string, string | undefined])[] = [
		['iif', value('IN')],
		['oif', value('OUT')],
		[`${family} saddr`, source],
		[`${family} daddr`, value('DST')],
		...(family === 'ip' ? [['ip length', value('LEN')] as const, ['ip ttl', value('TTL')] as const] : []),
		['ip id', value('ID')],
		[`${layer} sport`, value('SPORT')],
		[`${layer} dport`, value('DPORT')],
		['tcp flags', flags > 0 ? `== 0x${flags.toString(16)}` : undefined],
	]
	return fields.flatMap(([name, found]) => (found === undefined ? [] : [`${name} ${found}`])).join(' ')
}
