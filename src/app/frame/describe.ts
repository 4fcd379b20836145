import { knobById } from '../../changes/knobs.ts'
import { sameByHand } from '../../changes/tap/tap-commands.ts'
import { seeByHand } from '../../investigation/join/rule-rows.ts'
import { decisionText, stepText } from '../../investigation/join/traced.ts'
import { describe as describeFailure } from '../../words/failure.ts'
import { grouped, rate } from '../../words/numbers.ts'
import { safe } from '../../words/text.ts'
import { visible } from '../../words/visible.ts'
import { shellLineHere } from '../changing/by-hand.ts'
import { ownerOf } from '../changing/change-name.ts'
import { reasonRate } from '../log/reasons.ts'
import { changesPane } from '../screens/changes/rows.ts'
import { logPane } from '../screens/log/rows.ts'
import { printkText } from '../screens/printk/detail.ts'
import { rulesPane } from '../screens/rules/rows.ts'
import { presentStepOf, stepEvidence } from '../screens/steps/evidence.ts'
import { switchesPane } from '../screens/switches/rows.ts'
import { tablePane } from '../screens/table/rows.ts'
import { watchPane } from '../screens/watch/rows.ts'
import type { Dialog, State } from '../state/state.ts'
import type { Describe } from '../state/terminal-port.ts'
import { changeSummary } from './change-bar.ts'
import { plainView } from './plain-view.ts'

/** `ctscope web-07: 2 changes, undo 09:41`: the title of the terminal window, so that another window shows it. */
function title(state: State): string {
	const host = state.facts === undefined ? '' : ` ${safe(state.facts.hostname)}`
	const changes = changeSummary(state)
	return `ctscope${host}${changes === '' ? '' : `: ${changes}`}`
}

/** What `c` copies: in a dialog the commands that do the same, else the selected row. Nothing in it can be obeyed by a terminal. */
function copyText(state: State): string | undefined {
	const dialog = state.dialog?.dialog
	const text = dialog === undefined ? rowText(state) : dialogText(dialog, state)
	if (text === undefined || text === '') return undefined
	return text.split('\n').map(visible).join('\n')
}

function dialogText(dialog: Dialog, state: State): string | undefined {
	if (dialog.kind === 'confirm-change') {
		const lines = dialog.plan.changes.flatMap(({ knob: id, to }) => {
			const knob = knobById(id)
			return knob === undefined ? [] : [shellLineHere(knob, to, state)]
		})
		return lines.join('\n')
	}
	if (dialog.kind === 'leftover') return dialog.lease.changes.map(({ byHand }) => byHand).join('\n')
	if (dialog.kind !== 'failure') return undefined
	const { title, detail, next } = describeFailure(dialog.failure)
	return [title, detail, next].filter((part) => part !== '').join('\n')
}

function rowText(state: State): string | undefined {
	switch (state.screen) {
		case 'watch': {
			const { rows, selected } = watchPane(state)
			const item = rows[selected]?.item
			if (item?.kind === 'told') return item.told.sample
			if (item?.kind !== 'reason') return rows[selected]?.text
			const { reason, count, sample } = item.row
			return `${reason.protocol} ${reason.title}: ${grouped(count)} lines, ${rate(reasonRate(item.row))}/s, verdict ${reason.verdict}\n${sample}`
		}
		case 'steps': {
			const { question, answer } = presentStepOf(state)
			const { says, read } = answer(stepEvidence(state))
			return [question, says, ...read.map(([what, value]) => `${what}: ${value}`)].join('\n')
		}
		case 'switches': {
			const { rows, selected } = switchesPane(state)
			const item = rows[selected]?.item
			if (item?.kind === 'module') return `modprobe ${item.module.name}`
			return item === undefined ? undefined : shellLineHere(item.knob, item.value, state)
		}
		case 'printk':
			return printkText(state)
		case 'table':
			return tableText(state)
		case 'rules':
			return rulesText(state)
		case 'log': {
			const { rows, selected } = logPane(state)
			const entry = rows[selected]?.item.entry
			return entry === undefined || entry.lost === 0 ? entry?.text : `${entry.lost} records lost`
		}
		case 'changes': {
			const { rows, selected } = changesPane(state)
			const item = rows[selected]?.item
			if (item === undefined) return undefined
			return item.kind === 'found'
				? `${ownerOf(item.lease)}: ctscope revert --lease ${item.lease.leaseId}`
				: item.change.byHand
		}
	}
}

/** The rule as its tool prints it; of our own what does the same by hand; of a traced packet all of its way. */
function rulesText(state: State): string | undefined {
	const { rows, selected } = rulesPane(state)
	const item = rows[selected]?.item
	switch (item?.kind) {
		case 'rule':
			return `${seeByHand(item.row.rule)}\n${item.row.rule.text}`
		case 'tap':
			return sameByHand(item.reading.tap).join('\n')
		case 'traced':
			return [item.path.flow, ...item.path.steps.map(stepText), decisionText(item.path)].join('\n')
		default:
			return rows[selected]?.text
	}
}

function tableText(state: State): string | undefined {
	const { rows, selected } = tablePane(state)
	const row = rows[selected]
	if (row?.item.kind === 'counter')
		return `${row.item.name}=${state.counters.value?.totals[row.item.name] ?? 0}`
	if (row?.item.kind === 'unconfirmed' || row?.item.kind === 'dying') return row.item.entry.text
	return row?.text
}

/** The texts that the effects hand to the terminal. */
export const describe: Describe = { title, lofi: plainView, copyText }
