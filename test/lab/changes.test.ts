import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guestBundle } from '../harness/guard/build-guard.ts'
import { undone } from '../harness/guard/undone.ts'
import { GUEST_KERNELS, type GuestKernel, inGuestWell, skipWithoutGuest } from '../harness/guest/guest.ts'
import { slownessOf } from '../harness/guest/slowness.ts'

const skipped = new Set(GUEST_KERNELS.filter(skipWithoutGuest))
let folder = ''

/** What does not depend on the kernel is told by one of them. */
const WHOLE: GuestKernel = '6.1'

beforeAll(async () => {
	folder = await guestBundle()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const SYSLOG_LOGGERS = [
	['10', 'nf_log_ipv6'],
	['2', 'nf_log_ipv4'],
	['3', 'nf_log_arp'],
	['5', 'nf_log_netdev'],
	['7', 'nf_log_bridge'],
].map(([family, logger]) => `/proc/sys/net/netfilter/nf_log/${family}:${logger}`)

/** The newest change of that name. */
const change = (told: { changes: { sysctl: string }[] }, sysctl: string) =>
	told.changes.findLast((one) => one.sysctl === sysctl)

for (const kernel of GUEST_KERNELS)
	describe.skipIf(skipped.has(kernel))(`Debian kernel ${kernel}: call sites and modules are put back`, () => {
		// biome-ignore lint/suspicious/noExplicitAny: what the stories in the guest tell, as JSON
		let seen: any
		const whole = kernel === WHOLE
		beforeAll(async () => {
			const command = ['node', '/in/guest-entry.mjs', 'changes', ...(whole ? ['whole'] : [])]
			seen = JSON.parse((await inGuestWell(kernel, command, ['--in', folder])).stdout)
		})
		const ICMP = 'net/netfilter/nf_conntrack_proto_icmp.c:nf_conntrack_icmp_packet'
		const ICMPV6 = 'net/netfilter/nf_conntrack_proto_icmpv6.c:nf_conntrack_icmpv6_packet'

		test('P4 the program is killed with a call site, a module, its loggers and log_invalid in force', () => {
			expect(seen.beforeKill).toBe(true)
			expect(seen.inForceBeforeKill).toEqual(['p', true, 10])
			expect(seen.msAfterKill).toBeGreaterThanOrEqual(0)
			undone(seen.msAfterKill, { slow: slownessOf(`guest ${kernel}`, seen.msOfWork) })
		})

		test('a call site with =mt gets +p, shows =pmt and prints; no other is switched', () => {
			expect(seen.flagsInForce).toEqual(['pmt', 'pmfl'])
			expect(seen.rowsChanged).toBe(2)
			expect(seen.printed).toBe('3')
			expect(change(seen.applied, ICMP)).toMatchObject({
				was: 'mt',
				set: 'pmt',
				now: 'pmt',
				state: 'in-force',
				byHand: expect.stringMatching(
					/^echo 'file net\/netfilter\/nf_conntrack_proto_icmp\.c line \d+ func nf_conntrack_icmp_packet -p' > /,
				),
			})
		})

		test('undo keeps decorations of others, old and new', () => {
			expect(seen.flagsAfterUndo).toEqual(['mft', ''])
			expect(change(seen.undone, ICMP)).toMatchObject({ state: 'undone', now: 'mft', note: '' })
			expect(change(seen.undone, ICMPV6)).toMatchObject({ state: 'undone', now: '_', note: '' })
			expect(seen.asBefore).toBe(true)
		})

		test('a call site keeps printing when its decoration changes', () => {
			expect([seen.moreFlags, seen.lessFlags]).toEqual(['pmflt', 'pft'])
		})

		test('flags and call sites that this kernel lacks are refused, and nothing remains', () => {
			expect(seen.unknownFlag).toEqual({
				failure: expect.objectContaining({
					kind: 'kernel-refused',
					code: 'EINVAL',
					hint: 'this kernel does not have one of these flags',
				}),
			})
			expect(seen.flagsRefused).toEqual(['pft', ''])
			expect(seen.noSuchSite.failure).toMatchObject({
				kind: 'unsupported',
				why: 'its call site is gone (module unloaded?), and its flags with it',
			})
			expect(seen.asBeforeRefusals).toBe(true)
		})

		test('without a logger, log_invalid loads and binds one, and reasons come', () => {
			expect(seen.before.loggers).toEqual([])
			expect(seen.before.modules).not.toContain('nf_log_syslog')
			expect(seen.proposed.plan.changes[0]).toEqual({
				knob: 'module:nf_log_syslog',
				from: 'absent',
				to: 'loaded',
			})
			expect(seen.proposed.blockers).toEqual([])
			expect(seen.loaded.failure).toBeUndefined()
			expect(seen.inForce).toEqual({
				added: ['nf_log_syslog'],
				loggers: [...SYSLOG_LOGGERS, ...SYSLOG_LOGGERS.map((line) => `other ${line}`)],
				logInvalid: '255',
			})
			expect(seen.lines).toBe(3)
		})

		test('undo restores modules and loggers, change by change', () => {
			expect(seen.onlyModule).toEqual({ added: [], loggers: [], logInvalid: '255' })
			expect(seen.asBeforeLoading).toBe(true)
			if (!whole) return
			expect(seen.netlink).toEqual(['nf_conntrack_netlink'])
			expect(seen.netlinkLeft).toEqual([])
		})

		if (!whole)
			test('undo of the rest restores everything', () => {
				expect(seen.allUndone).toMatchObject({ outcome: 'clean' })
				expect(seen.asBefore).toBe(true)
			})

		if (whole)
			test('a step refused after loading a module leaves nothing', () => {
				expect(seen.rolledBack.failure).toMatchObject({ kind: 'kernel-refused', code: 'ENOENT' })
				expect(seen.rolledBackLeft).toEqual({ added: [], loggers: [] })
				expect(seen.missing.failure).toMatchObject({
					kind: 'unsupported',
					why: expect.stringMatching(/^this kernel has no module of exactly that name/),
				})
				expect(seen.forbidden.failure.why).toBe('modprobe.d runs a command instead of loading it')
				expect(seen.asBeforeLoadingRefused).toBe(true)
			})

		if (whole)
			test('a module in use stays and is reported; our loggers are restored', () => {
				expect(change(seen.used, 'module nf_log_syslog')).toMatchObject({
					state: 'undone',
					now: 'loaded',
					note: expect.stringMatching(
						/^in use: nf_log_syslog.*, so it stays loaded; it stays the logger of other/,
					),
				})
				expect(seen.usedLeft).toEqual({ added: ['nf_log_syslog', 'nft_log'], loggers: [] })
				expect(seen.asBeforeUsed).toBe(true)
			})

		if (whole)
			test('call site flags vanish with their module, and are not ours after a reload', () => {
				expect(change(seen.vanished, ICMP)).toMatchObject({ state: 'vanished', now: null })
				expect(change(seen.reloaded, ICMPV6)).toMatchObject({ state: 'undone', now: 'l' })
				expect(seen.flagsReloaded).toEqual(['', 'l'])
				expect(seen.asBeforeReload).toBe(true)
			})

		if (whole)
			test('P5 the guard is killed in modprobe with all call sites on: revert restores everything', () => {
				expect(seen.bulk).toMatchObject({ taken: 'all', on: seen.bulk.sites })
				expect(seen.bulk.sites).toBeGreaterThan(20)
				expect(seen).toMatchObject({
					killedInModprobe: true,
					earlyIsRefused: true,
					outcome: 'clean',
					asBefore: true,
					heldAtLast: '0',
					left: '',
				})
			})
	})
