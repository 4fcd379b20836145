/**
 * Whether an option is set in the configuration that a kernel was built with (/proc/config.gz, /boot/config-RELEASE):
 * `y`, `m` or a value. Null when it is not set, which also is what an option means that the text does not name: what it
 * depends on is not set. Undefined when the text is no configuration.
 */
export function configValue(text: string, option: `CONFIG_${string}`): string | null | undefined {
	if (!/^(?:# )?CONFIG_[A-Z]/m.test(text)) return undefined
	return new RegExp(`^${option}=(\\S+)`, 'm').exec(text)?.[1] ?? null
}

/**
 * /sys/kernel/security/lockdown: all modes with the one in force in brackets, `none [integrity] confidentiality`
 * (security/lockdown/lockdown.c, lockdown_read). Undefined when the text is something else.
 */
export function lockdownMode(text: string): string | undefined {
	return /(?:^|\s)\[([a-z_]{1,40})\](?:\s|$)/.exec(text)?.[1]
}
