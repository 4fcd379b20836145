import { expect, test } from 'vitest'
import { shellLineHere } from '../../../src/app/changing/by-hand.ts'
import { knobById } from '../../../src/changes/knobs.ts'
import { FACTS } from '../../harness/samples/samples.ts'
import { emptyState } from '../../harness/samples/states.ts'

const line = (id: string, name: string, initial = false) => {
	const knob = knobById(id)
	if (knob === undefined) throw new Error(id)
	return shellLineHere(knob, '1', {
		...emptyState(),
		facts: { ...FACTS, netns: { inode: 7, name, initial } },
	})
}

test.each([
	['init', true, 'sysctl -w net.netfilter.nf_conntrack_checksum=1'],
	['blue', false, 'nsenter --net=/run/netns/blue sysctl -w net.netfilter.nf_conntrack_checksum=1'],
	['/tmp/ns', false, 'nsenter --net=/tmp/ns sysctl -w net.netfilter.nf_conntrack_checksum=1'],
	['net:[7]', false, 'sysctl -w net.netfilter.nf_conntrack_checksum=1  (inside its network namespace)'],
	['4711', false, 'sysctl -w net.netfilter.nf_conntrack_checksum=1  (inside its network namespace)'],
	["a'b", false, 'sysctl -w net.netfilter.nf_conntrack_checksum=1  (inside its network namespace)'],
])('in %s the line writes where we write', (name, initial, text) => {
	expect(line('checksum', name, initial)).toBe(text)
})

test('a switch of the whole host is written from anywhere', () => {
	expect(line('nf_log_all_netns', 'blue')).toBe('sysctl -w net.netfilter.nf_log_all_netns=1')
})
