import { isWithin } from '../../packet/address.ts'
import { protocolNumber } from '../../packet/protocol.ts'

/** Whether a packet of a flow meets a condition. `perhaps`: what is asked is not known of the flow, or not understood. */
export type Fit = 'yes' | 'perhaps' | 'no'

/** What rules may ask of a packet. Null: not known. */
export type RuleFlow = {
	readonly family: 4 | 6
	readonly protocol: number | null
	readonly source: string | null
	readonly sourcePort: number | null
	readonly destination: string | null
	readonly destinationPort: number | null
	/** Both ends are of this network namespace, so that it passes the interface lo; null: not known. */
	readonly isLoopback: boolean | null
	/** The destination is an address of this network namespace; null: not known. */
	readonly isToHere: boolean | null
}

/** All conditions have to be met. */
export const allOf = (fits: readonly Fit[]): Fit =>
	fits.includes('no') ? 'no' : fits.includes('perhaps') ? 'perhaps' : 'yes'

/** One of them is enough. */
export const anyOf = (fits: readonly Fit[]): Fit =>
	fits.includes('yes') ? 'yes' : fits.includes('perhaps') ? 'perhaps' : 'no'

export const negated = (fit: Fit): Fit => (fit === 'yes' ? 'no' : fit === 'no' ? 'yes' : 'perhaps')

export const fitIf = (is: boolean | null | undefined): Fit =>
	is === true ? 'yes' : is === false ? 'no' : 'perhaps'

/** `10.0.0.0/8`, `10.0.0.1-10.0.0.9`. */
export const addressFit = (address: string | null, range: string): Fit =>
	address === null ? 'perhaps' : fitIf(isWithin(address, range))

/** `80`, `1000-2000`; `separator` is what stands between the ends of a range. */
export function numberFit(value: number | null, range: string, separator: string): Fit {
	const [from = '', to = from, ...more] = range.split(separator)
	if (value === null || more.length > 0 || !/^\d*$/.test(from) || !/^\d*$/.test(to) || range === '')
		return 'perhaps'
	return fitIf(value >= Number(from || 0) && value <= Number(to || 65_535))
}

/** `tcp`, `6`; `all` and 0 are any. */
export function protocolFit(protocol: number | null, name: string): Fit {
	if (name === 'all' || name === '0') return 'yes'
	const number = protocolNumber(name)
	return protocol === null || number === undefined ? 'perhaps' : fitIf(protocol === number)
}

/** Of interfaces only lo is known by what passes it. */
export function interfaceFit({ isLoopback }: RuleFlow, name: string): Fit {
	if (isLoopback === null) return 'perhaps'
	return name === 'lo' ? fitIf(isLoopback) : isLoopback && !/[+*]$/.test(name) ? 'no' : 'perhaps'
}
