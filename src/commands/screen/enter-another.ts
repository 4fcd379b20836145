import { enterNetns, wayInto } from '../../host/netns/netns-enter.ts'
import { createToolPath } from '../../host/tools/tool-path.ts'
import { failureLine } from '../common/failure-exit.ts'

/** Becomes the same program with the same options in another network namespace. Returns only when that is refused. */
export function enterAnother(path: string): void {
	const way = wayInto(path, createToolPath())
	if (!way.ok) {
		process.stderr.write(`${failureLine(way.failure)}\n`)
		return
	}
	if (way.value.inside) return
	enterNetns(way.value, path, withoutNetns(process.argv.slice(2)))
}

/** The options without the namespace that was asked for before. A recording is of one namespace, so it ends with it. */
export function withoutNetns(args: readonly string[]): readonly string[] {
	const kept: string[] = []
	for (let at = 0; at < args.length; at++) {
		const arg = args[at] ?? ''
		if (arg === '--netns' || arg === '--record') at++
		else if (!/^--(?:netns|record)=/.test(arg)) kept.push(arg)
	}
	return kept
}
