import type { NfLogRow } from '../../kernel/nflog/nf-log.ts'
import type { Knob, KnobId, KnobKind } from '../../model/knob.ts'

export type KnobType = KnobKind['type']
export type KnobOf<Type extends KnobType> = Knob & {
	readonly kind: KnobKind & { readonly type: Type }
}

/**
 * All that one kind of setting knows of itself. How it is read and written is in host/write, one file a kind too. What is
 * optional is left out by kinds that have nothing of the sort.
 */
export interface Kind<Type extends KnobType = KnobType> {
	/** Of knobs that are in no list: how such an id begins, and the knob that the rest of it names. */
	readonly named?: { readonly prefix: string; readonly knob: (name: string) => Knob | undefined }
	/** Knobs that there are on every host, in the order in which people read them. */
	readonly listed?: readonly Knob[]
	/** How a change comes about: by a write into its file, a query of a call site, a run of a tool, rules or probes of ours. */
	readonly by: 'file' | 'query' | 'tool' | 'rules' | 'probes'
	/** By what we look at here it is known: the settings, the modules, the call sites, the tables or the probes of ours. */
	readonly shownIn: 'settings' | 'modules' | 'sites' | 'tables' | 'probes'

	/** The one spelling of a value; undefined for text that cannot be one. */
	canonical(text: string): string | undefined
	/** Why a value of that spelling must not be written; undefined when it may. `from` is the value it has now. */
	problem(knob: KnobOf<Type>, value: string, from: string): string | undefined
	/** The kernel spells a value that was written in its own way: whether `now` is what it makes of `value`. */
	isWrittenAs?(value: string, now: string): boolean
	/** Where a change is only a part of the value: `now` with that in which `target` and `other` differ as in `target`. */
	withPart?(now: string, target: string, other: string): string

	/** What the knob is about, in a few words. */
	title(knob: KnobOf<Type>): string
	/** What it does and what it costs, one sentence each; `value`: the one that is to be written, where that matters. */
	effect(knob: KnobOf<Type>, value?: string): readonly string[]
	/** The value as people say it: `TCP`, `off`, `5 d`, `the kernel log`. */
	inWords(value: string, knob: KnobOf<Type>): string
	/** The shell line that writes `value`, in the network namespace that the shell is in. */
	shellLine(knob: KnobOf<Type>, value: string, given: Given): string
	/** What people call it when it was set to `value`, where that is not its sysctl. */
	name?(knob: KnobOf<Type>, value: string): string | undefined
	/** The value where there is room for a word only. */
	inShort?(value: string): string
	/** What notes of a plan call it, instead of by its id; null when its effect says that it holds for the whole host. */
	noted?(knob: KnobOf<Type>): string | null
	/** Values between which people choose. */
	choices?(knob: KnobOf<Type>, now: string, loggers: readonly NfLogRow[]): readonly ValueChoice[]
	/** How long it may stay unless the admin says that it is to, ms: it costs something for each packet. */
	boundMs?(value: string): number | undefined
	/** The other one of two positions. */
	flipped?(now: string): string
	/** Which numbers may be typed. */
	range?(knob: KnobOf<Type>): string
	/** With this value it is of no use to anybody, and worth no row. */
	isIdle?(knob: KnobOf<Type>, value: string): boolean
	/** Which reasons do not reach us because of this value, in one or two words; empty when it hides none. */
	hides?(knob: KnobOf<Type>, value: string, where: Where): string

	/** By what lines in the kernel log are known that follow from a change of it. */
	marks?(knob: KnobOf<Type>, change: Made): readonly Mark[]
	/** The level of lines that come into the kernel log with a change of it (linux/kern_levels.h), whoever gets the rest. */
	level?(knob: KnobOf<Type>, from: string, to: string): number | undefined

	/** What cannot be done when a change is refused, where that is no write into a file: `loading the module nf_tables`. */
	attempt?(knob: KnobOf<Type>): string
	/** What a refusal means for this kind, more exactly than its errno name alone does. */
	hint?(code: string, at: 'open' | 'write', value: string): string | undefined
	/** The same for an undo that was refused. */
	undoHint?(code: string): string | undefined

	/** What the kernel does by itself with a change of it. `detail`: what was recorded of the change, also below. */
	brings?(detail: readonly string[]): readonly BoundLogger[]
	/** One long file shows all of them: those that follow each other are written before it is read once. */
	readonly isReadTogether?: true
	/** Settings that can be reached only as long as it is there: those of ours are put back before it goes. */
	carries?(knob: KnobOf<Type>): KnobType
	/** Why it must not be taken away although the kernel would let us. */
	reliedOn?(knob: KnobOf<Type>, detail: readonly string[], others: Others): Relied | undefined
	/** Those of ours may use one another: what stayed for that reason is tried again whenever one goes. */
	readonly useEachOther?: true
	/** What is said of one that is left where it is because somebody uses it; `words` are those of the host, or empty. */
	stays?(knob: KnobOf<Type>, words: string, detail: readonly string[]): string
	/** The value of one that stays, and what became of it in a word. */
	readonly stayed?: { readonly value: string; readonly result: 'stays loaded' | 'stays mounted' }
}

/** What is known of a change beyond its knob: the value that is there, and what was recorded of it. */
export type Given = { readonly now?: string; readonly detail?: readonly string[] }

export type ValueChoice = { readonly value: string; readonly label: string; readonly note: string }

/** Where reasons are to reach us. `readsNflog`: what goes to nfnetlink_log does too. */
export type Where = { readonly initial: boolean; readonly readsNflog: boolean }

export type Made = { readonly set: string; readonly was: string; readonly detail: readonly string[] }

/**
 * Lines of conntrack and its helpers; of TRACE rules; of any logger, as LOG rules of other network namespaces make them;
 * or those with a piece of text.
 */
export type Mark = 'conntrack' | 'traces' | 'packets' | { readonly piece: string }

/** A logger that the kernel may bind by itself. */
export type BoundLogger = { readonly knob: KnobId; readonly logger: string }

/** What others have of the same kinds. */
export type Others = {
	/** A change of that kind is in force in this lease. */
	readonly isInForce: (type: KnobType) => boolean
	/** Another lease holds a claim that is meant: it begins with the id of its knob, and `@`. */
	readonly isHeld: (isMeant: (claim: string) => boolean) => boolean
}

export type Relied = { readonly code: string; readonly words: string }
