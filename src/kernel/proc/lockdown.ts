/**
 * /sys/kernel/security/lockdown: all modes with the one in force in brackets, `none [integrity] confidentiality`
 * (security/lockdown/lockdown.c, lockdown_read). Undefined when the text is something else.
 */
export function lockdownMode(text: string): string | undefined {
	return /(?:^|\s)\[([a-z_]{1,40})\](?:\s|$)/.exec(text)?.[1]
}
