// Sentences for people, by the file that says them.

// investigation/netns-words.ts
export const andOthers = (some: string, others: number): string => `${some} and ${others} others`
export const someOfCouldNotBe = (who: string, why: string): string =>
	`some of ${who} could not be read: ${why}`
