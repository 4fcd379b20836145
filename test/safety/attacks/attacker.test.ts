import { execFile } from 'node:child_process'
import {
	chmodSync,
	copyFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	utimesSync,
	writeFileSync,
} from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rawGuard } from '../../harness/guard/raw-guard.ts'
import { createScene, LOG_INVALID, skipWithoutKernel } from '../../harness/guard/scene.ts'
import { PROMISED_MS } from '../../harness/guard/undone.ts'
import { ctscope } from '../../harness/program/program.ts'
import { pause, until } from '../../harness/until.ts'

const TTL_MS = 4_000

const TOOLS =
	'cat conntrack dirname dpkg env find grep id ip iptables modinfo modprobe nft node nsenter readlink sh systemctl systemd-run uname'
const HOSTILE = 'x\x1b]0;owned\x07\x1b[2J\u202e\x9b31m\r\n'

let folder: string
let marker: string
/** Traps: each tool by its name, modules, start-up files. Whatever runs one of them leaves the marker. */
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'ctscope-attacker-'))
	marker = join(folder, 'marker')
	mkdirSync(join(folder, 'traps/node_modules/execa'), { recursive: true })
	const put = (name: string, text: string) => {
		writeFileSync(join(folder, 'traps', name), text)
		chmodSync(join(folder, 'traps', name), 0o755)
	}
	for (const tool of TOOLS.split(' ')) put(tool, `#!/bin/sh\necho ${tool} >>${marker}\n`)
	const script = `require('node:fs').appendFileSync(${JSON.stringify(marker)}, 'code\\n')`
	put('evil.cjs', script)
	put('package.json', '{"type":"commonjs"}')
	put('node_modules/execa/index.js', script)
	put('rc', `echo rc >>${marker}\n`)
	put('.env', 'NODE_OPTIONS=--require ./evil.cjs\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const hostileEnv = () => {
	const traps = join(folder, 'traps')
	return {
		PATH: `${traps}:.`,
		NODE_PATH: join(traps, 'node_modules'),
		BASH_ENV: join(traps, 'rc'),
		ENV: join(traps, 'rc'),
		HOME: traps,
		XDG_CONFIG_HOME: traps,
		XDG_RUNTIME_DIR: traps,
		TMPDIR: traps,
		SYSTEMD_PAGER: join(traps, 'sh'),
		LESSOPEN: `|${join(traps, 'sh')} %s`,
		TERM: '../../traps',
	}
}

describe('a hostile environment and working directory', () => {
	test.concurrent.each([['status'], ['doctor'], ['printk'], ['revert', '--all', '--dry-run']])(
		'%s runs nothing from them',
		async (...args) => {
			const ran = await ctscope(args, { env: hostileEnv(), cwd: join(folder, 'traps') })
			expect(ran.signal).toBeNull()
			expect(existsSync(marker) ? readFileSync(marker, 'utf8') : '').toBe('')
		},
	)

	test('the launcher runs nothing from them, and clears the Node variables that load code or write files', async () => {
		const root = join(folder, 'checkout')
		const node = join(root, `node_modules/node-linux-${process.arch}/bin/node`)
		for (const part of ['scripts', 'dist', 'src', dirname(node)])
			mkdirSync(part.startsWith('/') ? part : join(root, part), { recursive: true })
		copyFileSync(join(import.meta.dirname, '../../../scripts/ctscope'), join(root, 'scripts/ctscope'))
		writeFileSync(node, `#!/bin/sh\nexec ${process.execPath} "$@"\n`, { mode: 0o755 })
		for (const name of [
			'package.json',
			'package-lock.json',
			'scripts/build.js',
			'scripts/join-parts.js',
			'node_modules/.package-lock.json',
		])
			writeFileSync(join(root, name), '{}')
		writeFileSync(join(root, 'dist/cli.js'), 'console.log(JSON.stringify(process.env))')
		const later = Date.now() / 1000 + 60
		utimesSync(join(root, 'dist/cli.js'), later, later)
		const written = join(folder, 'written')
		const { stdout } = await promisify(execFile)(join(root, 'scripts/ctscope'), [], {
			cwd: join(folder, 'traps'),
			env: {
				...hostileEnv(),
				NODE_OPTIONS: `--require ${join(folder, 'traps/evil.cjs')}`,
				NODE_COMPILE_CACHE: written,
				NODE_V8_COVERAGE: written,
				NODE_REDIRECT_WARNINGS: written,
				NODE_EXTRA_CA_CERTS: join(folder, 'traps/rc'),
				OPENSSL_CONF: join(folder, 'traps/rc'),
			},
		})
		const got = JSON.parse(stdout) as Record<string, string>
		// The command of `ctscope run` is looked for there.
		expect(got.PATH).toBe(hostileEnv().PATH)
		expect(Object.keys(got).filter((name) => /^(NODE|OPENSSL|SSL)_/.test(name))).toEqual([])
		expect(existsSync(marker) ? readFileSync(marker, 'utf8') : '').toBe('')
		expect(existsSync(written)).toBe(false)
	})
})

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const OBEYED = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/

