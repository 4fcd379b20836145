import type { Reason } from '../../reasons/classify.ts'
import type { Frequent } from './frequent.ts'

/** Lines with one reason, or of one rule. */
export class Group {
	readonly name: string
	count = 0
	/** Lines whose text was cut: its beginning says which reason it is. */
	cut = 0
	/** As printed; '' where lines have no time. */
	first = ''
	last = ''
	readonly flows: Frequent
	/** Of a rule whose prefix says INVALID: what its lines suggest, by how many. Undefined for all other groups. */
	readonly suggested: Frequent | undefined
	#reason: Reason | undefined | (() => Reason | undefined)

	constructor(name: string, flows: Frequent, suggested: Frequent | undefined) {
		this.name = name
		this.flows = flows
		this.suggested = suggested
	}

	/** Of the newest line: what later lines show about the kernel has decided its verdict. */
	get reason(): Reason | undefined {
		if (typeof this.#reason === 'function') this.#reason = this.#reason()
		return this.#reason
	}

	set reason(reason: Reason | undefined) {
		this.#reason = reason
	}

	/** The same for a line that is read in whole when somebody asks. */
	reasonLater(reason: () => Reason | undefined): void {
		this.#reason = reason
	}
}
