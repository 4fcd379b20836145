import { explain } from '../../reasons/explain/explain.ts'
import { type ListedReason, REASONS } from '../../reasons/list.ts'
import type { Reason } from '../../reasons/shape/reason.ts'
import { SILENT_PATHS } from '../../reasons/silent-paths.ts'
import type { FoundTerm } from '../../reasons/terms/find-term.ts'
import type { Answer } from './answer.ts'
import { verdictOf } from './text.ts'

/** What was found, for programs: `reasons` is empty when nothing was. */
export function explainJson(asked: string, answer: Answer): unknown {
	const base = { v: 1, asked, kind: answer.kind }
	switch (answer.kind) {
		case 'reason': {
			const { id, listed, reason, others } = answer
			return { ...base, reasons: [reasonJson(id, listed, reason), ...others.map(listedJson)] }
		}
		case 'several':
			return { ...base, by: answer.by, reasons: answer.listed.map(listedJson) }
		case 'silent':
			return { ...base, reasons: [], silent: [answer.path] }
		case 'term':
			return { ...base, reasons: [], terms: answer.terms.map(termJson) }
		case 'neighbour': {
			const { neighbour, terms } = answer
			return {
				...base,
				reasons: [],
				neighbour,
				...(terms.length === 0 ? {} : { terms: terms.map(termJson) }),
			}
		}
		case 'rule': {
			const { prefix, saysInvalid, suspects } = answer
			return { ...base, reasons: [], prefix, saysInvalid, suspects }
		}
		case 'unknown':
			return { ...base, reasons: [], text: answer.reason.title, nearest: answer.nearest }
		case 'nothing':
			return { ...base, reasons: [], nearest: answer.nearest }
	}
}

/** Everything that can be asked for. */
export function listJson(): unknown {
	return { v: 1, kind: 'list', reasons: REASONS.map(listedJson), silent: SILENT_PATHS }
}

const termJson = ({ term, name, value }: FoundTerm) => ({
	name,
	...(value === undefined ? {} : { value }),
	...term,
})

const listedJson = (listed: ListedReason) => reasonJson(listed.id, listed, undefined)

function reasonJson(id: string, listed: ListedReason | undefined, reason: Reason | undefined): unknown {
	return {
		id,
		protocol: listed?.protocol ?? reason?.protocol ?? null,
		number: listed?.l4proto ?? null,
		prefix: listed?.prefix ?? null,
		text: listed?.format ?? reason?.title ?? null,
		verdict: verdictOf(reason, listed),
		counter: listed?.counter ?? null,
		...explain(id),
		...(reason === undefined ? {} : { line: { detail: reason.detail, params: reason.params } }),
	}
}
