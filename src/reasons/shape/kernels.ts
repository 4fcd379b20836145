/** Ranges of kernels, as short phrases. Long-term releases take texts of newer ones: a text says more than a version. */
export const EVERY = '4.18 and later'
export const BEFORE_6_1 = 'up to 6.0, and 5.15, 5.10, 5.4, 4.19 LTS'
export const FROM_6_1 = '6.1 and later'
