// Sentences for people, by the file that says them.

// ui/terminal/suspension.ts
export const anyKeyGoesBack = '(any key goes back)'

// ui/terminal/terminal.ts

export const anErrorOfTheProgram = (error: string): string =>
	`ctscope: internal error; everything it changed is being put back.\n${error}`
