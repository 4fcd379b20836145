import { describe, expect, test } from 'vitest'
import { createFamilyFilter } from '../../../src/host/conntrack/table-walk.ts'

describe('a listing of both families', () => {
	const four = 'tcp 6 1 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2'
	const six = 'udp 17 1 src=fd77::1 dst=fd77::2 sport=1 dport=2'
	test.each<['ipv4' | 'ipv6', string]>([
		['ipv4', `${four}\ngarbage: here\n`],
		['ipv6', `${six}\n`],
	])('%s', (family, expected) => {
		let out = ''
		const filter = createFamilyFilter(family, (chunk) => {
			out += Buffer.from(chunk).toString()
		})
		filter.push(Buffer.from(`${four}\n${six}\ngarbage: here\n`))
		filter.end()
		expect(out).toBe(expected)
	})
})
