import { describe, expect, test } from 'vitest'
import { type PacketLine, parsePacketLine } from '../../src/kernel/packet/packet-line.ts'
import { classify } from '../../src/reasons/classify.ts'
import { type KernelTraits, learn, NO_TRAITS, settled, traitsOfRelease } from '../../src/reasons/traits.ts'

function lineOf(text: string): PacketLine {
	const line = parsePacketLine(`${text} IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2`)
	if (line === undefined) throw new Error(`not a packet line: ${text}`)
	return line
}

const shownBy = (...texts: string[]): KernelTraits =>
	texts.reduce((traits, text) => learn(traits, lineOf(text)), NO_TRAITS)

const NUMBERED = 'nf_ct_proto_6: SEQ is over upper bound 5 (over the window of the receiver)'
const PLAIN = 'nf_ct_proto_6: SEQ is over the upper bound (over the window of the receiver)'
const NEW = 'nf_ct_proto_6: invalid new'
const OVERSHOT = 'nf_ct_proto_6: 3312 bytes more than expected'

describe('what a kernel shows of itself', () => {
	test.each<[string, string[], KernelTraits['windowVerdict']]>([
		['nothing yet', [], undefined],
		['the text itself says nothing', [OVERSHOT], undefined],
		[
			'a text of all kernels says nothing',
			['nf_ct_proto_6: invalid rst', 'nf_ct_proto_17: bad checksum'],
			undefined,
		],
		['a number for the bound', [NUMBERED], 'accepted'],
		['no number for the bound', [PLAIN], 'invalid'],
		[
			'an accepted window text',
			['nf_ct_proto_6: ignored ACK under lower bound 1 (possible overly delayed)'],
			'accepted',
		],
		['the second line', ['nf_ct_proto_6: lowered timeout to UNACK'], 'accepted'],
		['a newer text', [NEW], 'accepted'],
		['an older text', ['nf_ct_proto_6: invalid state'], 'invalid'],
		['SCTP with numbers', ['nf_ct_proto_132: Invalid, old_state 8, dir 1, type 5'], 'accepted'],
		['an old prefix', ['nf_ct_tcp: invalid state'], 'invalid'],
		['the window check wins over the age of a text', [NEW, PLAIN], 'invalid'],
		['also when it came first', [PLAIN, NEW], 'invalid'],
		['between two ages the first stays', ['nf_ct_proto_6: invalid state', NEW], 'invalid'],
		['a helper says nothing', ['nf_ct_ftp: dropping packet: cannot add expectation'], undefined],
	])('%s', (_, texts, windowVerdict) => {
		expect(shownBy(...texts).windowVerdict).toBe(windowVerdict)
	})

	test('whether it prints a line for packets that cannot open a connection', () => {
		expect(shownBy(NEW).tellsNew).toBe(true)
		expect(shownBy(NUMBERED, NEW).tellsNew).toBe(true)
		expect(shownBy(NEW, NUMBERED)).toEqual({ windowVerdict: 'accepted', sure: true, tellsNew: true })
		expect(shownBy(NUMBERED).tellsNew).toBeUndefined()
	})

	test('a line that teaches nothing leaves the same object', () => {
		const known = shownBy(NUMBERED)
		for (const text of [NUMBERED, OVERSHOT, 'nf_ct_proto_6: invalid rst'])
			expect(learn(known, lineOf(text))).toBe(known)
	})
})

describe('the verdict that depends', () => {
	test.each<[string[], string]>([
		[[], 'depends'],
		[[NUMBERED], 'accepted'],
		[[PLAIN], 'invalid'],
	])('after %j it is %s', (texts, verdict) => {
		const traits = shownBy(...texts)
		const reason = classify(lineOf(OVERSHOT), traits)
		expect(reason).toMatchObject({ id: 'tcp-overshot', verdict, params: { bytes: 3312 } })
		expect(settled(classify(lineOf(OVERSHOT)), traits).verdict).toBe(verdict)
	})

	test('other verdicts are what they are', () => {
		const reason = classify(lineOf(NEW), shownBy(PLAIN))
		expect(reason.verdict).toBe('invalid')
		expect(settled(reason, shownBy(NUMBERED))).toBe(reason)
	})
})

describe('what a release has, later ones have', () => {
	test.each([
		['6.18.44', true, 'accepted'],
		['6.8.0-31-generic', true, 'accepted'],
		['7.2.0', true, 'accepted'],
		['6.10-rc1', true, 'accepted'],
		['6.7.12', undefined, 'accepted'],
		['6.1.0-25-amd64', undefined, 'accepted'],
		['6.0.19', undefined, undefined],
		['5.14.0-427.el9.x86_64', undefined, undefined],
		['', undefined, undefined],
	] as const)('%s prints invalid new: %s, and windows are %s', (release, tellsNew, windowVerdict) => {
		const traits = traitsOfRelease(NO_TRAITS, release)
		expect(traits).toEqual({ windowVerdict, ...(tellsNew === undefined ? {} : { tellsNew }) })
		expect(traits.sure).toBeUndefined()
	})

	test('its texts still decide the rest', () => {
		const release = traitsOfRelease(NO_TRAITS, '6.18.44')
		expect(learn(release, lineOf(NUMBERED))).toEqual({
			windowVerdict: 'accepted',
			sure: true,
			tellsNew: true,
		})
		expect(learn(release, lineOf(PLAIN))).toEqual({ windowVerdict: 'invalid', sure: true, tellsNew: true })
		expect(traitsOfRelease({ windowVerdict: 'invalid', sure: true }, '6.18.44').windowVerdict).toBe('invalid')
	})
})
