/** What a mail program has put before every line of a quotation. */
const QUOTING = /^(?:> ?)+/

/** A field of the grammar that was written by a mail program as quoted-printable. */
const QUOTED_PRINTABLE = /(?:^|\s)(?:IN|OUT|SRC|DST|LEN|PROTO|TTL)=3D/

/**
 * A record that was pasted from a mail or an article, as one line: without the quoting, with quoted-printable undone,
 * and the folded lines joined. Only of text that shows these traces; everything else is given back as it is.
 */
export function unfolded(given: string): string {
	// The mark that editors of Windows put before a file.
	const text = given.startsWith('\ufeff') ? given.slice(1) : given
	const decoded = QUOTED_PRINTABLE.test(text) ? fromQuotedPrintable(text) : text
	if (!decoded.includes('\n')) return decoded.replace(QUOTING, '')
	return decoded
		.split('\n')
		.map((line, index) => (index === 0 ? line.replace(QUOTING, '') : line.replace(QUOTING, '').trim()))
		.filter((line, index) => index === 0 || line !== '')
		.join(' ')
}

function fromQuotedPrintable(text: string): string {
	return text
		.replaceAll(/=\r?\n/g, '')
		.replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** Of a file from Windows. */
export const withoutEnd = (text: string): string => (text.endsWith('\r') ? text.slice(0, -1) : text)
