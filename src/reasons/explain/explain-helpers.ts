import type { ExplanationText } from '../shape/reason.ts'
import type { HelperKind } from '../texts/helper-texts.ts'

/** By what several helpers say in the same or in other words. No knob here changes what a helper does. */
export const HELPER_EXPLANATIONS: Readonly<Record<HelperKind, ExplanationText>> = {
	alloc: {
		meaning: 'The helper dropped the packet: there was no memory for the connection that it announces.',
		causes: ['too little memory', 'very many announced connections that never come'],
		next: ['look for "expectation table full" in the log and compare nf_conntrack_expect_max'],
	},
	add: {
		meaning: 'The helper dropped the packet: the connection that it announces could not be noted.',
		causes: [
			'the expectation table is full',
			'the same connection is announced twice, or with impossible data',
		],
		next: [
			'look for "expectation table full" in the log and compare nf_conntrack_expect_max',
			'conntrack -L expect: what fills it?',
		],
	},
	ports: {
		meaning: 'The helper dropped the packet: NAT found no free port for the connection that it announces.',
		causes: ['too many such connections behind one address'],
		next: ['give NAT more addresses or a wider port range'],
	},
	partial: {
		meaning:
			'The helper dropped the packet: the command that announces a port is split over two segments. It comes again, hopefully in one piece.',
		causes: ['a small MTU or MSS on the path', 'a program that writes its commands byte by byte'],
		next: ['when it never goes through: check the MSS, or do without the helper'],
	},
	mangle: {
		meaning: 'The helper dropped the packet: NAT could not rewrite the address inside the message.',
		causes: [
			'a message in a form that the helper does not know',
			'a packet with no room for the longer text',
		],
		next: ['when the programs can cross NAT by themselves, do without the helper (SIP mostly can)'],
	},
	parse: {
		meaning: 'The helper dropped the packet: it did not understand the message.',
		causes: ['another protocol on the port that the helper watches', 'a newer form of the protocol'],
		next: [
			'is it this protocol at all? Otherwise remove the port from the helper rule',
			'when the programs can cross NAT by themselves, do without the helper (SIP mostly can)',
		],
	},
	other: {
		meaning: 'A conntrack helper dropped the packet. No rule of the filter table has seen it.',
		causes: ['a message that the helper could not handle'],
		next: [
			'read the text of the line',
			'is the helper needed? It is assigned by a CT rule or an nft ct helper rule',
		],
	},
}
