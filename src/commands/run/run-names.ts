/** Name of the subcommand that is the other half of `run --netns`; for this program only. */
export const INSIDE_COMMAND = 'run-inside'
