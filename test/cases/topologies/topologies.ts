import { both, FORWARDS, net, routes, type Topology } from './topology.ts'

const end = (place: string, name: string, number: number, host: number) => ({
	place,
	name,
	addresses: both(number, host),
})

/** One host that talks with itself. */
export const alone: Topology = { places: ['here'], links: [], lines: {} }

/** `left` and the host that is looked at: 10.66.1.1 and 10.66.1.2. */
export const pair: Topology = {
	places: ['left', 'here'],
	links: [{ from: end('left', 'here', 1, 1), to: end('here', 'left', 1, 2) }],
	lines: {},
}

/** left (10.66.1.1) - here (10.66.1.2, 10.66.2.1) - right (10.66.2.2), with routes through `here` at both ends. */
export const routed: Topology = {
	places: ['left', 'here', 'right'],
	links: [
		{ from: end('left', 'here', 1, 1), to: end('here', 'left', 1, 2) },
		{ from: end('here', 'right', 2, 1), to: end('right', 'here', 2, 2) },
	],
	lines: { left: routes(2, 1, 2), here: FORWARDS, right: routes(1, 2, 1) },
}

/** `right` knows no way to `left`: whoever wants an answer from there must come under an address of `here`. */
export const outward: Topology = { ...routed, lines: { left: routes(2, 1, 2), here: FORWARDS } }

/** As `routed`, and a second router `other` (10.66.3.2, 10.66.4.1) between the same ends (10.66.3.1, 10.66.4.2). */
export const twoRouters: Topology = {
	places: ['left', 'here', 'other', 'right'],
	links: [
		...routed.links,
		{ from: end('left', 'other', 3, 1), to: end('other', 'left', 3, 2) },
		{ from: end('other', 'right', 4, 1), to: end('right', 'other', 4, 2) },
	],
	lines: {
		left: [...routes(2, 1, 2), ...routes(4, 3, 2)],
		here: [...FORWARDS, ...routes(3, 1, 1), ...routes(4, 2, 2)],
		other: [...FORWARDS, ...routes(1, 3, 1), ...routes(2, 4, 2)],
		right: [...routes(1, 2, 1), ...routes(3, 4, 1)],
	},
}

/** left - here - gate - right (10.66.5.2): beyond the router is another, whose link may be narrow. */
export const chain: Topology = {
	places: ['left', 'here', 'gate', 'right'],
	links: [
		{ from: end('left', 'here', 1, 1), to: end('here', 'left', 1, 2) },
		{ from: end('here', 'right', 2, 1), to: end('gate', 'here', 2, 2) },
		{ from: end('gate', 'right', 5, 1), to: end('right', 'here', 5, 2) },
	],
	lines: {
		left: [...routes(2, 1, 2), ...routes(5, 1, 2)],
		here: [...FORWARDS, ...routes(5, 2, 2)],
		gate: [...FORWARDS, ...routes(1, 2, 1)],
		right: [...routes(1, 5, 1), ...routes(2, 5, 1)],
	},
}

/** left - here - gate - right, and right (10.66.5.2) answers past the gate. */
export const passedBy: Topology = {
	places: ['left', 'here', 'gate', 'right'],
	links: [
		{ from: end('left', 'here', 1, 1), to: end('here', 'left', 1, 2) },
		{ from: end('here', 'gate', 2, 1), to: end('gate', 'here', 2, 2) },
		{ from: end('gate', 'right', 5, 1), to: end('right', 'gate', 5, 2) },
		{ from: end('here', 'right', 6, 1), to: end('right', 'here', 6, 2) },
	],
	lines: {
		left: [...routes(2, 1, 2), ...routes(5, 1, 2)],
		here: [...FORWARDS, ...routes(5, 2, 2)],
		gate: [...FORWARDS, ...routes(1, 2, 1)],
		right: routes(1, 6, 1),
	},
}

/** left - box - here: what `left` sends and gets goes through a box that understands no addresses. */
export const boxed: Topology = {
	places: ['left', 'box', 'here'],
	links: [
		{ from: end('left', 'here', 1, 1), to: { place: 'box', name: 'left', addresses: [] } },
		{ from: { place: 'box', name: 'here', addresses: [] }, to: end('here', 'left', 1, 2) },
	],
	lines: {},
}

/** left - box - here - right: the box is before the router, on the side of `left`. */
export const boxedRoute: Topology = {
	places: ['left', 'box', 'here', 'right'],
	links: [...boxed.links, { from: end('here', 'right', 2, 1), to: end('right', 'here', 2, 2) }],
	lines: routed.lines,
}

/** left - here - box - right. */
export const boxedServer: Topology = {
	places: ['left', 'here', 'box', 'right'],
	links: [
		{ from: end('left', 'here', 1, 1), to: end('here', 'left', 1, 2) },
		{ from: end('here', 'right', 2, 1), to: { place: 'box', name: 'here', addresses: [] } },
		{ from: { place: 'box', name: 'right', addresses: [] }, to: end('right', 'here', 2, 2) },
	],
	lines: routed.lines,
}

/** left - box - here - box2 - right: what the first box does may be undone by the second. */
export const doublyBoxedRoute: Topology = {
	places: ['left', 'box', 'here', 'box2', 'right'],
	links: [
		...boxed.links,
		{ from: end('here', 'right', 2, 1), to: { place: 'box2', name: 'here', addresses: [] } },
		{ from: { place: 'box2', name: 'right', addresses: [] }, to: end('right', 'here', 2, 2) },
	],
	lines: routed.lines,
}

/** `here` is a bridge (br0, 10.66.1.100) between left (10.66.1.1), right (10.66.1.2) and gate (10.66.1.3), which forwards. */
export const bridged: Topology = {
	places: ['left', 'here', 'right', 'gate'],
	links: (['left', 'right', 'gate'] as const).map((place, index) => ({
		from: end(place, 'here', 1, index + 1),
		to: { place: 'here', name: place, addresses: [] },
	})),
	lines: {
		here: [
			'ip link add br0 type bridge',
			...['left', 'right', 'gate'].map((name) => `ip link set ${name} master br0`),
			...both(1, 100).map((address) => `ip address add ${address} dev br0`),
			'ip link set br0 up',
		],
		gate: FORWARDS,
	},
}

/** As `bridged`, and left and right have a second link (`direct`) that does not touch the bridge. */
export const bridgedBeside: Topology = {
	...bridged,
	links: [
		...bridged.links,
		{
			from: { place: 'left', name: 'direct', addresses: [] },
			to: { place: 'right', name: 'direct', addresses: [] },
		},
	],
}

/** Addresses by family, by their usual names. */
export function addressesOf(family: 4 | 6) {
	const [one, two, three, four] = [net(family, 1), net(family, 2), net(family, 3), net(family, 4)]
	return {
		ip: family === 4 ? ('ip' as const) : ('ip6' as const),
		/** For tools that must be told: `-6`. */
		dash: family === 4 ? '-4' : '-6',
		conntrack: family === 4 ? '' : '-f ipv6',
		left: one.at(1),
		/** Of `here` on the side of `left`, and of `right`. */
		here: one.at(2),
		hereRight: two.at(1),
		right: two.at(2),
		leftNet: one.all,
		rightNet: two.all,
		otherLeft: three.at(2),
		otherRight: four.at(1),
		/** Of left and right on the side of the other router. */
		leftOther: three.at(1),
		rightOther: four.at(2),
		/** `right` at the end of a chain. */
		far: net(family, 5).at(2),
		/** On the bridge. */
		bridge: one.at(100),
		bridgeRight: one.at(2),
		gate: one.at(3),
	}
}
