// Adds up the results of the test runner and of the checks: prints what was skipped, and last the line 'N passed, N failed'.
import { readFileSync } from 'node:fs'

/** A result file that is not there means that the run broke off: one failure. */
function read(path) {
	try {
		return JSON.parse(readFileSync(path, 'utf8'))
	} catch {
		return { missing: path }
	}
}

let passed = 0
let failed = 0
const skipped = []
for (const path of process.argv.slice(2)) {
	const results = read(path)
	if (results.missing) {
		console.log(`no results in ${path}: the run did not finish`)
		failed++
		continue
	}
	passed += results.passed ?? results.numPassedTests
	failed += results.failed ?? results.numFailedTests + (results.numRuntimeErrorTestSuites ?? 0)
	for (const file of results.testResults ?? []) {
		if (file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed')) failed++
		for (const { status, fullName } of file.assertionResults)
			if (status === 'pending' || status === 'skipped' || status === 'todo') skipped.push(fullName)
	}
}
for (const name of skipped) console.log(`skipped: ${name}`)
console.log(`${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`)
