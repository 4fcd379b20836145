/** What several explanations say. */
export const CHECKSUM_NEXT = [
	'which IN and which sender: one virtual interface or tunnel points at its offload settings (ethtool -k)',
	'on the sender: ethtool -K IF tx off, then watch the rate',
	'as a test: nf_conntrack_checksum=0; put it back, because it hides real damage',
]

export const BROKEN_SENDER = ['fuzzers and scanners', 'a broken sender', 'packets that were cut on the path']

export const SHORT_NEXT = ['drop them; when one path is hit, check its MTU and tunnels']
