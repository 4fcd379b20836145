/** What attacker.py is told: one process of the user for each line, all at the same time. */
type Lines = readonly (readonly string[])[]
/** How a user without rights attacks an undo in a guest. */
export type Attack = {
	readonly lines: (marker: string) => Lines
	/** Shell, before the attack and after it. */
	readonly before?: string
	readonly after?: string
	/** `status` is asked too; it takes long in a guest. */
	readonly asks?: true
}

const SMALL = 'mount -t tmpfs -o size=8m,mode=1777 tmpfs'
const lines = (...list: Lines) => ({ lines: () => list })

export const ATTACKS: Readonly<Record<string, Attack>> = {
	disguised: {
		lines: (marker) => [['reader'], ['keeper', marker], ['modprobe']],
	},
	folders: {
		...lines(['names'], ['fill']),
		before: `${SMALL} /tmp; ${SMALL} /dev/shm`,
		after: 'umount -l /tmp; umount -l /dev/shm',
	},
	su: {
		lines: (marker) => [['su', marker, '/tmp/su/waits']],
		// Without PAM su does not wait: a program that does, with the same rights by its file.
		before: 'mkdir -p /tmp/su; install -m 4755 /usr/bin/cat /tmp/su/waits',
	},
	suOfDebian: { lines: (marker) => [['su', marker]] },
	networks: lines(['namespaces'], ['devices']),
	fuse: { ...lines(['fuse']), asks: true },
}
