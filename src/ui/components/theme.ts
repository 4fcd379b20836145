import { createContext } from 'react'
import { type Theme, themeOf } from './look.ts'

export const ThemeContext = createContext<Theme>(themeOf({ color: false }))
