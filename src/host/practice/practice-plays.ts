import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { connect, createServer, type Socket } from 'node:net'
import type { Play } from '../../practice/scenario.ts'
import * as english from '../../words/english/host/host.ts'

/** Programs of a practice: they make the traffic, as real services and clients do, until the process ends. */
export function startPlay(play: Play): void {
	switch (play.does) {
		case 'knock':
			knock(play)
			return
		case 'serve':
			serve(play)
			return
		case 'upload':
			upload(play)
			return
		case 'chat':
			chat(play)
			return
		case 'datagrams':
			sendDatagrams(play)
			return
		case 'receive':
			receive(play.port)
			return
		case 'forget':
			setInterval(() => forget(play.port), play.everyMs)
	}
}

type As<Does extends Play['does']> = Extract<Play, { does: Does }>

/** Whatever becomes of a connection is part of the scenario. */
const quiet = (socket: Socket): Socket => socket.on('error', () => {})

function open(address: string, port: number, endsAfterMs: number): Socket {
	const socket = quiet(connect({ host: address, port }))
	setTimeout(() => socket.destroy(), endsAfterMs)
	return socket
}

function knock({ address, ports: [first, last] }: As<'knock'>): void {
	let port = first
	setInterval(() => {
		open(address, port, 300)
		port = port === last ? first : port + 1
	}, 100)
}

function serve({ port, closesAfterMs, forgets }: As<'serve'>): void {
	const server = createServer({ allowHalfOpen: true }, (socket) => {
		quiet(socket).resume()
		if (closesAfterMs === undefined) {
			socket.on('end', () => socket.end())
			return
		}
		if (forgets === true) setTimeout(() => forget(port), closesAfterMs / 2)
		setTimeout(() => socket.end(), closesAfterMs)
	})
	server.listen(port)
}

function upload({ address, port, bytes }: As<'upload'>): void {
	const begin = () => {
		open(address, port, 3_000).end(Buffer.alloc(bytes, '.'))
	}
	begin()
	setInterval(begin, 700)
}

function chat({ address, port, everyMs }: As<'chat'>): void {
	const begin = () => {
		const socket = open(address, port, 15_000)
		socket.write('hello\n')
		const saying = setInterval(() => socket.write(english.stillThere), everyMs)
		socket.on('close', () => clearInterval(saying))
	}
	begin()
	setInterval(begin, 1_000)
}

function sendDatagrams({ address, port }: As<'datagrams'>): void {
	const socket = createSocket('udp4')
	const report = Buffer.alloc(3_000, 'measured ')
	setInterval(() => socket.send(report, port, address, () => {}), 200)
}

function receive(port: number): void {
	createSocket('udp4').bind(port)
}

function forget(port: number): void {
	execFile('conntrack', ['-D', '-p', 'tcp', '--dport', String(port)], () => {})
}
