import type { State } from '../../state/state.ts'

/** Too small for panes one below the other: the list alone, or the details with the selected row above them. */
export const isOneColumn = ({ columns, rows }: State['size']): boolean => columns < 60 || rows < 16
