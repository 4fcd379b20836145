/** Parts of Node that take 5 ms each to load, which is a tenth of a start, and that most runs need nothing of. */
export const nodeCrypto = () => process.getBuiltinModule('node:crypto')
export const nodeZlib = () => process.getBuiltinModule('node:zlib')
