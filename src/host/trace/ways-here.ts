import type { AskedProbes } from '../../kernel/probes/probe-sets.ts'
import { definedWays } from '../../kernel/probes/probe-ways.ts'
import { kernelBtf } from './kernel-btf.ts'

/** The ways to ask this kernel for such probes, best first. */
export const waysHere = (asked: AskedProbes, group: string): ReturnType<typeof definedWays> =>
	definedWays(asked, group, { btf: kernelBtf(), architecture: process.arch })
