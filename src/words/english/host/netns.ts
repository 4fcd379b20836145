// Sentences for people, by the file that says them.

import { errnoWords } from '../../errno.ts'

// host/netns/netns-enter.ts
export const theNetworkNamespace = (name: string): string => `the network namespace ${name}`
export const enteringItHasLedTo = 'entering it has led to another one'
export const enteringTheNetworkNamespace = (name: string): string => `entering the network namespace ${name}`
export const rootCapSysAdmin = 'root (CAP_SYS_ADMIN)'
export const thisNodeHasNoExecve = 'this Node has no process.execve: Node 24 is needed'

// host/netns/netns-figures.ts
export const i0ForPathDo = (files: string): string =>
	`i=0; for path; do echo "== $i"; nsenter --net="$path" -- head -vn 99999 ${files} 2>&1; i=$((i + 1)); done`
export const itWasNotReachedIn = 'it was not reached in time'

// host/netns/netns-list.ts
export const enteringItNeedsRootCap = 'entering it needs root (CAP_SYS_ADMIN)'

// host/netns/netns.ts
export const giveANameIpNetns = (namesHere: string): string =>
	`give a name (ip netns), a pid, or a path such as /proc/PID/ns/net; names here: ${namesHere}`
export const anEmptyNetworkNamespaceWas = 'the name of the network namespace is empty'
export const isNotANetworkNamespace = (name: string): string => `${name} is not a network namespace`
export const theNetworkNamespace2 = (name: string, path: string, code: string): string =>
	`the network namespace ${name} (${path}: ${errnoWords(code)})`
export const moreRightsThanRootHas = 'more rights than root has here (CAP_SYS_PTRACE)'
export const thereIsNoNetworkNamespace = (name: string): string => `there is no network namespace ${name}`
export const andMore = (shown: string, length: number): string => `${shown} and ${length} more`
