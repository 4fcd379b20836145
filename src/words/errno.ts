/** What an admin calls the errors of files and programs; their names stand behind, for who looks them up. */
const WORDS: Readonly<Record<string, string>> = {
	E2BIG: 'too many arguments',
	EACCES: 'permission denied',
	EAGAIN: 'no more processes can be started now',
	EBUSY: 'it is in use',
	EDQUOT: 'the disk quota is used up',
	EEXIST: 'it already exists',
	EFBIG: 'the file would be too large',
	EINVAL: 'the kernel does not accept that',
	EIO: 'the disk or device has an error',
	EISDIR: 'it is a directory',
	ELOOP: 'too many symbolic links',
	EMFILE: 'too many files are open',
	ENAMETOOLONG: 'the name is too long',
	ENFILE: 'too many files are open on this host',
	ENODEV: 'there is no such device',
	ENOENT: 'no such file',
	ENOEXEC: 'it is not a program for this machine',
	ENOMEM: 'out of memory',
	ENOSPC: 'the disk is full',
	ENOSYS: 'this kernel cannot do that',
	ENOTDIR: 'a part of the path is not a directory',
	ENXIO: 'nobody is at the other end',
	EPERM: 'not permitted',
	EPIPE: 'the reader has gone away',
	EROFS: 'the file system is read-only',
	ETXTBSY: 'the file is being written',
}

/** `no such file (ENOENT)` of an errno name: never the name alone. A text that is none stays as it is. */
export function errnoWords(code: string): string {
	const words = WORDS[code]
	if (words !== undefined) return `${words} (${code})`
	return /^E[A-Z0-9]+$/.test(code) ? `the system refused it (${code})` : code
}
