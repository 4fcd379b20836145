/**
 * Which reasons do not reach us because of this value, in one or two words; empty when it hides none. `readsNflog`: what
 * goes to nfnetlink_log reaches us too.
 */
export function hidesReasons(id: string, value: string, initialNetns: boolean, readsNflog = false): string {
	switch (id) {
		case 'log_invalid':
			if (value === '0' || value === '41') return 'all'
			return value === '255' ? '' : 'others'
		case 'nf_log.2':
		case 'nf_log.10': {
			const family = id === 'nf_log.2' ? 'IPv4' : 'IPv6'
			return /^nf_log_/.test(value) || (readsNflog && value === 'nfnetlink_log') ? '' : family
		}
		case 'nf_log_all_netns':
			return value === '0' && !initialNetns && !readsNflog ? 'all' : ''
		case 'tcp_be_liberal':
		case 'tcp_no_window_check':
			return value === '0' ? '' : 'window'
		case 'tcp_loose':
			return value === '0' ? 'mid-stream' : ''
		case 'tcp_ignore_invalid_rst':
			return value === '0' ? '' : 'RST'
		case 'checksum':
			return value === '0' ? 'checksum' : ''
		default:
			return ''
	}
}
