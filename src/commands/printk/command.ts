import { columnsOf } from '../../words/paragraph.ts'
import { print } from '../common/output.ts'
import { inNetns, onHost, subcommand } from '../common/subcommand.ts'

const EPILOGUE = `
Without words: conntrack, NAT, defragmentation and the loggers. Needs a kernel
with dynamic debug; without it, says what to use instead.

Examples:
  ctscope printk                           all of conntrack, proposals first
  ctscope printk tcp_new
  ctscope printk nf_nat --json
  ctscope run --printk tcp_new -- sleep 60`

export const printk = () =>
	subcommand(
		onHost(
			'printk',
			'list messages of conntrack that the kernel can be made to print, and what each tells; changes nothing',
		)
			.argument('[words...]', 'only those with all these words in file, function or text')
			.option('--json', 'print JSON')
			.addHelpText('after', EPILOGUE),
		(given, [words]) =>
			inNetns(given, async (common) => {
				const { runPrintk } = await import('./printk.ts')
				return runPrintk({
					...common,
					words,
					json: given.json === true,
					columns: columnsOf(process.stdout),
					print,
				})
			}),
	)
