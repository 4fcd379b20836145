/**
 * Packets that IP has taken in or begun to send in this network namespace since it is there, of both families:
 * /proc/net/snmp (net/ipv4/proc.c) has a line of names and a line of numbers, /proc/net/snmp6 (net/ipv6/proc.c) one name
 * and number a line. Conntrack looks at each of them once, so their rise is how many packets it looks at. A packet that
 * is forwarded counts when it comes in. Undefined where neither text has the counters.
 */
export function ipPackets(snmp: string, snmp6: string): number | undefined {
	const counters = [...ipv4(snmp), ...ipv6(snmp6)]
	return counters.length === 0 ? undefined : counters.reduce((sum, one) => sum + one, 0)
}

function ipv4(text: string): readonly number[] {
	const [names = '', values = ''] = text.split('\n').filter((line) => line.startsWith('Ip: '))
	const numbers = values.split(' ')
	return names.split(' ').flatMap((name, at) => {
		const number = numbers[at] ?? ''
		return /^(?:InReceives|OutRequests)$/.test(name) && /^\d{1,20}$/.test(number) ? [Number(number)] : []
	})
}

const ipv6 = (text: string): readonly number[] =>
	[...text.matchAll(/^Ip6(?:InReceives|OutRequests)[ \t]+(\d{1,20})[ \t]*$/gm)].map(([, number]) =>
		Number(number),
	)
