import { createRequire } from 'node:module'
import * as ink from 'ink'
import type { ComponentType, PropsWithChildren, ReactNode } from 'react'

/** What we use of ink-table. Its own types are older than those of React 19 and do not fit them. */
type InkTableProps = {
	data: readonly Readonly<Record<string, string>>[]
	columns: readonly string[]
	/** Gets the index of the column, like a cell. */
	header: (props: PropsWithChildren<{ column?: number }>) => ReactNode
	cell: (props: PropsWithChildren<{ column: number }>) => ReactNode
	skeleton: () => ReactNode
}

/**
 * ink-table is CommonJS and requires ink, which is ESM with top-level await: that cannot be required. So the loaded
 * ink is put where its require looks first. scripts/build.js replaces this file in the bundle.
 */
const require = createRequire(import.meta.url)
const path = require.resolve('ink')
const loadedInk: Partial<NodeJS.Module> = { id: path, filename: path, loaded: true, exports: ink }
require.cache[path] ??= loadedInk as NodeJS.Module

export const InkTable: ComponentType<InkTableProps> = require('ink-table').default
