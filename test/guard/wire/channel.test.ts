import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openChannel } from '../../../src/guard/wire/channel.ts'
import { answerOf, decodeRequest, encode, pushOf } from '../../../src/guard/wire/protocol.ts'

import { ok } from '../../../src/words/failure.ts'
import { tempFolder } from '../../harness/folders.ts'
import { leaseView } from '../../harness/samples/samples.ts'

const saying = (why: string) => leaseView({ why })

test('views are told in the order of the guard, also when an older one is an answer and comes with a newer one', async () => {
	const path = join(tempFolder('channel'), 'guard.sock')
	const server = createServer((socket) => {
		socket.on('data', (line) => {
			const request = decodeRequest(String(line).trim())
			const id = request !== undefined && 'id' in request ? request.id : 0
			// The guard had the question before the change, and all of it is read at once.
			socket.write(encode(answerOf(id, ok(saying('old')))) + encode(pushOf(saying('new'))))
		})
	})
	await new Promise<void>((resolve) => server.listen(path, resolve))
	const seen: string[] = []
	const channel = await openChannel(path, { onView: ({ why }) => seen.push(why), onEnd: () => {} })
	if (typeof channel === 'string') throw new Error(channel)
	const answer = await channel.ask({ op: 'alive' })
	expect(answer).toMatchObject({ ok: true, value: { why: 'old' } })
	expect(seen).toEqual(['old', 'new'])
	channel.end()
	await new Promise((resolve) => server.close(resolve))
})
