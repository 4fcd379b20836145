// Values of JSON from outside, read field by field: what is not as expected is thrown as NotSo, with its place.

export class NotSo extends Error {
	readonly place: string
	constructor(place: string) {
		super(place)
		this.place = place
	}
}

/** A field of an object: its value, and where it is. */
export type Field = { readonly value: unknown; readonly place: string }

export const field = ({ value, place }: Field, name: string): Field => {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new NotSo(place)
	// By its own names only: `constructor` is none.
	const found: unknown = Object.hasOwn(value, name)
		? (value as Readonly<Record<string, unknown>>)[name]
		: undefined
	return { value: found, place: place === '' ? name : `${place}.${name}` }
}

export const text = ({ value, place }: Field, missing?: string): string => {
	if (value === undefined && missing !== undefined) return missing
	if (typeof value !== 'string') throw new NotSo(place)
	return value
}

export const number = ({ value, place }: Field): number => {
	if (typeof value !== 'number') throw new NotSo(place)
	return value
}

/** Null where it is not told. */
export const count = (of: Field): number | null =>
	of.value === undefined || of.value === null ? null : number(of)

export const flag = ({ value, place }: Field): boolean => {
	if (typeof value !== 'boolean') throw new NotSo(place)
	return value
}

/** None where it is not there and `isRequired` is not set. */
export const list = <T>(
	{ value, place }: Field,
	each: (one: Field) => T,
	isRequired = false,
): readonly T[] => {
	if (value === undefined && !isRequired) return []
	if (!Array.isArray(value)) throw new NotSo(place)
	return value.map((one: unknown, index) => each({ value: one, place: `${place}.${index}` }))
}

export const texts = (of: Field): readonly string[] => list(of, (one) => text(one))
