/** How fast a recording is played: 1 is as it happened. */
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64] as const
