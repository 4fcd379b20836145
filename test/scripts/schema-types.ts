import type { z } from 'zod'
import type * as change from '../../scripts/schemas/change.ts'
import type * as host from '../../scripts/schemas/host.ts'
import type { doctorJson } from '../../src/commands/doctor/doctor.ts'
import type { investigateJson } from '../../src/commands/investigate/json.ts'
import type { listsJson } from '../../src/commands/lists/json.ts'
import type { listJson } from '../../src/commands/printk/json.ts'
import type { runFailureJson, runJson } from '../../src/commands/run/json.ts'
import type { statusJson } from '../../src/commands/status/json.ts'
import type { tapLineJson, tapReportJson } from '../../src/commands/tap/json.ts'
import type { traceJson } from '../../src/commands/trace/text.ts'
import type { watchJson } from '../../src/commands/watch/watch-line.ts'

/** What may be printed: without `readonly`, and the version as the number that it is. */
type Plain<T> = T extends 1
	? number
	: T extends readonly (infer One)[]
		? readonly Plain<One>[]
		: T extends object
			? { readonly [Name in keyof T]: Plain<T[Name]> }
			: T

/** `true` where everything that is printed is as the schema says. */
type Fits<Printed, Type extends z.ZodType> = [Printed] extends [Plain<z.infer<Type>>] ? true : false

/** A type that has changed under a schema is an error of the compiler here, before any test runs. */
export const FIT: {
	readonly status: Fits<ReturnType<typeof statusJson>, typeof host.status>
	readonly doctor: Fits<ReturnType<typeof doctorJson>, typeof host.doctor>
	readonly watch: Fits<ReturnType<typeof watchJson>, typeof host.watch>
	readonly printk: Fits<ReturnType<typeof listJson>, typeof host.printk>
	readonly lists: Fits<ReturnType<typeof listsJson>, typeof host.lists>
	readonly run: Fits<ReturnType<typeof runJson | typeof runFailureJson>, typeof change.run>
	readonly investigate: Fits<ReturnType<typeof investigateJson>, typeof change.investigate>
	readonly tap: Fits<ReturnType<typeof tapLineJson | typeof tapReportJson>, typeof change.tap>
	readonly trace: Fits<ReturnType<typeof traceJson>, typeof change.trace>
} = {
	status: true,
	doctor: true,
	watch: true,
	printk: true,
	lists: true,
	run: true,
	investigate: true,
	tap: true,
	trace: true,
}
