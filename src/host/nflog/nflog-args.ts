/**
 * `-B`: libpcap sets SO_RCVBUF to it, in KiB, and the kernel cuts that to net.core.rmem_max (212 992 bytes up to 6.16, 4 MiB
 * afterwards) and doubles it. `-U` and `--immediate-mode`: each packet at once. `-Z root`: it must not change its user, since the
 * kernel forgets the parent-death signal of a process that does (prctl(2)); `-n`: it asks no name server.
 */
export const READER_ARGS: readonly string[] = [
	...['-n', '-Z', 'root', '-B', '32768', '--immediate-mode', '-U', '-i', 'nflog:0', '-w', '-'],
]
