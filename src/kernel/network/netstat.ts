/**
 * A counter of /proc/net/netstat, which has a line of names and a line of numbers for each group (net/ipv4/proc.c).
 * Undefined where this kernel does not count it.
 */
export function netstatCounter(text: string, group: string, name: string): number | undefined {
	const [names = '', values = ''] = text.split('\n').filter((line) => line.startsWith(`${group}: `))
	const at = names.split(' ').indexOf(name)
	const value = values.split(' ')[at] ?? ''
	return at > 0 && /^\d{1,20}$/.test(value) ? Number(value) : undefined
}
