import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const CATALOGUE = join(import.meta.dirname, '../../src/words/english')
const FILES = readdirSync(CATALOGUE, { recursive: true, encoding: 'utf8' }).filter((name) =>
	name.endsWith('.ts'),
)

const PLURALS = [
	...[
		'addresses',
		'answers',
		'bytes',
		'changes',
		'characters',
		'clients',
		'connections',
		'entries',
		'events',
	],
	...[
		'files',
		'flows',
		'hosts',
		'lines',
		'messages',
		'minutes',
		'names',
		'others',
		'packets',
		'ports',
		'queues',
	],
	...[
		'reasons',
		'records',
		'rules',
		'seconds',
		'segments',
		'settings',
		'sites',
		'sources',
		'taps',
		'targets',
	],
	...['times', 'updates', 'ways'],
]
const ONE_OF_MANY = new RegExp(`(?<![\\d.:=+-])1 (?:more )?(?:${PLURALS.join('|')})\\b(?!/s)`)
const VERB = /(?<![\d.:=+-])1 (?:more )?[a-z]+ (?:are|were|have)\b/

/** What stands there as "1" is the name of a protocol, of a host, or a list that a verb follows; or it is at least two, or told as a number only. */
const NO_NUMBER = new Set([
	...['logWhyPacketsAreInvalid2', 'conntracksLinesGoToNow', 'noneLinesAreThrownAway', 'linesGoThere'],
	...['nfConntrackLogInvalidIsOnly', 'timeoutOfOffloadedFlows', 'timeoutOfFlowsThatLeave', 'flowsAs'],
	...['hideReasons', 'obituary', 'anotherAddressAnswers', 'ofClientsWaitForAnother', 'pressItIsPutRight'],
	...['theServerAnswersUnderItsOwnAddress', 'nothingWasChangedOnWatch', 'somebodyScansAddressesAndPorts'],
	...['whatIsSwitchedOnNow', 'switchesChanges', 'callSitesAreMoreThan', 'nfLogIsLinesGo', 'linesAround'],
	...[
		'ofEntriesHaveNoReply',
		'nobodyWaitsForAnother',
		'soManyNamesAtOnce',
		'bounds',
		'beyondMeans',
		'beyondTheBound',
		'wayHead',
		'flowAndMore',
		'eventsWereLost',
		'nfLogIsNoneLines',
		'nfLogIsNoneAnd',
		'nfLogIsLinesGoToNetlink',
	],
])

test.each(FILES)('english/%s never says "1 rules"', async (file) => {
	const words: Readonly<Record<string, unknown>> = await import(join(CATALOGUE, file))
	const wrong = Object.entries(words).flatMap(([name, say]) =>
		typeof say !== 'function' || NO_NUMBER.has(name)
			? []
			: ['1', 1]
					.map((one) => said(say as Say, one))
					.filter((text) => ONE_OF_MANY.test(text) || VERB.test(text))
					.map((text) => `${name}: ${text}`),
	)
	expect(wrong).toEqual([])
})

type Say = (...given: readonly (number | string)[]) => unknown

/** The sentence with 1 wherever it has a number or a text; '' where it takes something else. */
function said(say: Say, one: number | string): string {
	try {
		return String(say(...Array.from({ length: Math.max(say.length, 6) }, () => one)))
	} catch {
		return ''
	}
}
