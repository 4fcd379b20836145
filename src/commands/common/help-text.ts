/** As in package.json; a test compares them. */
export const VERSION = '0.1.0'

/** Printed behind the list of subcommands. */
export const EPILOGUE = `
Exit status: 0 done; 1 wrong use; 2 not permitted or not supported; 3 done, but
a setting that someone else changed was left alone; 4 an undo failed; 5 held by
another session; 6 (run) a flood of the kernel log ended logging early; 10
(status) changes are in force; 128+n after a signal.

Examples:
  ctscope                                  look, and change what you confirm
  ctscope --netns web                      the same in a network namespace
  ctscope status --json | jq .conntrack
  ctscope run --protocol tcp -- curl -sS http://10.0.0.7/
  ctscope run --capture bad.pcapng -- sleep 60
  journalctl -k | ctscope parse            reasons in a log of any host
  ctscope explain 'invalid rst'            what it means, what to do
  ctscope revert --all                     put everything back`

/** Printed behind the options of `run`. */
export const RUN_EPILOGUE = `
The exit status is that of COMMAND, except 3 and 4 (see ctscope --help), and 6
instead of 0 when a flood of the kernel log ended logging before COMMAND ended.
COMMAND has its own input and output; the reasons go to stderr. When logging
cannot be switched on, COMMAND is not run and the status is 2.

--source: nflog reads reasons and packets from netlink group 0 through tcpdump
and loses nothing that the log buffer would; syslog does not see them meanwhile.
kmsg reads the kernel log. auto takes nflog where it can be had, and says why.

--max-rate: when more lines a second than N get into the kernel log for three
seconds, what makes it say more is undone at once, and the report says so.

--capture and --json make new files with mode 0600, never through a link.
--force empties a plain file of yours that is there already.

When reasons were lost because their reader was stopped or has ended, the report
says so and the status is 1 instead of 0.

--printk, also more than once, lets messages of the kernel's source print while
COMMAND runs, beside the reasons or, with --protocol none, alone. Their lines go
to the kernel log and name no packet. proposed: those that tell of packets which
are INVALID without a reason.`

export const PRINTK_EPILOGUE = `
Without words: conntrack, NAT, defragmentation and the loggers. Needs a kernel
with dynamic debug; without it, says what to use instead.

Examples:
  ctscope printk                           all of conntrack, proposals first
  ctscope printk tcp_new
  ctscope printk nf_nat --json
  ctscope run --printk tcp_new -- sleep 60`

export const PARSE_EPILOGUE = `
Reads /var/log/kern.log, dmesg, journalctl -k (also -o json), OpenWrt's logread
and pasted lines, of any host and any kernel. Needs no root.`

export const EXPLAIN_EPILOGUE = `
Examples:
  ctscope explain 'nf_ct_proto_6: invalid rst IN=eth0 OUT= SRC=10.0.3.7 ...'
  ctscope explain SEQ is over upper bound
  ctscope explain --list`

export const TAP_EPILOGUE = `
The rules are in a table of our own (inet ctscope); chains of others stay as they are. Nothing is dropped.
Examples:
  ctscope tap --state new --state invalid --hook input,output   two taps, told apart
  ctscope tap --log tcp-seq,uid --for 1m -- -p tcp --dport 443
  ctscope preview -- -A INPUT -p tcp --dport 1234 -j DROP       what would it drop?
  ctscope count --for 10s                                       packets by hook and state
`

export const PRACTICE_EPILOGUE = `
Scenarios: scan, asymmetric, forgotten, checksum, timeout, nat. Without a name one is chosen, and you find out which.
The namespaces have no names, and nothing of the host is touched; they are gone when the program has ended.`
