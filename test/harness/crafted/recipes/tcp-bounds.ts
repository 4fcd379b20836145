import { C, type Recipe, S, type TcpState, talk, toState, WINDOW } from '../recipe.ts'

/** Highest sequence number that the other side allowed, plus one: the bound that the kernel prints. */
export const SEQ_UPPER = C + 1 + WINDOW + 1
export const ACK_UPPER = S + 1 + 1
export const SEQ_LOWER = C + 1 - WINDOW - 1
/** MAXACKWINDOW of nf_conntrack_proto_tcp.c is 66 000 for small windows. */
export const ACK_LOWER = S + 1 - 66_000 - 1

/** Number and name of kinds of packets, as the kernel prints and as we say them. */
const INDEX = { S: [0, 'SYN'], SA: [1, 'SYN/ACK'], FA: [2, 'FIN'], A: [3, 'ACK'] } as const

/** `packet (index I) in dir D invalid, state NAME`, or `ignored` for those that are accepted. */
export function inState(
	kind: 'invalid' | 'accepted',
	dir: 'orig' | 'reply',
	flags: keyof typeof INDEX,
	states: readonly TcpState[],
): readonly Recipe[] {
	const [index, packet] = INDEX[flags]
	const where = `packet (index ${index}) in dir ${dir === 'orig' ? 0 : 1}`
	const said = kind === 'invalid' ? 'invalid' : 'ignored'
	return states.map((state) => ({
		name: `tcp ${flags} ${dir} in ${state}`,
		kind,
		packets: (place) => {
			const one = talk(place)
			return [...toState(state, one), one[dir](flags, { seq: C + 300_000, ack: S + 300_000 })]
		},
		lines: [
			{
				id: kind === 'invalid' ? 'tcp-state' : 'tcp-ign',
				body: `${where} ${said}, state ${state}`,
				params: { index, packet, state, direction: dir === 'orig' ? 'original' : 'reply' },
			},
		],
		moves: kind === 'invalid' ? { invalid: 1 } : {},
	}))
}
