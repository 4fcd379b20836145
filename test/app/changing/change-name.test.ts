import { expect, test } from 'vitest'
import { changeName, namedChanges } from '../../../src/app/changing/change-name.ts'
import { changeBar } from '../../../src/app/frame/change-bar.ts'
import { siteIds } from '../../../src/kernel/dyndbg/dyndbg-control.ts'
import { ok } from '../../../src/words/failure.ts'
import { lineText } from '../../../src/words/line.ts'
import { controlOf, heldSite, printkReading } from '../../harness/samples/dyndbg-samples.ts'
import { heldChange, leaseView } from '../../harness/samples/samples.ts'
import { seenState, stepped } from '../../harness/samples/states.ts'

const SITES = controlOf('6.1')
const STATE = stepped(seenState(), 1, { type: 'printk', result: ok(printkReading(SITES)) })
const one = heldSite(SITES, 'tcp_new')
const all = (file: string) =>
	[...siteIds(SITES)].flatMap(([id, site], index) =>
		site.file.endsWith(file) ? [{ ...one, seq: index + 1, knob: `printk:${id}` }] : [],
	)

test('a call site has its text, and without the kernel only its place', () => {
	expect(changeName(one, STATE)).toBe('tcp_new "invalid new deleting"')
	expect(changeName(one, seenState())).toBe('tcp_new() of nf_conntrack_proto_tcp.c')
})

test('a sysctl has its short name, or the one that people type', () => {
	expect(changeName(heldChange({}), STATE)).toBe('log_invalid')
	expect(changeName(heldChange({}), STATE, 'sysctl')).toBe('nf_conntrack_log_invalid')
})

test('many call sites that were changed alike are one', () => {
	const names = (changes: Parameters<typeof namedChanges>[0]) =>
		namedChanges(changes, STATE).map(({ name }) => name)
	expect(names([heldChange({}), ...all('proto_tcp.c')])).toEqual([
		'log_invalid',
		'4 call sites of nf_conntrack_proto_tcp.c',
	])
	expect(names([...all('proto_tcp.c'), ...all('seqadj.c')])).toEqual(['7 call sites of 2 files'])
	expect(names(all('proto_tcp.c').slice(0, 2))).toHaveLength(2)
})

test('on the change bar', () => {
	const state = stepped(STATE, 2, { type: 'lease', view: leaseView({ changes: all('proto_tcp.c') }) })
	expect(lineText(changeBar(state, 100))).toContain('4 call sites of nf_conntrack_proto_tcp.c _→p')
	expect(state.notice?.text).toBe('in force: 4 call sites print')
})
