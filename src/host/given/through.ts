import { pipeline, Readable, type Transform } from 'node:stream'

/** What a stream of zlib makes of these bytes. Whoever reads it hears of the errors of both; who leaves it ends both. */
export function through(
	chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
	transform: Transform,
): AsyncIterable<Uint8Array> {
	pipeline(Readable.from(chunks, { objectMode: false }), transform, () => {})
	return transform
}
