import type { Rule } from '../rule.ts'
import { allOf, type Fit, type RuleFlow } from './fit.ts'
import { nftFit } from './nft-fit.ts'
import { saveFit } from './save-fit.ts'

type Asking = Pick<Rule, 'backend' | 'family' | 'text' | 'number'>

/** Whether a packet of the flow meets what the rule asks for. The state it asks for is not looked at. */
export function ruleFit(rule: Asking, flow: RuleFlow): Fit {
	return allOf([
		familyFit(rule, flow),
		rule.backend === 'nft' ? nftFit(rule.text, flow) : saveFit(rule.text, flow),
	])
}

/** Frames of a bridge meet those of the bridge, and nobody knows of a flow whether it is one of them. */
function familyFit({ family }: Asking, flow: RuleFlow): Fit {
	if (family === 'bridge' || family === 'netdev') return 'perhaps'
	return family === 'inet' || family === (flow.family === 4 ? 'ip' : 'ip6') ? 'yes' : 'no'
}

/** Whether it comes to the last of these rules, each but the last of which jumps on. What stands before one of them may end the way. */
export function wayFit(rules: readonly Asking[], flow: RuleFlow): Fit {
	return allOf(rules.map((rule) => allOf([ruleFit(rule, flow), rule.number === 1 ? 'yes' : 'perhaps'])))
}
