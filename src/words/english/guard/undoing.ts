// Sentences for people, by the file that says them.

// guard/undoing/apply.ts
export const anUndoBeganWhileIt = 'an undo began while it was being made, so it was taken back'
export const anUndoOf = (sysctl: string): string => `an undo of ${sysctl}`
export const whatItNeedsCannotBe = (code: string): string =>
	`what it needs cannot be opened or started now (${code}), so nothing was written`
export const ofItsChangesCouldNot = (left: number): string =>
	`${left} of its changes could not be taken back yet, and that is tried again`
export const anotherSession = 'another session'

// guard/undoing/prepare.ts
export const thereIsNoKnob = (knob: string): string => `there is no setting ${knob}`
export const thePlanChangesNothing = 'the plan changes nothing'
export const isNotAValueOf = (from: string, sysctl: string): string => `${from} is not a value of ${sysctl}`
export const isAlready = (sysctl: string, to: string): string => `${sysctl} is already ${to}`
export const isInThePlanMore = (sysctl: string): string => `${sysctl} is in the plan more than once`
export const isNotThere = (path: string): string => `${path} is not there`
export const itCannotBeRead = 'it cannot be read'
export const recordingTheChangeBeforeIt = 'recording the change before it is made'
export const soNothingWasWritten = (code: string): string => `${code}, so nothing was written`

// guard/undoing/replay.ts
export const wouldRestore = 'would restore'
export const cannotBeOpenedForWriting = (closed: string): string =>
	`${closed} cannot be opened for writing from here`
export const couldBeWritten = (planned: string): string => `${planned} could be written`

// guard/undoing/undo.ts
export const aKnobThatThisVersion = 'a setting that this version does not know'
export const leaseHoldsItNowSo = (holder: string): string =>
	`lease ${holder} holds it now, so it is left to that one`
