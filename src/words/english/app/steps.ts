// Sentences for people, by the file that says them.

// app/screens/steps/both-directions.ts
export const noFlowIsKnownYet = 'no flow is known yet'

// app/screens/steps/commands.ts
export const switchTheLogOn = 'switch logging on'
export const goToRules = 'go to Rules'
export const goToPrintk = 'go to Printk'
export const goToWatch = 'go to Watch'
export const goToTable = 'go to Table'
export const listTheNamespaces = 'list the namespaces'
export const countBothDirections = 'count both directions'
export const tryIt = 'try it'
export const undoAll = 'undo all'
export const writeTheReport = 'write the report'
export const keepTheAnswerOfThis = 'Accept the answer of this step, and go to the question that follows'
export const thisIsTheLastStep = 'this is the last step'
export const doWhatThisStepOffers = 'Do what this step offers; what it writes is shown first'
export const doIt = 'do it'
export const thereIsNothingToDo = 'there is nothing to do in this step'
export const goBackToTheStep = 'Go back to the step before'
export const thisIsTheFirstStep = 'this is the first step'
export const leaveThisQuestionOpenAnd = 'Leave this question open, and go to the next one'
export const askThisQuestionAgainLook = 'Ask this question again: look from now on'

// app/screens/steps/detail.ts
export const evidence = 'Evidence'
export const whyAsked = 'Why:'
export const notChecked = 'Not checked:'
export const measuringWithItSMore = (max: number): string => `measuring with it: ${max} s more`
export const undoneMeasuringAfterwardsSMore = (max: number): string =>
	`undone; measuring afterwards: ${max} s more`
export const withoutIt = 'without it '
export const goOn = (without: string, target: number, title: string): string =>
	`Go on ${without}with ${target}, ${title}`
export const askAgain = 'Ask again'

// app/screens/steps/screen.ts
export const theInvestigationQuestionByQuestion =
	'the investigation question by question, from "is it rising?" to a report'

// app/screens/steps/trial.ts
export const thereIsNothingLeftTo = 'there is nothing left to try on this kernel'
export const aSettingIsBeingTried = 'a setting is already being tried'
export const tryWord = (knob: string, to: string): string => `try ${knob} ${to}`
export const expectedIfThisIsIt = (because: string, rate: string): string =>
	`expected, if this is the cause: ${because}, and INVALID falls from ${rate}/s`
export const saidOfIt = (says: string): string => `by the packets seen, it ${says}`
export const riskMeanwhile = (risk: string): string => `risk meanwhile: ${risk}`
export const measuredForSWithK = (trialSeconds: number): string =>
	`measured for ${trialSeconds} s (with K for up to 2 min), then undone automatically and measured again`
export const itWasOnForS = (length: number): string => `it was on for ${length} s only`
export const onlySBeforeItWere = (length: number): string => `only ${length} s before it were measured`
