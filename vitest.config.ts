import { defineConfig } from 'vitest/config'
import PromisesReporter from './scripts/promises-reporter.ts'

/** The longest time that a test gives a guest (test/harness/guest), and its start. */
const GUEST_MS = 1_300_000

export default defineConfig({
	test: {
		reporters: [
			'default',
			['json', { outputFile: 'node_modules/.cache/ctscope/tests.json' }],
			new PromisesReporter(),
		],
		setupFiles: ['test/harness/clean-up.ts'],
		// What takes this long hangs; nothing else is judged by the clock of a machine that may be busy.
		testTimeout: 600_000,
		hookTimeout: 600_000,
		projects: [
			{
				extends: true,
				test: {
					name: 'pure',
					include: ['test/**/*.test.{ts,tsx}'],
					exclude: ['test/{live,safety,e2e,lab,cases,apart,packages}/**'],
					// A worker loads the program once, not for each of hundreds of files.
					isolate: false,
					maxWorkers: 3,
				},
			},
			{
				extends: true,
				test: {
					name: 'apart',
					include: ['test/apart/**/*.test.ts'],
					// In namespaces of their own, and mostly waiting: six sessions side by side, as of the cases.
					maxWorkers: 2,
					maxConcurrency: 3,
					sequence: { groupOrder: 4 },
				},
			},
			{
				extends: true,
				test: {
					name: 'kernel',
					// Real knobs are shared by the whole machine: the tests that touch them must not meet.
					include: ['test/{live,safety,e2e}/**/*.test.ts'],
					fileParallelism: false,
				},
			},
			{
				extends: true,
				test: {
					// Namespaces that nobody else knows: as many side by side as two slow cores bear without being late.
					name: 'cases',
					include: ['test/cases/*.test.ts'],
					maxConcurrency: 5,
					sequence: { groupOrder: 3 },
				},
			},
			{
				extends: true,
				test: {
					name: 'lab',
					include: ['test/lab/**/*.test.ts'],
					exclude: ['test/lab/safety-*.test.ts'],
					hookTimeout: GUEST_MS,
					// A file has one guest at a time, and an emulated one takes a core: after all that is measured in seconds.
					maxWorkers: 2,
					sequence: { groupOrder: 1 },
				},
			},
			{
				extends: true,
				test: {
					// Builds all packages of one processor twice, which keeps every core busy for half a minute.
					name: 'packages',
					include: ['test/packages/**/*.test.ts'],
					exclude: ['test/packages/servers.test.ts'],
					sequence: { groupOrder: 5 },
				},
			},
			{
				extends: true,
				test: {
					// Minutes long, and not a part of npm test: npm run test:lab -- safety servers.
					name: 'system',
					include: ['test/lab/safety-*.test.ts', 'test/packages/servers.test.ts'],
					hookTimeout: GUEST_MS,
					// Guests with two cores, and times that are promised.
					fileParallelism: false,
					sequence: { groupOrder: 2 },
				},
			},
		],
	},
})
