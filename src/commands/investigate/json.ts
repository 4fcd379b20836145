import { visible } from '../../words/visible.ts'
import { JSON_VERSION } from '../common/version.ts'
import type { Answer } from './answer.ts'

/** What `--json` prints. Texts may hold names and lines from anywhere, and are harmless to print. */
export function investigateJson({ netns, seconds, account, causes, notChecked, changes }: Answer) {
	return {
		v: JSON_VERSION,
		netns: { inode: netns.inode, initial: netns.initial, name: visible(netns.name) },
		seconds: Math.round(seconds * 10) / 10,
		account: account && { ...account, at: new Date(account.at).toISOString() },
		causes: causes.map(({ id, title, confidence, share, sentence, evidence, excluded, remedies, flows }) => ({
			id,
			title,
			confidence,
			share: Math.round(share * 1000) / 1000,
			sentence: visible(sentence),
			evidence: safe(evidence),
			excluded: safe(excluded),
			remedies: safe(remedies),
			flows: safe(flows),
		})),
		notChecked: safe(notChecked),
		changes: changes.map((change) => ({
			...change,
			was: visible(change.was),
			after: change.after === null ? null : visible(change.after),
			note: visible(change.note),
		})),
	}
}

const safe = (texts: readonly string[]): readonly string[] => texts.map((text) => visible(text))
