import type { Step, StepId } from '../step.ts'
import { acting } from './acting.ts'
import { collect } from './collect.ts'
import { directions } from './directions.ts'
import { printk } from './printk.ts'
import { reasonsStep } from './reasons.ts'
import { report } from './report.ts'
import { rising } from './rising.ts'
import { setting } from './setting.ts'
import { telling } from './telling.ts'

/** The investigation, from "is it INVALID?" to a report. A suggestion: each step can be done at any time. */
export const STEPS: readonly Step[] = [
	rising,
	acting,
	telling,
	collect,
	reasonsStep,
	directions,
	printk,
	setting,
	report,
]

export const stepById = (id: StepId): Step => STEPS.find((step) => step.id === id) ?? rising
