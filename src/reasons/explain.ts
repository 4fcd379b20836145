import type { Explanation } from './reason.ts'
export function explain(_id: string): Explanation | undefined {
	return undefined
}
