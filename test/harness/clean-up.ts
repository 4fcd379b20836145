import { afterAll } from 'vitest'
import { cleanUp } from './folders.ts'

// Of each test file. Its worker is ended by a signal, so nothing can wait for the end of the process.
afterAll(cleanUp)
