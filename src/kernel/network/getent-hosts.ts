/** Longer ones are no name of a host (RFC 1035). */
const LONGEST = 255

/** The name in what `getent hosts ADDRESS` prints: `10.0.3.7        web.example www.example`; undefined where there is none. Untrusted. */
export function parseHostsAnswer(text: string): string | undefined {
	const [, name] = /^\s*[\da-fA-F:.%]\S*[ \t]+(\S+)/.exec(text.slice(0, 4096)) ?? []
	return name === undefined || name.length > LONGEST ? undefined : name
}
