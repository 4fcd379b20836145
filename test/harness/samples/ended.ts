import type { EndedEntry } from '../../../src/kernel/conntrack/ended-entry.ts'
import type { EndedByProbe } from '../../../src/kernel/probes/ended.ts'

/** An entry that has ended by itself, open, as conntrack -E tells it. */
export const endedEntry = (rest: Partial<EndedEntry> = {}): EndedEntry => ({
	at: 0,
	protocol: 'tcp',
	original: { src: '10.0.9.21', dst: '10.0.3.7', sport: 51_514, dport: 443 },
	reply: null,
	portId: null,
	program: '',
	pid: null,
	how: null,
	caller: '',
	state: 'ESTABLISHED',
	isClosed: false,
	...rest,
})

/** An entry that conntrack -D has deleted, as a kernel probe tells it. */
export const END_BY_PROBE: EndedByProbe = {
	micros: 1_000_000,
	netns: 1,
	tuple: {
		family: 2,
		protocol: 6,
		source: '10.0.0.1',
		destination: '10.0.0.2',
		sourcePort: 40_000,
		destinationPort: 80,
	},
	state: 'ESTABLISHED',
	portId: 178,
	task: 'conntrack',
	pid: 178,
	caller: 'ctnetlink_del_conntrack',
	hadReply: true,
	isAssured: true,
}
