import { join } from 'node:path'
import { describe, test } from 'vitest'
import { CTSCOPE, KEYS, openTerminal, type Terminal } from '../harness/program/terminal.ts'

const RECORDING = join(import.meta.dirname, '../../share/demo/asymmetric.ctscope')

/** A recording at its end: nothing of this machine is looked at, nothing can be changed, and nothing goes on by itself. */
const open = async (columns: number, rows: number): Promise<Terminal> => {
	const terminal = openTerminal(CTSCOPE, ['replay', RECORDING, '--end'], { columns, rows })
	await terminal.until(/REPLAY|END/)
	return terminal
}

const WAIT_MS = 60_000
const LINES_BELOW = /\d+ lines? below/
/** The way back says so. */
const FOCUSED = /> reading /

async function go(terminal: Terminal, screen: string): Promise<void> {
	terminal.type(screen)
	await terminal.until(new RegExp(`▸${screen} `), WAIT_MS)
}

/** Goes to the end of the details: then nothing is below. */
async function readToTheEnd(terminal: Terminal): Promise<void> {
	terminal.type('o')
	await terminal.until(FOCUSED, WAIT_MS)
	terminal.type('G')
	await terminal.until((text) => !LINES_BELOW.test(text), WAIT_MS)
	terminal.type(KEYS.escape)
	await terminal.until((text) => !FOCUSED.test(text), WAIT_MS)
}

describe.each([
	[80, 24],
	[60, 16],
])('%ix%i', (columns, rows) => {
	test('the last word of the details of every screen and step is reached by keys', async () => {
		const terminal = await open(columns, rows)
		try {
			for (const screen of ['1', '3', '4', '5', '6', '7', '8']) {
				await go(terminal, screen)
				await readToTheEnd(terminal)
			}
			await go(terminal, '2')
			terminal.type('g')
			for (let step = 1; step <= 9; step++) {
				await terminal.until(new RegExp(`▸. ${step} `), WAIT_MS)
				await readToTheEnd(terminal)
				if (step < 9) terminal.type('j')
			}
		} finally {
			await terminal.dispose()
		}
	})
})

test('at 40x10 each screen answers its question: Log has addresses, Table is seen to its end', async () => {
	const terminal = await open(40, 10)
	try {
		terminal.type('1')
		await terminal.until(/INVALID +[\d.<]+\/s/, WAIT_MS)
		terminal.type('7')
		await terminal.until(/\d+\.\d+\.\d+\.\d+/, WAIT_MS)
		terminal.type('5')
		await terminal.until(/rows? below/, WAIT_MS)
		terminal.type('G')
		await terminal.until((text) => /▸/.test(text) && !/rows? below/.test(text), WAIT_MS)
	} finally {
		await terminal.dispose()
	}
})
