import { Option } from '@commander-js/extra-typings'
import { GROUPINGS, type Grouping } from '../../model/grouping.ts'
import * as english from '../../words/english/who/commands.ts'
import { checked } from '../common/command-options.ts'

const parseGrouping = (text: string): Grouping | undefined =>
	GROUPINGS.find((by) => by === text.toLowerCase())

export const byOption = (what: string) =>
	new Option('--by <what>', what).argParser(checked(parseGrouping, GROUPINGS.join(', ')))

export const namesOption = () => new Option('--names', english.askForNames)

/** Whether the groups are single addresses. */
export const hasAddresses = (by: Grouping | undefined): boolean => by === 'source' || by === 'destination'
