import type { SettingEffect } from './reason.ts'

/** nf_conntrack_proto_tcp.c: the sender's and the receiver's window are not compared any more. */
const BE_LIBERAL: SettingEffect = {
	knob: 'tcp_be_liberal',
	effect: 'at 1, packets outside the window keep their entry and print nothing; works at once',
	cost: 'forged packets inside a connection pass too; checks of flags, state and RST stay',
}

/** Only in the patched kernels of OpenWrt and others. */
const NO_WINDOW_CHECK: SettingEffect = {
	knob: 'tcp_no_window_check',
	effect: 'at 1, no window is checked (kernels of OpenWrt and other vendors only)',
	cost: 'that of tcp_be_liberal',
}

export const WINDOW_EFFECTS: readonly SettingEffect[] = [BE_LIBERAL, NO_WINDOW_CHECK]

export const CHECKSUM: SettingEffect = {
	knob: 'checksum',
	effect: 'at 0, no checksum is verified, so none is wrong',
	cost: 'real damage passes unseen, and NAT may write a correct checksum over it',
}

export const IGNORE_RST: SettingEffect = {
	knob: 'tcp_ignore_invalid_rst',
	effect: 'at 1, an RST with a wrong number is accepted (5.14 and later)',
	cost: 'a forged RST ends the entry of a living connection',
}

export const WINDOW_HIDES: readonly string[] = [
	'nf_conntrack_tcp_be_liberal=1 hides every window reason',
	'an entry that was picked up mid-stream is liberal: no window reason for it',
	'packets of an offloaded flow do not pass conntrack: no line',
	'only the first failed check has a line, in the order SEQ over, ACK over, SEQ under, ACK under',
]

export const CHECKSUM_HIDES: readonly string[] = [
	'nf_conntrack_checksum=0 hides every checksum reason',
	'packets from this host itself are never verified',
]

/** nf_conntrack_log_invalid is compared with the protocol number, and the kernel's document has a wrong one. */
export const ICMPV6_HIDES: readonly string[] = ['log_invalid=41 prints nothing: ICMPv6 is 58']
