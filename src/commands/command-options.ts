import { resolve } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import { parseFile, parseProtocol, parseSource, parseTtl } from './arguments.ts'

/** Options that more than one subcommand takes, and how their values are read. */

export const STATE_DIR = '/run/ctscope'
const DEFAULT_TTL_MS = 600_000

/** Turns a parser into one that tells what would have been right. */
export function checked<T>(parse: (text: string) => T | undefined, hint: string): (text: string) => T {
	return (text) => {
		const value = parse(text)
		if (value === undefined) throw new InvalidArgumentError(`give ${hint}`)
		return value
	}
}

export const file = checked(parseFile, 'a path, as ./NAME when the name begins with a dash')

const protocol = checked(parseProtocol, 'all, tcp, udp, icmp, icmpv6, sctp, gre, or a number from 1 to 255')

export function netnsOption(): Option {
	return new Option('--netns <name|pid|path>', 'look at another network namespace')
}

export function stateDirOption(): Option {
	return new Option('--state-dir <dir>', `where changes are recorded (default: ${STATE_DIR})`).argParser(
		// The guard has another working directory.
		(text) => resolve(file(text)),
	)
}

export function ttlOption(): Option {
	return new Option('--ttl <time>', 'how long changes stay on: 90s, 10m, 1h; 1m to 4h')
		.default(DEFAULT_TTL_MS, '10m')
		.argParser(checked(parseTtl, 'a time from 1m to 4h, such as 90s, 10m or 1h'))
}

export function protocolOption(): Option {
	return new Option('--protocol <name|number>', 'all, tcp, udp, icmp, icmpv6, sctp, gre or a number')
		.default(255, 'all')
		.argParser(protocol)
}

export function sourceOption(): Option {
	return new Option('--source <auto|kmsg|nflog>', 'where the reasons come from: NFLOG or the kernel log')
		.default('auto')
		.argParser(
			checked(parseSource, 'auto, kmsg (the kernel log) or nflog (netlink group 0, through tcpdump)'),
		)
}
