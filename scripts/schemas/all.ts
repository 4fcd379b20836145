// The outputs of all commands with --json, as zod types; docs/schemas has them as JSON Schema.
import { z } from 'zod'
import { investigate, revert, run, tap, trace } from './change.ts'
import { explain, parse, read, rules } from './given.ts'
import { doctor, flow, lists, namespaces, printk, status, watch } from './host.ts'

/** By the name of the file in docs/schemas. `tap` is that of preview and count too. */
export const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
	status,
	doctor,
	watch,
	namespaces,
	printk,
	lists,
	flow,
	run,
	investigate,
	tap,
	trace,
	revert,
	rules,
	parse,
	explain,
	read,
}

/** Names may come at any time: who checks with a schema is not to stumble over a new one. */
export const schemaText = (name: string, type: z.ZodType): string =>
	`${JSON.stringify({ $id: `ctscope-${name}-1`, ...z.toJSONSchema(type, { io: 'input' }) }, null, '\t')}\n`

/** Where a value is not of this type; also where it has a name that the type does not know. Empty when all is well. */
export function differences(type: z.ZodType, value: unknown): readonly string[] {
	const found = type.safeParse(value)
	if (!found.success) return found.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
	return namesBeyond(value, found.data, '')
}

/** What the type has left out. */
function namesBeyond(value: unknown, known: unknown, path: string): readonly string[] {
	if (typeof value !== 'object' || value === null || typeof known !== 'object' || known === null) return []
	const kept = new Map(Object.entries(known))
	return Object.entries(value).flatMap(([name, one]) =>
		kept.has(name)
			? namesBeyond(one, kept.get(name), `${path}${name}.`)
			: [`${path}${name}: not in the schema`],
	)
}
