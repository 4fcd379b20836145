import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Action } from '../../../src/app/state/actions.ts'
import { KNOBS } from '../../../src/changes/knobs.ts'
import type { Entry } from '../../../src/kernel/conntrack/flow-facts.ts'
import type { Counters } from '../../../src/model/table-readings.ts'

type Of<Type extends Action['type']> = Extract<Action, { type: Type }>

const of = <Type extends Action['type']>(actions: readonly Action[], type: Type): readonly Of<Type>[] =>
	actions.filter((action): action is Of<Type> => action.type === type)

const KERNEL_NAMES: Readonly<Record<string, string>> = {
	clash_resolve: 'clashres',
	chaintoolong: 'chainlength',
}

/** /proc/net/stat/nf_conntrack below what `date -Is` prints. */
const statText = ({ proc }: Counters, wall: number): string =>
	[
		`${new Date(wall).toISOString()}`,
		(proc?.columns ?? []).map((name) => KERNEL_NAMES[name] ?? name).join(' '),
		...(proc?.cpus ?? []).map((counters) =>
			(proc?.columns ?? []).map((name) => (counters[name] ?? 0).toString(16).padStart(8, '0')).join(' '),
		),
		'',
	].join('\n')

const entryText = ({
	protocol,
	l4proto,
	timeout,
	state,
	original,
	reply,
	unreplied,
	assured,
	fields,
}: Entry): string => {
	const tuple = (one: Entry['original'] | null) =>
		one === null ? '' : `src=${one.src} dst=${one.dst} sport=${one.sport} dport=${one.dport}`
	const tail = Object.entries(fields).map(([name, value]) => `${name}=${value}`)
	return [
		`${protocol.padEnd(8)} ${l4proto}`,
		timeout ?? '',
		state ?? '',
		tuple(original),
		unreplied ? '[UNREPLIED]' : '',
		tuple(reply),
		assured ? '[ASSURED]' : '',
		...tail,
	]
		.filter((part) => part !== '')
		.join(' ')
}

/** What an admin would have saved of the host whose investigation this is: one file a command. `wallOf`: of a monotonic time. */
export function saveHost(folder: string, actions: readonly Action[], wallOf: (at: number) => number): void {
	mkdirSync(folder, { recursive: true })
	const save = (name: string, lines: readonly string[]) =>
		writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
	const from = of(actions, 'nflog-started')[0]?.at ?? 0
	const readings = of(actions, 'counters').flatMap(({ result, at }) =>
		result.ok && result.value.proc !== null && at >= from ? [result.value] : [],
	)
	const [first, last] = [readings[0], readings.at(-1)]
	if (first === undefined || last === undefined) throw new Error('the recording has no counters')
	writeFileSync(join(folder, 'nf_conntrack.before'), statText(first, wallOf(first.at)))
	writeFileSync(join(folder, 'nf_conntrack.after'), statText(last, wallOf(last.at)))
	save(
		'kern.log',
		of(actions, 'log').flatMap(({ events }) =>
			events.flatMap((event) =>
				event.kind === 'nflog'
					? [
							`${new Date(event.message.wallMicros / 1000).toISOString().replace('Z', '+00:00')} gw-3 kernel: ${event.message.text}`,
						]
					: [],
			),
		),
	)
	const values = of(actions, 'settings').findLast(({ result }) => result.ok)?.result
	if (values?.ok === true)
		save(
			'sysctl-a.txt',
			KNOBS.flatMap(({ id, sysctl }) =>
				values.value.values[id] === undefined ? [] : [`${sysctl} = ${values.value.values[id]}`],
			),
		)
	const rules = of(actions, 'rules').findLast(({ result }) => result.ok)?.result
	if (rules?.ok === true)
		save(
			'nft_list_ruleset',
			rules.value.ruleset.chains.flatMap(({ family, table, name, base }) => [
				`table ${family} ${table} {`,
				`\tchain ${name} {`,
				...(base === null
					? []
					: [`\t\ttype ${base.type} hook ${base.hook} priority ${base.priority}; policy ${base.policy};`]),
				...rules.value.ruleset.rules.flatMap((rule) =>
					rule.table === table && rule.chain === name
						? [
								`\t\t${rule.text.replace('counter', `counter packets ${rule.counter?.packets} bytes ${rule.counter?.bytes}`)}`,
							]
						: [],
				),
				'\t}',
				'}',
			]),
		)
	// They print nothing where all rules are of nft.
	writeFileSync(join(folder, 'iptables-save'), '')
	writeFileSync(join(folder, 'ip6tables-save'), '')
	save(
		'conntrack-L.txt',
		of(actions, 'sampled').flatMap(({ sample }) => (sample.facts.entries ?? []).map(entryText)),
	)
	const facts = of(actions, 'facts')[0]?.facts
	save('uname-a', [`Linux gw-3 ${facts?.kernel} #1 SMP PREEMPT_DYNAMIC x86_64 GNU/Linux`])
}
