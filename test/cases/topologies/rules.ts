type Hook = 'input' | 'output' | 'forward'

const chain = (hook: Hook): readonly string[] => [
	'nft add table inet firewall',
	`nft 'add chain inet firewall ${hook} { type filter hook ${hook} priority filter; policy accept; }'`,
]

/** Conntrack begins with the first rule that asks for a state; this one loses nothing. */
export const track = (hook: Hook): readonly string[] => [
	...chain(hook),
	`nft add rule inet firewall ${hook} ct state established,related counter accept`,
]

/** The rule that half of all firewalls have. */
export const dropInvalid = (hook: Hook): readonly string[] => [
	...chain(hook),
	`nft add rule inet firewall ${hook} ct state invalid counter drop`,
]

/** Counts INVALID packets and lets them pass. */
export const countInvalid = (hook: Hook): readonly string[] => [
	...chain(hook),
	`nft add rule inet firewall ${hook} ct state invalid counter`,
]
