/** As in package.json; a test compares them. */
export const VERSION = '0.2.0'

/** Version of the JSON that the program prints: rises when a name changes its meaning or goes away. */
export const JSON_VERSION = 1
