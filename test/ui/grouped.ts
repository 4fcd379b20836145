import type { State, WatchBy } from '../../src/app/state/state.ts'
import { packetText, record } from '../harness/samples/states.ts'
import { hostile, later, NOW, reasons } from './situations.ts'

/** Watch with its packets told apart by this. */
export const by = (state: State, watchBy: WatchBy): State => ({ ...state, watchBy })

/** Someone tries 254 addresses of the network behind this host, and others are INVALID beside that. */
export const scanned = (watchBy: WatchBy): State => {
	const first = Math.max(0, ...reasons().log.entries.map(({ seq }) => seq)) + 1
	const events = Array.from({ length: 254 }, (_, index) =>
		record(
			first + index,
			packetText('invalid tcp flag combination', '203.0.113.66', 4_000).replace(
				'DST=10.0.9.21',
				`DST=198.51.100.${index + 1}`,
			),
			{ at: (NOW + 100) * 1000 },
		),
	)
	return by(later(reasons(), { type: 'log', events }), watchBy)
}

/** Its name was asked for, by `r`. */
export const scannerNamed = (): State => {
	const address = '203.0.113.66'
	return later(
		{ ...scanned('source'), names: new Map([[address, { kind: 'asked' }]]) },
		{ type: 'named', address, answer: { kind: 'named', name: 'scanner.example' } },
	)
}

export const hostileNames = (): State => {
	const state = by(hostile(), 'source')
	const evil = 'a\u001b[2J\u202eb'
	const names = state.who.source.groups.map(({ key }) => [key, { kind: 'named', name: evil }] as const)
	return { ...state, names: new Map(names) }
}
