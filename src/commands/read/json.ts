import { actionOf } from '../../investigation/join/rule-rows.ts'
import { describe } from '../../words/failure.ts'
import { visible } from '../../words/visible.ts'
import { JSON_VERSION } from '../common/version.ts'
import type { ReadAnswer } from './answer.ts'
import type { StatReading } from './given-case.ts'
import { overviewOf } from './reports/hosts.ts'
import { reportsJson } from './reports/json.ts'

/** The answer as one object; every text from outside is safe to print. */
export function readJson(answer: ReadAnswer): object {
	const { things, refused, all, counters, account, causes, reasons, table, stories, state, notChecked } =
		answer
	const { logs } = all
	const rules = state.rules.value
	const value = {
		v: JSON_VERSION,
		read: things.map(({ name, counts, capture, cut }) => ({
			name,
			counts,
			...(capture === undefined ? {} : { capture }),
			whole: cut === undefined,
		})),
		...(answer.reports.length === 0 ? {} : { reports: reportsJson(overviewOf(answer.reports)) }),
		ordinary: answer.ordinary,
		refused: refused.map(({ name, failure }) => ({ name, ...describe(failure) })),
		moreRefused: answer.moreRefused,
		configuration: answer.configuration,
		namespaces: answer.namespaces,
		bytes: answer.bytes,
		unpacked: answer.unpacked,
		kernel: all.release ?? null,
		hosts: [...logs.hosts],
		lines: answer.lines,
		doubled: logs.doubled,
		account,
		causes,
		reasons: reasons.map(({ reason, count, flows, sample }) => ({
			id: reason.id,
			protocol: reason.protocol,
			title: reason.title,
			verdict: reason.verdict,
			count,
			sample,
			flows: flows.slice(0, FLOWS).map((one) => ({ flow: one.flow, count: one.count, where: one.where })),
		})),
		prefixes: [...logs.summary.rules.values()].map(({ name, count, suggested }) => ({
			prefix: name,
			count,
			suggests: suggested?.top(1)[0]?.[0] || null,
		})),
		neighbours: [...logs.summary.neighbours.values()].map(({ id, title, count }) => ({ id, title, count })),
		counters:
			counters === undefined
				? null
				: {
						totals: counters.totals,
						rises: counters.rises,
						readings: counters.readings,
						first: counters.first === undefined ? null : readingJson(counters.first),
						last: readingJson(counters.last),
						seconds:
							counters.period === undefined ? null : (counters.period.to - counters.period.from) / 1000,
					},
		settings: state.settings.value?.values ?? {},
		table: table ?? null,
		events: all.events,
		rules:
			rules === undefined
				? null
				: {
						format: answer.rulesFormat,
						total: rules.ruleset.total,
						whole: rules.failures.length === 0,
						warnings: answer.evidence.rules?.warnings ?? [],
						acting: rules.rows
							.filter(({ isInvalid, mayBeInvalid }) => isInvalid || mayBeInvalid)
							.map(({ rule, hook, path, counter, owner, isInvalid }) => ({
								hook: hook === '' ? null : hook,
								family: rule.family,
								table: rule.table,
								path,
								number: rule.number,
								action: actionOf(rule),
								text: rule.text,
								owner,
								counter,
								invalid: isInvalid,
							})),
					},
		traces: stories,
		notChecked,
	}
	return JSON.parse(JSON.stringify(value, (_, one) => (typeof one === 'string' ? visible(one) : one)))
}

const FLOWS = 10

const readingJson = ({ name, at, from }: StatReading) => ({
	name,
	from: from === 'cli' ? 'conntrack -S' : '/proc/net/stat/nf_conntrack',
	at: at === undefined ? null : new Date(at).toISOString(),
})
