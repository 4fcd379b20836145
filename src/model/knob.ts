import type { SiteId } from '../kernel/dyndbg/dyndbg-control.ts'

/**
 * A knob is a kernel setting that we may change. Values travel as canonical text (`6`, `nf_log_ipv4`,
 * `4 4 1 7`), so that "equal" means the same to the screen, the journal and the undo.
 */
export type KnobId = string

/** `logs-more` never changes what happens to a packet; `treats-differently` does, and asks for confirmation. */
export type KnobClass = 'logs-more' | 'treats-differently'

/**
 * Which kernel state the path names: that of one network namespace, that of the initial network namespace
 * only (the file does not exist elsewhere), or that of the whole host.
 */
export type KnobScope = 'netns' | 'initial-netns' | 'host'

export type KnobKind =
	| { readonly type: 'integer'; readonly min: number; readonly max: number; readonly unit?: string }
	| { readonly type: 'boolean' }
	/** The name of a registered logger, or NONE (net/netfilter/nf_log.c). */
	| { readonly type: 'logger'; readonly family: number }
	/** The four numbers of kernel.printk; only the first, the console level, is ever changed. */
	| { readonly type: 'printk' }
	/** The flags of one call site of dynamic debug: letters, `_` for none. Each letter is a bit of its own. */
	| { readonly type: 'flags'; readonly site: SiteId; readonly file: string; readonly func: string }
	/** A kernel module, `absent` or `loaded`. */
	| { readonly type: 'module'; readonly name: string }
	/** A file system of the kernel, `absent` or `mounted`. */
	| { readonly type: 'mount'; readonly fileSystem: 'debugfs' | 'tracefs' }
	/** A table of nftables that is ours: `absent`, or the text of the tap that it holds. */
	| { readonly type: 'table'; readonly table: string }
	/** Kernel probes of ours in tracefs, one group with an instance of its own: `absent`, or which they are. */
	| { readonly type: 'probes'; readonly group: string }

export type Knob = {
	/**
	 * Short and stable, also a file name with `/` replaced: `log_invalid`, `nf_log.2`, `tcp_be_liberal`,
	 * `printk:SITE`, `module:nf_log_syslog`, `mount:debugfs`, `mount:tracefs`, `table:ctscope`, `probes:TOKEN`.
	 */
	readonly id: KnobId
	/** As sysctl(8) spells it: `net.netfilter.nf_conntrack_log_invalid`. What is no sysctl has the name people use. */
	readonly sysctl: string
	/** Where it is read; for call sites the usual place of their file. */
	readonly path: string
	readonly class: KnobClass
	readonly scope: KnobScope
	readonly kind: KnobKind
}