describe('P15 foreign text never reaches the terminal raw', () => {
	test.concurrent.each([
		['the name of a file', ['parse', `/nonexistent/${HOSTILE}`]],
		['a command', [HOSTILE]],
		['an option', [`--${HOSTILE}`]],
		['a namespace', ['status', '--netns', HOSTILE]],
		['a state directory', ['status', '--state-dir', `/nonexistent/${HOSTILE}`]],
		['a lease', ['revert', '--lease', HOSTILE]],
	])('P15 %s', async (_, args) => {
		const { stdout, stderr } = await ctscope(args)
		expect(stdout + stderr).not.toMatch(OBEYED)
	})

	test('P15 parse escapes a hostile log', async () => {
		const log = join(folder, `log${'\x1b[2J'}`)
		writeFileSync(
			log,
			`[1.0] nf_ct_proto_6: ${HOSTILE} IN=${HOSTILE} OUT= SRC=10.0.0.1 DST=${HOSTILE}\n${HOSTILE}${'z'.repeat(300_000)}\n`,
		)
		const { stdout, stderr } = await ctscope(['parse', log])
		expect(stdout + stderr).not.toMatch(OBEYED)
	})
})

describe.skipIf(skipWithoutKernel())('P3 P6 a hostile client on the socket', () => {
	test('P3 P6 garbage, half lines and hundreds of connections neither delay the guard nor make it grow', async () => {
		const scene = await createScene('crafted')
		const guard = await rawGuard(scene, { ttlMs: TTL_MS })
		const change = { knob: 'log_invalid', from: '0', to: '6' }
		expect(
			await guard.channel.ask({ op: 'apply', plan: { purpose: 'test', changes: [change] } }),
		).toMatchObject({
			ok: true,
		})
		const started = performance.now()
		const path = join(scene.stateDir, 'leases', guard.leaseId, 'guard.sock')
		const sockets: Socket[] = []
		const send = (text: string | Buffer) => {
			const socket = connect(path, () => socket.write(text))
			socket.on('error', () => {})
			sockets.push(socket)
			return socket
		}
		const resident = () =>
			Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${guard.child.pid}/status`, 'utf8'))?.[1])
		const before = resident()
		const deaf = send('').pause()
		const ask = '{"op":"undoAll","id":1,"why":"test","ifDue":true}\n'
		for (let times = 0; times < 20; times++) deaf.write(ask.repeat(20_000))
		for (const text of ['\0\xff\n', '{}\n', '{"op":"bye","id":1}\n', '{"op":', '[['.repeat(90_000)])
			send(text)
		send(Buffer.alloc(20_000_000, 'a')).resume()
		for (let times = 0; times < 300; times++) send('{"op":"extend","id":1}\n').resume()
		await pause(1500)
		expect(resident() - before).toBeLessThan(40_000)
		expect(scene.read(LOG_INVALID)).toBe('6')
		await until(() => scene.read(LOG_INVALID) === '0', 'the undo at the deadline')
		expect(performance.now() - started).toBeLessThan(TTL_MS + PROMISED_MS)
		for (const socket of sockets) socket.destroy()
		guard.channel.end()
		await guard.ended
		expect(readdirSync(join(scene.stateDir, 'leases'))).toEqual([])
		await scene.end()
	})
})
