/** The subcommand of the processes that hold the namespaces of a practice. */
export const PLACE_COMMAND = 'practice-place'
