import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openKmsg } from '../../../src/host/log/kmsg-source.ts'
import type { Plan } from '../../../src/model/change.ts'
import { createScene, LOG_INVALID, type Scene, skipWithoutKernel } from '../../harness/guard/scene.ts'
import { PROMISED_MS } from '../../harness/guard/undone.ts'
import { labMissing } from '../../harness/kernel/lab.ts'
import { pause, until } from '../../harness/until.ts'

const ALL_NETNS = '/proc/sys/net/netfilter/nf_log_all_netns'
const LOGGER = '/proc/sys/net/netfilter/nf_log/2'
/** From the first line to the last: three seconds in a row, half a second of looking, and the undo. */
const MOST_SECONDS = 4

const whyNot = labMissing()
if (whyNot !== undefined) console.warn(`skipped: ${whyNot}`)

describe.skipIf(skipWithoutKernel() || whyNot !== undefined)(
	'P13 a flood of the kernel log stops itself',
	() => {
		let scene: Scene
		let peer = ''
		let made = 0
		const senders: ChildProcess[] = []

		beforeEach(async () => {
			scene = await createScene('flood')
			made += 1
			peer = `cts-floodp-${process.pid}-${made}`
			const ip = (...args: string[]) => execFileSync('ip', args)
			ip('netns', 'add', peer)
			ip('link', 'add', 'veth0', 'netns', scene.netns, 'type', 'veth', 'peer', 'name', 'veth0', 'netns', peer)
			ip('-n', scene.netns, 'addr', 'add', '10.77.0.2/24', 'dev', 'veth0')
			ip('-n', peer, 'addr', 'add', '10.77.0.1/24', 'dev', 'veth0')
			for (const name of [scene.netns, peer]) ip('-n', name, 'link', 'set', 'veth0', 'up')
			const drop = ['-w', '-A', 'INPUT', '-m', 'conntrack', '--ctstate', 'INVALID', '-j', 'DROP']
			ip('netns', 'exec', scene.netns, 'iptables', ...drop)
		})
		afterEach(async () => {
			for (const sender of senders.splice(0)) sender.kill('SIGKILL')
			execFileSync('ip', ['netns', 'del', peer])
			await scene.end()
		})

		/** Lines of these packets go to the kernel log. */
		function planToFlood(): Plan {
			const change = (knob: string, from: string, to: string) => (from === to ? [] : [{ knob, from, to }])
			return {
				purpose: 'log why TCP packets are INVALID',
				changes: [
					...change('nf_log.2', scene.read(LOGGER), 'nf_log_ipv4'),
					...change('nf_log_all_netns', readFileSync(ALL_NETNS, 'utf8').trim(), '1'),
					...change('log_invalid', '0', '6'),
				],
			}
		}

		function send(everyUs: number): ChildProcess {
			const packets = ['-q', '-S', '-F', '-p', '80', '-c', '20000', '-i', `u${everyUs}`, '10.77.0.2']
			const sender = spawn('ip', ['netns', 'exec', peer, 'hping3', ...packets], { stdio: 'ignore' })
			senders.push(sender)
			return sender
		}

		/** How long lines of this test came, in seconds of the kernel's own stamps, from now on. */
		function lines(): { readonly seconds: () => number; readonly count: () => number; close(): void } {
			const opened = openKmsg()
			if (!opened.ok) throw new Error('the kernel log cannot be read')
			const source = opened.value
			let [count, first, last] = [0, 0, 0]
			const drain = (isNew: boolean) => {
				for (;;) {
					const read = source.read()
					if (read.kind === 'nothing' || read.kind === 'broken') return
					if (read.kind !== 'record' || !isNew) continue
					const [, at, text] =
						/^\d+,\d+,(\d+),[^;]*;(.*)/s.exec(Buffer.from(read.bytes).toString('latin1')) ?? []
					if (text === undefined || !text.includes('SRC=10.77.0.1 DST=10.77.0.2')) continue
					count += 1
					last = Number(at) / 1e6
					if (count === 1) first = last
				}
			}
			drain(false)
			// The log goes round in seconds.
			const timer = setInterval(() => drain(true), 50)
			return {
				count: () => count,
				seconds: () => {
					drain(true)
					return last - first
				},
				close() {
					clearInterval(timer)
					source.close()
				},
			}
		}

		test('P13 20 000 bad packets switch log_invalid off within four seconds, and the program still answers', async () => {
			const client = await scene.client()
			expect(await client.send({ do: 'apply', plan: planToFlood() })).toMatchObject({ ok: true })
			const seen = lines()
			const sender = send(200)
			const view = await client.view(({ flood }) => flood !== null)
			const begun = performance.now()
			expect(await client.send({ do: 'view' })).toMatchObject({ ok: true })
			expect(performance.now() - begun).toBeLessThan(PROMISED_MS)
			expect(sender.exitCode).toBeNull()
			expect(view.flood?.rate).toBeGreaterThan(200)
			expect(view.why).toBe(`log flood: ${view.flood?.rate} lines/s for 3 s`)
			const closed = await client.view(({ phase }) => phase === 'closed')
			expect(closed).toMatchObject({ outcome: 'clean', flood: view.flood })
			expect(closed.changes.every(({ state }) => state === 'undone')).toBe(true)
			expect(scene.read(LOG_INVALID)).toBe('0')
			const seconds = seen.seconds()
			console.log(`${seen.count()} lines in ${seconds.toFixed(2)} s, then switched off`)
			expect(seconds).toBeGreaterThan(2)
			expect(seconds).toBeLessThan(MOST_SECONDS)
			seen.close()
		})

		test('P13 a lower limit stops a smaller flood, even while the program is stopped', async () => {
			const client = await scene.client({ maxRate: 20 })
			await client.send({ do: 'apply', plan: planToFlood() })
			send(10_000)
			client.signal('SIGSTOP')
			await until(() => scene.read(LOG_INVALID) === '0', 'log_invalid to go off')
			client.signal('SIGCONT')
			const view = await client.view(({ phase }) => phase === 'closed')
			expect(view.flood?.rate).toBeGreaterThan(20)
		})

		test.each([
			['few lines, however long', {}, 20_000],
			['as many as they are, when that was asked for', { maxRate: 0 }, 1_000],
		])('P13 logging stays on: %s', async (_, config, everyUs) => {
			const client = await scene.client(config)
			await client.send({ do: 'apply', plan: planToFlood() })
			send(everyUs)
			await pause(4_500)
			expect(scene.read(LOG_INVALID)).toBe('6')
			expect(await client.send({ do: 'close' })).toMatchObject({ value: { outcome: 'clean', flood: null } })
		})
	},
)
