import { describe } from '../../words/failure.ts'
import { visible } from '../../words/visible.ts'
import { JSON_VERSION } from '../common/version.ts'
import { floodInWords } from '../run/types.ts'
import type { Answer } from './answer.ts'

/** Of a reason, the most frequent ones. */
const FLOWS = 10

/** What `--json` prints. Texts may hold names and lines from anywhere, and are harmless to print. */
export function investigateJson(answer: Answer) {
	const { host, netns, seconds, account, causes, reasons, forecast, surroundings, notChecked, changes } =
		answer
	return {
		v: JSON_VERSION,
		hostname: visible(host.hostname),
		kernel: visible(host.kernel),
		netns: { inode: netns.inode, initial: netns.initial, name: visible(netns.name) },
		seconds: Math.round(seconds * 10) / 10,
		unknown: unknownOf(answer),
		account: account && { ...account, at: new Date(account.at).toISOString() },
		causes: causes.map(
			({ id, title, confidence, share, sentence, evidence, excluded, open, remedies, flows }) => ({
				id,
				title,
				confidence,
				share: Math.round(share * 1000) / 1000,
				sentence: visible(sentence),
				evidence: safe(evidence),
				excluded: safe(excluded),
				open: safe(open),
				remedies: safe(remedies),
				flows: safe(flows),
			}),
		),
		reasons: reasons.map(({ reason, count, flows }) => ({
			id: reason.id,
			protocol: reason.protocol,
			text: visible(reason.title),
			count,
			flows: safe(flows.slice(0, FLOWS).map(({ flow }) => flow)),
		})),
		forecast: forecast ?? null,
		surroundings: safe(surroundings.map(({ name, is }) => `${name}: ${is}`)),
		notChecked: safe(notChecked),
		changes: changes.map((change) => ({
			...change,
			was: visible(change.was),
			after: change.after === null ? null : visible(change.after),
			note: visible(change.note),
		})),
	}
}

/** Why it is not known whether something is wrong; null where it is. What a flood has ended found nothing until then, which is not nothing. */
function unknownOf({ blind, causes, flood, changes }: Answer): string | null {
	if (blind !== undefined) return visible(describe(blind).detail)
	return flood === undefined || causes.length > 0
		? null
		: floodInWords({ rate: flood, changes: changes.length })
}

const safe = (texts: readonly string[]): readonly string[] => texts.map((text) => visible(text))
