// What `ctscope help TOPIC` says, and the man page in its sections. Structured, so that both are made from it.

import type { TopicName } from './command.ts'

/** A paragraph, or rows of a term and what it means. */
type Part = string | readonly (readonly [term: string, text: string])[]

export type Topic = {
	readonly parts: readonly Part[]
}

const exitStatus: Topic = {
	parts: [
		'A script can rely on these numbers; they do not change their meaning.',
		[
			['0', 'Done, and everything that was changed has been put back. status: no changes are in force.'],
			[
				'1',
				'Wrong use, or an internal error. explain, parse, read: nothing was recognised. run: reasons were lost, or a file that was asked for could not be written.',
			],
			['2', 'Not permitted, or not supported here. Nothing was changed.'],
			['3', 'Done, but someone else changed a setting meanwhile. It was left alone.'],
			['4', 'An undo failed. It is tried again until it is done; ctscope status shows it.'],
			['5', 'Another session holds the setting.'],
			['6', 'run: a flood of the kernel log ended logging before COMMAND ended.'],
			[
				'7',
				'investigate, read: causes were found. Others: everything was put back, but later than promised.',
			],
			['8', 'run --expect: other packets came than were expected, or it is not sure.'],
			['10', 'status: changes are in force.'],
			['11', 'status: whether changes are in force could not be read.'],
			['128+n', 'Ended by signal n, with the undo done.'],
		],
		'run ends with the status of COMMAND, unless it has to say 3, 4, 7 or 8. Instead of 0 it says 1 or 6 where they fit.',
	],
}

const environment: Topic = {
	parts: [
		[
			['CTSCOPE_PLAIN', 'Anything but empty and 0: lines of text (--plain) wherever a screen would open.'],
			[
				'FORCE_COLOR',
				'Colours on the screen, whatever the next ones say; 0 and false: none. --no-color comes before all.',
			],
			['NO_COLOR', 'When it is set and not empty, the screen has no colours, as with --no-color.'],
			['CLICOLOR_FORCE, CLICOLOR', 'The former not empty and not 0: colours. The latter 0: none.'],
			[
				'COLUMNS',
				'The width of text and of help. status, doctor, rules and watch are not wrapped in a pipe.',
			],
			[
				'TERM',
				'With dumb the screen is lines of text (--plain). With linux it is drawn with ASCII characters.',
			],
			[
				'LC_ALL, LC_CTYPE, LANG',
				'The first one that is set decides: a character set other than UTF-8 means ASCII characters.',
			],
			['TMUX', 'When it is set, what is copied goes to the clipboard in the way that tmux passes on.'],
			[
				'SUDO_USER',
				'Who started ctscope, for the record of a session: others see whose changes are in force.',
			],
			['PATH', 'Only the COMMAND of run is looked for in it.'],
			[
				'CTSCOPE_NETNS, CTSCOPE_ENTERED',
				'ctscope sets them for itself when it enters another network namespace. Do not set them.',
			],
			['TZ', 'The time zone of the clock on the screen.'],
		],
		'Tools are looked for in /usr/local/sbin, /usr/local/bin, /usr/sbin, /usr/bin, /sbin and /bin, whatever PATH says, and get nothing of the environment but a PATH and LC_ALL=C.',
		'Before Node starts, these are removed: NODE_OPTIONS, NODE_PATH, NODE_COMPILE_CACHE, NODE_V8_COVERAGE, NODE_REDIRECT_WARNINGS, NODE_REPL_EXTERNAL_MODULE, NODE_ICU_DATA, NODE_DEBUG, NODE_DEBUG_NATIVE, NODE_EXTRA_CA_CERTS, OPENSSL_CONF, SSL_CERT_FILE and SSL_CERT_DIR. Each of them makes Node run, load or write files that someone else may have chosen.',
	],
}

const sources: Topic = {
	parts: [
		'The kernel counts INVALID packets, and logs why only when that is switched on. There are three sources:',
		[
			[
				'probe',
				'Kernel probes on the functions with which conntrack complains, read through tracefs. They change no setting of conntrack, see all network namespaces at once, and cost nothing while conntrack has no complaint. For 30 seconds they also name INVALID packets without a reason. They need CONFIG_KPROBE_EVENTS, and type information in /sys/kernel/btf for the packets.',
			],
			[
				'nflog',
				'NFLOG group 0, read through tcpdump. It has the whole packet, loses little and counts each loss. While it is on, syslog does not see these lines. It needs tcpdump, setpriv and nfnetlink_log.',
			],
			[
				'kmsg',
				'The kernel log. It works everywhere, but loses lines in a flood, and for another network namespace it needs nf_log_all_netns, one switch for the whole host.',
			],
			[
				'auto',
				'The default: the first of these that is available here. The report and ctscope doctor say which one was taken, and why.',
			],
		],
		'run --capture takes nflog alone: only NFLOG has whole packets. run --protocol takes nflog or kmsg.',
	],
}

const safety: Topic = {
	parts: [
		'Looking changes nothing. Every change is shown before it happens, is in force for a limited time, and is put back whatever happens to the program, the terminal or the connection.',
		[
			[
				'The guard',
				'A process of its own, where there is systemd a service of PID 1, which alone writes to the kernel. It records each write in /run/ctscope before it happens, reads back what the kernel made of it, and undoes everything when its connection to the program closes or the time is over.',
			],
			[
				'The time',
				'What logs more: ten minutes unless --ttl says otherwise, four hours at most. What changes packet handling: two minutes at most, and back after 60 seconds unless it is confirmed.',
			],
			[
				'Values of others',
				'A value that someone else set meanwhile is never overwritten. It is left, shown, and the status is 3.',
			],
			[
				'When both are killed',
				'With systemd a timer undoes everything shortly after the deadline. Without it, the next start of ctscope does, or ctscope revert --all.',
			],
			['A reboot', 'Forgets all changes: nothing is written to a file that outlives it.'],
			[
				'Upgrade and removal',
				'An upgrade of the package leaves running sessions and their files alone. Before a removal everything is put back.',
			],
		],
		'If in doubt: ctscope status says what is in force (status 10), ctscope revert --all puts it back.',
	],
}

const json: Topic = {
	parts: [
		'Each object has "v": 1. That number rises when a name changes its meaning or goes away; new names may be added at any time. Counters are numbers, settings are text as the kernel prints them, ids of reasons and causes stay.',
		[
			[
				'status --json',
				'settings, counters and changes in force; "changesKnown": false when the records of changes could not be read.',
			],
			['watch --json', 'one object a line for each reading.'],
			[
				'investigate --json',
				'netns, seconds, account, causes, reasons, forecast, surroundings, notChecked and changes.',
			],
			['run --json FILE', 'the same account in a new file, beside the report on standard error.'],
			['parse --json', 'one object for each line of the input.'],
			['tap, preview, count --json', 'one object a line for what was logged or counted.'],
			['explain --list --json', 'every reason with its id, text, verdict and protocol.'],
			['revert --json', 'one report for each lease, and the exit status.'],
		],
		'JSON goes to standard output, everything else to standard error. A file that is made has mode 0600, and an existing one is kept unless --force is given.',
	],
}

/** By the word that is typed. */
export const TOPICS: Readonly<Record<TopicName, Topic>> = {
	'exit-status': exitStatus,
	environment,
	sources,
	safety,
	json,
}
