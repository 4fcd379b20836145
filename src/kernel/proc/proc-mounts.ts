/** Where file systems of a type are mounted, by /proc/mounts (fs/proc_namespace.c, show_vfsmnt): absolute paths, in order. */
export function mountPoints(text: string, type: string): readonly string[] {
	return text.split('\n').flatMap((line) => {
		const [, point, kind] = line.split(' ')
		return kind === type && point?.startsWith('/') ? [unescaped(point)] : []
	})
}

export type Mount = {
	readonly id: number
	/** Of the mount that it is on. */
	readonly parent: number
	readonly point: string
	readonly type: string
	/** For file systems without a device any text that was given with the mount. */
	readonly source: string
}

/** /proc/PID/mountinfo (fs/proc_namespace.c, show_mountinfo): the mounts that a process sees; other lines are passed over. */
export function parseMountInfo(text: string): readonly Mount[] {
	return text.split('\n').flatMap((line) => {
		const [left = '', right = ''] = line.split(' - ')
		const [id, parent, , , point] = left.split(' ')
		const [type, source] = right.split(' ')
		if (!/^\d+$/.test(id ?? '') || !point?.startsWith('/') || type === undefined || source === undefined)
			return []
		return [
			{ id: Number(id), parent: Number(parent), point: unescaped(point), type, source: unescaped(source) },
		]
	})
}

/** Blank, tab, newline, backslash and `#` come as three octal digits. */
const unescaped = (path: string): string =>
	path.replaceAll(/\\([0-3][0-7]{2})/g, (_, digits: string) =>
		String.fromCharCode(Number.parseInt(digits, 8)),
	)

/** Whether the kernel knows a type of file system, by /proc/filesystems (fs/filesystems.c). */
export function knowsFileSystem(text: string, type: string): boolean {
	return text.split('\n').some((line) => line.split('\t').at(-1) === type)
}
