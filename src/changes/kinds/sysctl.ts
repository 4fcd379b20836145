import type { Knob } from '../../model/knob.ts'
import * as english from '../../words/english/changes/kinds.ts'
import type { Kind } from './kind.ts'
import { aboutOf } from './sysctls.ts'

/** Whatever is a file below /proc/sys. */
export const bySysctl = {
	by: 'file',
	shownIn: 'settings',
	shellLine: ({ sysctl }: Knob, value: string) => `sysctl -w ${sysctl}=${quoted(value)}`,
} as const

/** One word when the shell needs no quotes, else in double quotes; values are canonical, so nothing else can be in them. */
const quoted = (value: string): string => (value.includes(' ') ? `"${value}"` : value)

const number = {
	...bySysctl,
	/** Decimal without leading zeros or sign games: the kernel would read 010 as 8. */
	canonical: (text: string) => /^\s*(0|-?[1-9]\d{0,18})\s*$/.exec(text)?.[1],
	title: (knob: Knob) => aboutOf(knob).title,
	effect: (knob: Knob) => aboutOf(knob).effect,
	hides: (knob, value, where) => aboutOf(knob).hides?.(knob, value, where) ?? '',
	marks: (knob, change) => aboutOf(knob).marks?.(knob, change) ?? [],
	level: (knob, from, to) => aboutOf(knob).level?.(knob, from, to),
} satisfies Partial<Kind<'integer' | 'boolean'>>

export const INTEGER: Kind<'integer'> = {
	...number,
	problem({ sysctl, kind: { min, max, unit } }, value) {
		const given = Number(value)
		if (given >= min && given <= max) return undefined
		return english.takesToNot(sysctl, min, max, unit === undefined ? '' : ` ${unit}`, value)
	},
	inWords(value, knob) {
		const { inWords } = aboutOf(knob)
		if (inWords !== undefined) return inWords(value)
		return knob.kind.unit === 'seconds' ? duration(Number(value)) : value
	},
	choices: (knob, now, loggers) => aboutOf(knob).choices?.(knob, now, loggers) ?? [],
	range: ({ kind: { min, max, unit } }) => english.fromTo(min, max, unit === undefined ? '' : ` ${unit}`),
}

export const SWITCH: Kind<'boolean'> = {
	...number,
	problem: ({ sysctl }, value) =>
		value === '0' || value === '1' ? undefined : english.takes0Or1Not(sysctl, value),
	inWords: (value) => (value === '0' ? 'off' : 'on'),
	flipped: (now) => (now === '0' ? '1' : '0'),
}

function duration(seconds: number): string {
	if (seconds < 0) return `${seconds} s`
	const parts: string[] = []
	let rest = seconds
	for (const [size, unit] of [
		[86_400, 'd'],
		[3600, 'h'],
		[60, 'min'],
		[1, 's'],
	] as const) {
		const count = Math.floor(rest / size)
		rest -= count * size
		if (count > 0) parts.push(`${count} ${unit}`)
	}
	return parts.length === 0 ? '0 s' : parts.join(' ')
}
