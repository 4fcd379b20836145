/** `18231` as `18 231`. */
export const grouped = (value: number): string =>
	String(Math.round(value)).replaceAll(/\B(?=(?:\d{3})+$)/g, ' ')

/** A rate without its unit: whole from 10 on, one digit behind the point below. */
export function rateText(perSecond: number): string {
	if (!(perSecond > 0)) return '0'
	if (perSecond >= 9.95) return grouped(perSecond)
	return perSecond < 0.05 ? '<0.1' : perSecond.toFixed(1).replace(/\.0$/, '')
}

export const percentText = (part: number, whole: number): string =>
	!(whole > 0) || part <= 0 ? '0%' : part / whole < 0.01 ? '<1%' : `${Math.round((part / whole) * 100)}%`

/** `1 packet`, `2 packets`. */
export const countedText = (count: number, one: string, many = `${one}s`): string =>
	`${grouped(count)} ${count === 1 ? one : many}`
