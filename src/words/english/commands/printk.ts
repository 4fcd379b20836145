// Sentences for people, by the file that says them.

// commands/printk/command.ts
export const withoutWordsConntrackNatDefragmentation = `
Without words: conntrack, NAT, defragmentation and the loggers. Needs a kernel
with dynamic debug; without it, says what to use instead.

Examples:
  ctscope printk                           all of conntrack, proposals first
  ctscope printk tcp_new
  ctscope printk nf_nat --json
  ctscope run --printk tcp_new -- sleep 60`
export const onlyThoseWithAllThese = 'only those with all these words in file, function or text'
export const printJson = 'print JSON'
export const listMessagesOfConntrackThat =
	'list debug messages of conntrack that the kernel can be made to print, and what each means; changes nothing'

// commands/printk/text.ts
export const withWord = (length: string, words: string): string => `, ${length} with ${words}`
export const callSites = 'call sites: '
export const nonePrints = 'none prints'
export const inOfNetfilter = (
	length: string,
	path: string,
	total: string,
	asked: string,
	part: string,
): string => `${length} in ${path}, ${total} of netfilter${asked}, ${part}`
export const nearIt = 'similar: '
export const proposedTheyTellOfInvalid =
	'proposed: they show INVALID packets for which this kernel prints no reason'
export const toSwitchThemOn = 'to switch them on: '
export const orKey4OfThe = 'or key 4 of the screen; both put the flags back'
export const itsModulesAreNotLoaded =
	'Its modules are not loaded: the sites of a module are there while it is loaded (modprobe nf_conntrack).'
export const noCallSiteOfNetfilter =
	'No call site of netfilter has all these words in its file, function or text.'
export const printsForOtherPacketsToo = '; prints for other packets too'
export const noCallSites = 'no call sites: '
