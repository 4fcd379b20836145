/** A clause as the beginning of a sentence. */
export const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

/** `18231` as `18 231`. */
export function grouped(value: number): string {
	const whole = String(Math.round(Math.abs(value)))
	const parts: string[] = []
	for (let end = whole.length; end > 0; end -= 3) parts.unshift(whole.slice(Math.max(0, end - 3), end))
	return `${value < 0 ? '-' : ''}${parts.join(' ')}`
}

/** `41022` as `41k`, for places with little room. */
export function compact(value: number): string {
	if (value < 10_000) return String(Math.round(value))
	if (value < 1_000_000) return `${Math.floor(value / 1000)}k`
	if (value < 10_000_000) return `${(Math.floor(value / 100_000) / 10).toFixed(1)}M`
	return `${Math.floor(value / 1_000_000)}M`
}

/** A rate without its unit: whole from 10 on, one digit behind the point below, so that a slow drip is not shown as nothing. */
export function rate(perSecond: number, whole: (value: number) => string = grouped): string {
	if (!(perSecond > 0)) return '0'
	if (perSecond >= 9.95) return whole(Math.round(perSecond))
	const shown = perSecond.toFixed(1)
	if (shown === '0.0') return '<0.1'
	return shown.endsWith('.0') ? shown.slice(0, -2) : shown
}

/** How long ago, from milliseconds: `now`, `41 s`, `3 min`, `2 h`, `5 d`. */
export function age(ms: number): string {
	const seconds = Math.floor(Math.max(0, ms) / 1000)
	if (seconds < 1) return 'now'
	if (seconds < 120) return `${seconds} s`
	if (seconds < 7200) return `${Math.floor(seconds / 60)} min`
	if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`
	return `${Math.floor(seconds / 86_400)} d`
}

/** Time that is left, from milliseconds: `09:41`, `1:02:10`. A second that has begun counts. */
export function countdown(ms: number): string {
	const seconds = Math.ceil(Math.max(0, ms) / 1000)
	const two = (value: number) => String(value).padStart(2, '0')
	const hours = Math.floor(seconds / 3600)
	const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`
	return hours > 0 ? `${hours}:${rest}` : rest
}

/** Wall clock of this machine, from ms since 1970: `14:06`, `14:06:12`, `14:06:12.480`. */
export function clock(wall: number, precision: 'minutes' | 'seconds' | 'ms' = 'seconds'): string {
	const date = new Date(wall)
	if (Number.isNaN(date.getTime())) return '--:--'
	const two = (value: number) => String(value).padStart(2, '0')
	const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`
	if (precision === 'minutes') return minutes
	const seconds = `${minutes}:${two(date.getSeconds())}`
	return precision === 'seconds' ? seconds : `${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** A part of a whole as `91%`; `<1%` for a part that is not nothing. */
export function percent(part: number, whole: number): string {
	if (!(whole > 0) || !(part > 0)) return '0%'
	const value = (part / whole) * 100
	if (value < 1) return '<1%'
	return `${value > 99 && value < 100 ? 99 : Math.round(value)}%`
}

/** `1 change`, `2 changes`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
	`${grouped(count)} ${count === 1 ? one : many}`

/** `1 packet`, `12 packets`, of a number that is a text already. */
export const some = (count: number | string, one: string, many = `${one}s`): string =>
	`${count} ${String(count) === '1' ? one : many}`
