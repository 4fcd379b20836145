// Sentences for people, by the file that says them.

// ui/terminal/suspension.ts
export const anyKeyGoesBack = '(any key goes back)'
