/** Lines a second in the kernel log that are too many while we make it say more, unless something else is asked for. */
export const DEFAULT_MAX_RATE = 200
/** More than this no kernel log takes in a second; whoever wants no limit says 0. */
export const HIGHEST_MAX_RATE = 100_000
