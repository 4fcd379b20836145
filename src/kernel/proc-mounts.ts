/** Where file systems of a type are mounted, by /proc/mounts (fs/proc_namespace.c, show_vfsmnt): absolute paths, in order. */
export function mountPoints(text: string, type: string): readonly string[] {
	return text.split('\n').flatMap((line) => {
		const [, point, kind] = line.split(' ')
		return kind === type && point?.startsWith('/') ? [unescaped(point)] : []
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
