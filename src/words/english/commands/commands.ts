// Sentences for people, by the file that says them.

// commands/command-line.ts
export const exitStatus0Done1 = `
Exit status: 0 done; 1 wrong use; 2 not permitted or not supported; 3 done, but
a setting that someone else changed was left alone; 4 an undo failed; 5 held by
another session; 6 (run) a flood of the kernel log ended logging early; 7
(investigate) causes were found, or an undo came late; 10 (status) changes are
in force; 128+n after a signal.

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
export const printTheHelpOfA = 'print the help of a subcommand'
export const playTheRecordingOfA =
	'play the recording of a real investigation; needs no root and no conntrack'
export const unknownCommand = (unknown: string): string => `unknown command '${unknown}'`
