import { sctpChunkAt, sctpInvalid, sctpStays, sctpTransition, tag } from './printk-decode.ts'
import { type Row, type SiteText, textsOf } from './printk-told.ts'

const CHUNK = 'an SCTP chunk of this type moves an entry, or is tried on one'
const TAG = 'the tag that SCTP packets of this direction must have from here on'

/** 4.18 to 5.18, and 6.1 up to 6.1.176: one line for each chunk that can change a state. */
const CHUNKS: readonly Row[] = [
	'SCTP_CID_INIT',
	'SCTP_CID_INIT_ACK',
	'SCTP_CID_ABORT',
	'SCTP_CID_SHUTDOWN',
	'SCTP_CID_SHUTDOWN_ACK',
	'SCTP_CID_ERROR',
	'SCTP_CID_COOKIE_ECHO',
	'SCTP_CID_COOKIE_ACK',
	'SCTP_CID_SHUTDOWN_COMPLETE',
	'SCTP_CID_HEARTBEAT',
	'SCTP_CID_HEARTBEAT_ACK',
].map((format): Row => [format, 'per-packet', CHUNK])

/** net/netfilter/nf_conntrack_proto_sctp.c of 4.18 to 7.3. */
export const SCTP_SITES: readonly SiteText[] = textsOf('nf_conntrack_proto_sctp.c', [
	...CHUNKS,
	[
		'nf_conntrack_sctp: invalid new deleting.',
		'per-bad-packet',
		'SCTP without an entry that does not begin with INIT: INVALID',
		{ explains: ['silent-sctp'] },
	],
	[
		'Basic checks failed',
		'per-bad-packet',
		'an SCTP packet whose chunks are malformed or do not go together: INVALID',
		{ explains: ['silent-sctp'] },
	],
	[
		'Verification tag check failed',
		'per-bad-packet',
		'an SCTP packet with a tag that is not the one of its connection: INVALID',
		{ explains: ['silent-sctp-tag', 'silent-sctp'] },
	],
	[
		'nf_conntrack_sctp: Invalid dir=%i ctype=%u conntrack=%u',
		'per-bad-packet',
		'an SCTP chunk that cannot come in the state of its entry: INVALID',
		{ explains: ['silent-sctp'], decode: sctpInvalid },
	],
	['Basic checks passed', 'per-packet', 'the chunks of an SCTP packet go together'],
	['Chunk Num: %d  Type: %d', 'per-packet', 'a chunk of an SCTP packet', { decode: sctpChunkAt(1) }],
	['Chunk type: %d', 'per-packet', CHUNK, { decode: sctpChunkAt(0) }],
	['Unknown chunk type, Will stay in %s', 'per-packet', 'an SCTP chunk that changes no state, such as DATA'],
	[
		'Unknown chunk type %d, Will stay in %s',
		'per-packet',
		'an SCTP chunk that changes no state, such as DATA',
		{ decode: sctpStays },
	],
	[
		'dir: %d   cur_state: %s  chunk_type: %d  new_state: %s',
		'per-packet',
		'the state of an SCTP entry before and after a chunk',
		{ decode: sctpTransition },
	],
	[
		'Setting vtag %x for new conn',
		'per-connection',
		'an SCTP connection begins with INIT',
		{ decode: tag(0) },
	],
	[
		'Setting vtag %x for secondary conntrack',
		'per-connection',
		'a further path of an SCTP connection begins with HEARTBEAT',
		{ decode: tag(0) },
	],
	[
		'Setting vtag %x for new conn OOTB',
		'per-connection',
		'an SCTP entry begins for a packet out of the blue, such as ABORT or SHUTDOWN ACK',
		{ decode: tag(0) },
	],
	['Setting %d vtag %x for dir %d', 'per-connection', TAG, { decode: tag(1, 2) }],
	['Setting vtag %x for dir %d', 'per-connection', TAG, { decode: tag(0, 1) }],
	[
		'Setting assured bit',
		'per-connection',
		'an SCTP connection is established: its entry stays when the table is full',
	],
])
