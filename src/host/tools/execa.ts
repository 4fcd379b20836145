/** Loaded with the first tool that is run: it takes 40 ms, and the first frame needs no tool. */
export const loadExeca = async () => (await import('execa')).execa
