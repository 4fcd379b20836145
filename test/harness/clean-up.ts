import { afterAll } from 'vitest'
import { removeFolders } from './folders.ts'

// Of each test file. Its worker is ended by a signal, so nothing can wait for the end of the process.
afterAll(removeFolders)
