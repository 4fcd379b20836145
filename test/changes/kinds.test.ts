import { expect, test } from 'vitest'
import type { KnobType } from '../../src/changes/kinds/kind.ts'
import { KINDS, kindOf } from '../../src/changes/kinds/kinds.ts'
import { KNOBS, kindOfId, knobById } from '../../src/changes/knobs.ts'
import { effectInWords, knobTitle, shellLine, valueInWords } from '../../src/changes/shell-line.ts'
import { WRITERS } from '../../src/host/write/write.ts'
import type { Knob } from '../../src/model/knob.ts'

/** Of each kind that is in no list one that there is. */
const NAMES = {
	flags: 'printk:net/netfilter/nf_conntrack_proto_tcp.c:tcp_new#1:0f3c2a91',
	module: 'module:nf_log_syslog',
	mount: 'mount:debugfs',
	table: 'table:ctscope',
	probes: 'probes:5eed1234',
}

const example = (type: string): Knob | undefined =>
	KNOBS.find(({ kind }) => kind.type === type) ?? knobById(new Map(Object.entries(NAMES)).get(type) ?? '')

test('each kind of setting has someone who writes it, and nobody writes anything else', () => {
	expect(Object.keys(WRITERS).sort()).toEqual(Object.keys(KINDS).sort())
})

test.each(Object.entries(KINDS))(
	'%s: a knob of that kind is known by its id, and says what it is',
	(type, kind) => {
		const knob = example(type)
		expect(knob?.kind.type).toBe(type)
		if (knob === undefined) return
		expect(kindOfId(knob.id)).toBe(kind)
		expect(knobTitle(knob)).not.toBe('')
		expect(effectInWords(knob)).not.toHaveLength(0)
		expect(valueInWords(knob, '0')).not.toBe('')
		expect(shellLine(knob, '1')).not.toBe('')
	},
)

test.each(Object.values(KINDS))(
	'what a tool does is refused in words, all else by its path',
	({ by, attempt }) => {
		expect(attempt !== undefined).toBe(['tool', 'rules', 'probes'].includes(by))
	},
)

test('no two kinds begin their ids alike', () => {
	const prefixes = Object.values(KINDS).flatMap(({ named }) => named?.prefix ?? [])
	expect(new Set(prefixes).size).toBe(prefixes.length)
	for (const { id } of KNOBS) expect(prefixes.filter((prefix) => id.startsWith(prefix))).toEqual([])
})

test('one that can be reached only through another one is put back before that one goes', () => {
	const carriers = ['mount:debugfs', 'mount:tracefs'].map(knobById).filter((knob) => knob !== undefined)
	expect(carriers.map((knob) => kindOf(knob).carries?.(knob))).toEqual(['flags', 'probes'])
	for (const knob of carriers) {
		const { carries, reliedOn } = kindOf(knob)
		const isInForce = (type: KnobType) => type === carries?.(knob)
		expect(reliedOn?.(knob, [], { isInForce, isHeld: () => false })?.code).toBe('EAGAIN')
	}
})
