import { expect, test } from 'vitest'
import { parseEndedEntry } from '../../../src/kernel/conntrack/ended-entry.ts'

const TUPLES =
	'src=10.0.0.1 dst=10.0.0.2 sport=33018 dport=5000 src=10.0.0.2 dst=10.0.0.1 sport=5000 dport=33018'
const ORIGINAL = { src: '10.0.0.1', dst: '10.0.0.2', sport: 33018, dport: 5000 }
const REPLY = { src: '10.0.0.2', dst: '10.0.0.1', sport: 5000, dport: 33018 }

// As conntrack 1.4.7 prints them on Linux 6.18.
test.each([
	[
		`[1795877169.326136]\t[DESTROY] tcp      6 431999 ESTABLISHED ${TUPLES} [ASSURED] [USERSPACE] portid=4222022083`,
		{ at: 1795877169326, protocol: 'tcp', portId: 4222022083, program: '', isClosed: false },
	],
	[
		`[1795877172.335717]\t[DESTROY] tcp      6 432000 ESTABLISHED ${TUPLES} [ASSURED] [USERSPACE] portid=13235 progname=conntrack`,
		{ at: 1795877172335, protocol: 'tcp', portId: 13235, program: 'conntrack', isClosed: false },
	],
	[
		`[1795877172.335955]\t[DESTROY] tcp      6 TIME_WAIT ${TUPLES} [ASSURED] [USERSPACE] portid=13235 progname=my tool`,
		{ at: 1795877172335, protocol: 'tcp', portId: 13235, program: 'my tool', isClosed: true },
	],
	[
		`[1795877172.5]\t[DESTROY] tcp      6 CLOSE ${TUPLES} [ASSURED]`,
		{ at: 1795877172500, protocol: 'tcp', portId: null, program: '', isClosed: true },
	],
	[
		`[1795877172.5]\t[DESTROY] tcp      6 ESTABLISHED ${TUPLES} [ASSURED] mark=0`,
		{ at: 1795877172500, protocol: 'tcp', portId: null, program: '', isClosed: false },
	],
])('%s', (line, expected) => {
	const [state] = line.match(/\b(?:ESTABLISHED|TIME_WAIT|CLOSE)\b/) ?? []
	const how = expected.portId === null ? null : 'deleted'
	expect(parseEndedEntry(line)).toEqual({
		original: ORIGINAL,
		reply: REPLY,
		state,
		how,
		pid: null,
		isZoned: false,
		caller: '',
		...expected,
	})
})

test.each([
	['FIN_WAIT', false],
	['CLOSE_WAIT', false],
	['LAST_ACK', true],
])('an entry in %s is of a connection that is over: %s', (state, isClosed) => {
	expect(parseEndedEntry(`[1795877172.5]\t[DESTROY] tcp      6 ${state} ${TUPLES} [ASSURED]`)?.isClosed).toBe(
		isClosed,
	)
})

test.each([
	'',
	'conntrack v1.4.7 (conntrack-tools): 3 flow events have been shown.',
	`[DESTROY] tcp 6 CLOSE ${TUPLES}`,
	`[1795877172.5]\t[NEW] tcp 6 120 SYN_SENT ${TUPLES}`,
	'[1795877172.5]\t[DESTROY] nonsense',
])('%s is none', (line) => expect(parseEndedEntry(line)).toBeUndefined())

test.each([
	['zone=5 [USERSPACE] portid=3883001084', true],
	['mark=0 zone=0', false],
	['', false],
])('an end tells the zone of its entry: %s', (rest, isZoned) => {
	const line = `[1796116126.368459]\t[DESTROY] tcp      6 99 ESTABLISHED ${TUPLES} ${rest}`
	expect(parseEndedEntry(line)?.isZoned).toBe(isZoned)
})
