import { spawn } from 'node:child_process'
import { describe, expect, test, vi } from 'vitest'
import { createLab, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { ctscope } from '../harness/program/program.ts'
import { pause } from '../harness/until.ts'

vi.setConfig({ testTimeout: 40_000 })

const SERVER = `import socket,time
s=socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('', 1234)); s.listen(1)
c,_=s.accept(); time.sleep(15)`
const CLIENT = `import socket,sys,time
s=socket.create_connection((sys.argv[1], 1234), 5); print(s.getsockname()[1], flush=True); time.sleep(15)`

/** A connection from the lab to its peer; answers its local port and the process that holds it. */
async function connect(lab: Lab) {
	const server = spawn('ip', ['netns', 'exec', lab.peerNetns, 'python3', '-c', SERVER])
	await pause(400)
	const client = spawn('ip', ['netns', 'exec', lab.netns, 'python3', '-c', CLIENT, lab.peerAddress])
	const port = await new Promise<number>((resolve, reject) => {
		client.stdout.once('data', (data) => resolve(Number(String(data).trim())))
		client.once('close', () => reject(new Error('no connection')))
	})
	return {
		port,
		client,
		end() {
			for (const child of [server, client]) child.kill('SIGKILL')
		},
	}
}

type FlowJson = {
	readonly sentences: readonly string[]
	readonly evidence: readonly string[]
	readonly confidence: string
}

async function flow(lab: Lab, from: string, to: string): Promise<FlowJson> {
	const { stdout } = await ctscope(['flow', '--json', '--netns', lab.netns, 'tcp', from, to])
	return JSON.parse(stdout) as FlowJson
}

describe.skipIf(skipWithoutLab())('entry, socket and rule joined', () => {
	test('a FIN that never leaves: the entry deleted, the process killed, the FIN dropped in OUTPUT', async () => {
		const lab = await createLab('fin')
		const connection = await connect(lab)
		try {
			const from = `${lab.address}:${connection.port}`
			const to = `${lab.peerAddress}:1234`
			const before = await flow(lab, from, to)
			expect(before.sentences.join(' ')).toContain('The entry is there in ESTABLISHED')
			await lab.inside('iptables', '-w', '-A', 'OUTPUT', '-m', 'state', '--state', 'INVALID', '-j', 'DROP')
			await lab.inside('conntrack', '-D', '-p', 'tcp', '--dport', '1234')
			connection.client.kill('SIGKILL')
			await pause(700)
			const { sentences, evidence, confidence } = await flow(lab, from, to)
			expect(sentences).toEqual([
				'Local socket still in FIN_WAIT1, entry gone, ip filter OUTPUT rule 1 drops INVALID: its FINs never leave.',
			])
			expect(confidence).toBe('sure')
			expect(evidence.join('\n')).toMatch(/no process has it any more/)
			const rules = await ctscope(['rules', '--json', '--interval', '0.2', '--netns', lab.netns])
			const output = JSON.parse(rules.stdout).rules.find((rule: { chain: string }) => rule.chain === 'OUTPUT')
			expect(output).toMatchObject({ action: 'drop', invalid: true })
			expect(output.counter.packets).toBeGreaterThan(0)
			// The other end has heard nothing: it is as connected as before.
			expect(await lab.beside('ss', '-Htn', 'state', 'established')).toContain(':1234')
		} finally {
			connection.end()
			await lab.dispose()
		}
	})

	test('one direction only', async () => {
		const lab = await createLab('oneway')
		try {
			await lab
				.beside('hping3', '-q', '-c', '1', '-S', '-s', '4000', '-k', '-p', '1234', lab.address)
				.catch(() => '')
			// Its answer is dropped on the way out, so the entry has no reply.
			await lab.inside('iptables', '-w', '-t', 'raw', '-A', 'OUTPUT', '-p', 'tcp', '-j', 'DROP')
			await lab.inside('iptables', '-w', '-A', 'INPUT', '-p', 'tcp', '--dport', '1235', '-j', 'ACCEPT')
			await lab
				.beside('hping3', '-q', '-c', '1', '-S', '-s', '4001', '-k', '-p', '1235', lab.address)
				.catch(() => '')
			const { sentences } = await flow(lab, `${lab.peerAddress}:4001`, `${lab.address}:1235`)
			expect(sentences.join(' ')).toContain('Only one direction seen')
		} finally {
			await lab.dispose()
		}
	})

	test('a stray packet with neither entry nor socket, and its private source', async () => {
		const lab = await createLab('stray')
		try {
			const { sentences } = await flow(lab, '10.99.1.1:5', '198.51.100.7:443')
			expect(sentences.join(' ')).toMatch(/there is no entry.*private/)
		} finally {
			await lab.dispose()
		}
	})
})
