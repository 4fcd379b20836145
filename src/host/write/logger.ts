import { knobOfFamily } from '../../changes/kinds/logger.ts'
import { endStartingReaders } from '../nflog/starting-readers.ts'
import { sysctlWriter } from './sysctl.ts'
import type { KindWriter, WriterOf } from './written.ts'

/** libpcap binds a logger for IPv4 and no other family. */
const BOUND_BY_READERS = knobOfFamily(2)

/** The loggers of families: files, and one of them is written by readers of ours too, when they begin. */
export const loggerWriter = ({ stateDir }: WriterOf): KindWriter => ({
	...sysctlWriter(),
	settle: ({ id }) => (id === BOUND_BY_READERS ? endStartingReaders(stateDir) : 0),
})
