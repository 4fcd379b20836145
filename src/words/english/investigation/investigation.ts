// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// investigation/netns-words.ts
export const andOthers = (first: string, others: number): string => `${first} and ${some(others, 'other')}`
export const someOfCouldNotBe = (who: string, why: string): string =>
	`some of ${who} could not be read: ${why}`
