// Sentences for people, by the file that says them.

// commands/command-line.ts
export const exitStatus0Done1 = `
Exit status: 0 done; 1 wrong use; 2 not permitted or not supported; 3 done, but
a setting that someone else changed was left alone; 4 an undo failed; 5 held by
another session; 6 (run) a flood of the kernel log ended logging early; 7
(investigate, read) causes were found, or an undo came late; 8 (run --expect)
other packets came; 10 (status) changes are in force, 11 not known; 128+n after
a signal. More: ctscope help exit-status, and help of environment, sources,
safety and json.

Examples:
  ctscope                                  look, and change what you confirm
  ctscope --netns web                      the same in a network namespace
  ctscope status --json | jq .conntrack
  ctscope run --protocol tcp -- curl -sS http://10.0.0.7/
  ctscope run --capture bad.pcapng -- sleep 60
  ctscope investigate --netns web          causes, and what to do about them
  journalctl -k | ctscope parse            reasons in a log of any host
  ctscope explain 'invalid rst'            what it means, what to do
  ctscope revert --all                     put everything back`
export const whyDoesConntrackCallPackets =
	'Why does conntrack call packets INVALID? Shows the reasons live, switches logging on for a while, and puts back every setting it has touched, whatever happens. Looking changes nothing.'
export const printTheVersion = 'print the version'
export const printThisHelp = 'print this help'
export const playTheRecordingOfA =
	'play the recording of a real investigation; needs no root and no conntrack'
export const unknownCommand = (unknown: string): string => `unknown command '${unknown}'`

// commands/read/command.ts
export const readWhatWasSaved =
	'read the saved state of a host as one case: logs, rules, counters, tables, traces, captures'
export const whatToRead =
	'files, folders and archives (tar, gzip, zip, zstd; xz and bzip2 where their tools are); - reads standard input'
export const printJson = 'print JSON'
export const printReportOfRead = 'print the whole report as Markdown'
export const groupPacketsRead =
	'group the packets of all log lines by this too, behind the answer; with --json instead of it'
export const byAndReport = '--by groups packets on the terminal or with --json, not in a report'
export const examplesCtscopeRead = `
Recognises what each input is: kernel logs and journals, rules of iptables, ufw
and nft, conntrack -L, -E and -S, /proc/net/nf_conntrack, sysctl -a, nft monitor
trace and TRACE lines, dynamic_debug/control, ulogd, ss, pcap and pcapng,
sosreports, and one text with all of it. At most 4 GB are unpacked, nothing is
written, and links in folders are not followed.

Reports of ctscope investigate --json are a case each: a table says which host
has which cause, and no number is added up over hosts. All other files are one
case of one host.

Exit status: 7 causes were found; 0 none; 1 nothing was recognised.

Examples:
  ctscope read sosreport-web.tar.xz
  ctscope read reports/*.json
  (iptables-save -c; conntrack -S; journalctl -k) | ctscope read -`
export const readWhat = 'read what? Give files, folders or archives, or - for standard input'
